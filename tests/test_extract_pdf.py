"""PDFs: paragraphs as their author wrote them, in a process that may die without harm."""

from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Unreadable
from service.extract.paragraphs import paragraphs
from service.extract.pdf import pdf_stamp, read_pdf
from tests.newsroom.pdf import pdf
from tests.reading import read, snapshot

pytest.importorskip("pypdfium2", reason="the pdf extra is not installed")

TITLE = "The Council adopted the annual plan"
MADE_AT = datetime(2020, 1, 31, 12, tzinfo=UTC)
PARAGRAPHS = [
    text
    for year in range(1999, 2019)
    for text in (
        f"In {year} the Council met in Norhaven and adopted the annual plan of the rescue services for all of its member states.",
        f"Short in {year}.",
        "; ".join(f"the costs fell by {percent} percent compared with {year}" for percent in range(3, 9)) + "; this was welcomed by all.",
    )
]


def test_paragraphs_title_and_date_come_back() -> None:
    reading = read(pdf(TITLE, PARAGRAPHS, MADE_AT), "application/octet-stream")
    assert reading.method == "pdf"
    assert reading.title == TITLE
    assert reading.published == "2020-01-31T12:00:00+00:00"
    assert reading.modified is None
    assert [block.text for block in reading.blocks] == PARAGRAPHS


def test_a_pdf_without_title_is_titled_by_its_first_line() -> None:
    body = pdf(TITLE, PARAGRAPHS, MADE_AT).replace(b"/Title (", b"/Tutle (")
    assert read(body, "application/pdf").title == TITLE


def test_a_line_that_dates_an_update_is_no_text() -> None:
    more = ["Updated: 1 February 2020, 10:30", "Updated by the Council on 1 February 2020.", "Published: 31 January 2020"]
    reading = read(pdf(TITLE, [*PARAGRAPHS[:4], *more], MADE_AT), "application/pdf")
    assert reading.notes == (more[0],)
    assert [block.text for block in reading.blocks] == [*PARAGRAPHS[:4], *more[1:]]


def test_encrypted_broken_and_slow_are_told_in_words() -> None:
    whole = pdf(TITLE, PARAGRAPHS, MADE_AT)
    lock = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P -4 >>" % (b"61" * 32, b"62" * 32)
    encrypted = whole.replace(b"/Info 4 0 R", b"/Info 4 0 R /ID [<61> <61>] /Encrypt " + lock)
    with pytest.raises(Unreadable, match="encrypted"):
        read(encrypted, "application/pdf")
    with pytest.raises(Unreadable, match="broken"):
        read(b"%PDF-1.7\n" + bytes(range(256)) * 40, "application/pdf")
    with pytest.raises(Unreadable, match=r"within 0\.01 seconds"):
        read_pdf(snapshot(whole), deadline=0.01)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("D:20200131120000+03'00'", "2020-01-31T12:00:00+03:00"),
        ("D:20200131120000Z", "2020-01-31T12:00:00+00:00"),
        ("D:202001311200", "2020-01-31T12:00"),
        ("D:20200131", "2020-01-31"),
        ("20200131120000", "2020-01-31T12:00:00"),
        ("D:2020", "2020"),
        ("yesterday", None),
        ("", None),
        ("D:20201399", None),
    ],
)
def test_pdf_dates(text: str, expected: str | None) -> None:
    assert pdf_stamp(text) == expected


def test_lines_become_paragraphs() -> None:
    pages = [
        "Ministry of Roads\n\nThe bridge was opened on Tues-\nday and is 212 metres long. It cost 14 mil\ufffe\nlion.\n\nEnd of it.\n1",
        "Ministry of Roads\n\n• one\n• two goes\non\nand the last sentence goes over the end of the\n2",
        "Ministry of Roads\npage and ends here.\n\nNext.\n3",
    ]
    assert paragraphs(pages) == [
        "The bridge was opened on Tuesday and is 212 metres long. It cost 14 million.",
        "End of it.",
        "• one",
        "• two goes on and the last sentence goes over the end of the page and ends here.",
        "Next.",
    ]


def test_paragraphs_without_space_between_them_are_told_by_short_last_lines() -> None:
    page = "A first line that is as long as lines are on this page, more or less,\nand its end.\n" * 2
    assert paragraphs([page]) == ["A first line that is as long as lines are on this page, more or less, and its end."] * 2


@settings(deadline=None, max_examples=60)
@given(st.lists(st.text(alphabet="ab -.\n\r\t•1\ufffe", max_size=80), max_size=5))
def test_any_lines_are_survived(pages: list[str]) -> None:
    assert all(text == " ".join(text.split()) and text for text in paragraphs(pages))
