"""Every reader of what strangers serve, fed with what no honest server sends: no crash, no hang, no growth.

``python -m tests.fuzz`` runs all of them, each in a process of its own; ``tests/test_fuzz.py`` runs each for a moment.
"""
