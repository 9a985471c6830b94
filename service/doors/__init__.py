"""The doors: what people and programs come in by. One call each; no judgement about news."""
