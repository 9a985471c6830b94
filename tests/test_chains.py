"""Fourteen real articles through 197 versions, as one site: no step is missed, none is told twice, and nothing else is told."""

from pathlib import Path

from . import chains, pairs


def test_each_step_of_each_chain_is_reported_once_or_silent_as_its_text_says(corpus: Path, tmp_path: Path) -> None:
    articles = chains.load(corpus)
    steps = chains.replay(articles, tmp_path)
    assert len(steps) == sum(map(len, articles.values())) == 197 - 14
    wrong = [step for step in steps if len(step[3]) > 1 or not pairs.met(step[2], next(iter(step[3]), "nothing"))]
    assert not wrong
