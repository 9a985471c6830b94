"""What docs/faults.md promises: every test that it names exists, and every word that it quotes is one that the program says."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent
TOLD = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
ROWS = [line.strip("|").split(" | ") for line in TOLD.splitlines() if line.startswith("| ") and "shown by" not in line]


@cache
def known() -> frozenset[str]:
    """Return the names of all tests there are."""
    every = (path.read_text(encoding="utf-8") for path in ROOT.glob("tests/test_*.py"))
    return frozenset(name for text in every for name in re.findall(r"^ *(?:async )?def (test_\w+)", text, re.M))


@cache
def said() -> str:
    """Return all that the program may say: its texts, however they are written down."""
    return "\n".join(text for path in (ROOT / "service").rglob("*.py") for text in _texts(path))


def _texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_row_names_tests_and_all_of_them_exist() -> None:
    assert len(ROWS) > 60
    for row in ROWS:
        assert len(row) == 3, row
        named = re.findall(r"`(\w+)`", row[2])
        assert named and set(named) <= known(), row


def test_every_quotation_is_what_the_program_says() -> None:
    quoted = re.findall("“(.+?)”", TOLD)
    assert len(quoted) > 30
    for words in quoted[1:]:  # the first one says how they are written
        for part in words.split("…"):
            assert part.strip(" .:;") in said(), words
