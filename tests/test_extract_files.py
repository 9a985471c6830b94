"""What a text says of the files it offers: the document's name is a word of the release, its format and its size are none."""

from datetime import UTC, datetime

import pytest

from service.extract import canonical_told
from service.extract.files import without_file
from service.models import Snapshot

OFFERED = ("Designation notice, 15 July 2021 (207KB)", "the plan (244 Kb)")


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Designation notice, 15 July 2021 (PDF, 207KB, 5 pages)", "Designation notice, 15 July 2021"),
        ("the plan (244 Kb)", "the plan"),
        ("Download document 244 KB", ""),
        ("plan.docx 244 KB", ""),
        ("PDF, 1.2 MB, 12 pages", ""),
        ("See the plan (DOC, 245KB) for what follows.", "See the plan for what follows."),
        ("See the plan (245KB) for what follows.", "See the plan for what follows."),
        ("The letter to all inspectors (PDF, 258 KB, 3 pages) is also available.", "The letter to all inspectors is also available."),
    ],
)
def test_only_what_tells_of_the_file_goes(text: str, kept: str) -> None:
    assert without_file(text, OFFERED, "en") == kept


@pytest.mark.parametrize(
    "text",
    [
        "The new chip holds 16 GB and is made in Norhaven.",
        "The leaked file (16 GB) was found on Monday.",
        "The leak (16 GB of names and addresses) was found on Monday.",
        "The minister read a document (in French) aloud.",
    ],
)
def test_a_size_that_a_sentence_speaks_of_stays(text: str) -> None:
    assert without_file(text, OFFERED, "en") == text


@pytest.mark.parametrize(
    ("told", "named"),
    [
        ('<https://a.org/news/1.pdf>; rel="canonical"', "https://a.org/news/1.pdf"),
        ("</news/1.pdf>; rel=canonical", "https://a.org/news/1.pdf"),
        ('<https://a.org/2>; rel="next", </1.pdf>; title="x"; rel="alternate canonical"', "https://a.org/1.pdf"),
        ('<https://a.org/wp-json/>; rel="https://api.w.org/"', None),
        ("", None),
    ],
)
def test_a_server_may_name_the_address_of_a_file(told: str, named: str | None) -> None:
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    answer = Snapshot("https://a.org/x", "https://a.org/x", 200, (("Link", told),), b"", moment)
    assert canonical_told(answer) == named
