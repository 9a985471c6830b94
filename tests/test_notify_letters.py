"""Letters to people: what a mail says, that nothing in it comes alive, and that no password is ever repeated."""

import io
import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from selectolax.lexbor import LexborHTMLParser

from service.messenger import sample
from service.models import Block, ChangeLine, Fate, Message, Reading, Target, ToldChange
from service.notify import place_of, send
from service.render import letter, message_json

from .receiving import Mailbox, mailbox

NOW = datetime(2026, 11, 22, 3, 4, 5, tzinfo=UTC)
EVIL = "</p><script>alert(1)</script><img src=x onerror=alert(1)>{{7*7}}"


@pytest.fixture
def there() -> Iterator[Mailbox]:
    pytest.importorskip("apprise")
    with mailbox() as served:
        yield served


def to(box: Mailbox, more: str = "") -> Target:
    return Target("desk", f"mailto://127.0.0.1:{box.port}?to=desk@example.org&from=presswatch@example.org&mode=insecure{more}")


def undeliverable(*args: object) -> None:
    raise AssertionError("a letter needs no web address")


def change(before: str, after: str, **given: object) -> ToldChange:
    values = {
        "id": 7,
        "source": "csto",
        "item_url": "https://example.org/news/7/",
        "title": "Exercise ends",
        "kind": "edited",
        "significance": "substantive",
        "classes": ("number",),
        "declared": "stealth",
        "fields": ("body",),
        "not_before": NOW,
        "not_after": NOW,
        "detected_at": NOW,
        "before_version": 1,
        "after_version": 2,
        "words_added": 1,
        "words_removed": 1,
        "summary": '"15" → "51" (number)',
        **given,
    }
    sides = (Reading(str(values["title"]), (Block("p", text),)) for text in (before, after))
    return ToldChange(ChangeLine(**values), *sides)  # type: ignore[arg-type] # fields of ChangeLine


def mailed(box: Mailbox, message: Message, more: str = "", base: str = "") -> EmailMessage:
    outcome = send(to(box, more), message, undeliverable, base)  # type: ignore[arg-type] # never called
    assert outcome.fate is Fate.SENT, outcome
    return box.mails()[-1]


def part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    return str(body.get_content())


def test_a_mail_shows_what_the_edit_changed(there: Mailbox) -> None:
    edit = change("The mission will send 15 observers.", "The mission will send 51 observers.")
    mail = mailed(there, Message("m1", NOW, (edit,)), base="https://presswatch.example.org")
    assert mail["Subject"] == 'csto: Exercise ends · "15" → "51" (number)'
    page = part(mail, "html")
    shown = LexborHTMLParser(page)
    for unseen in shown.css("span[style='display:none']"):
        unseen.decompose()
    assert [(node.tag, node.text()) for node in shown.css("del, ins")] == [("del", "15"), ("ins", "51")]
    assert "[-15-] {+51+} observers" in part(mail, "plain")
    links = [node.attributes.get("href") for node in LexborHTMLParser(page).css("a")]
    assert links == ["https://example.org/news/7/", "https://presswatch.example.org/changes/7"]


def test_as_plain_text_it_says_the_same(there: Mailbox) -> None:
    mail = mailed(there, Message("m1", NOW, (change("15 observers.", "51 observers."),)), "&format=text")
    told = part(mail, "plain")
    assert "[-15-]{+51+} observers." in told and "https://example.org/news/7/" in told and "number" in told
    assert mail.get_body(("html",)) is None


def test_a_digest_tells_of_all_and_names_the_sources(there: Mailbox) -> None:
    edits = tuple(
        change("15 men.", "51 men.", id=number, title=f"Release {number}", source=source) for number, source in ((7, "a"), (8, "b"))
    )
    mail = mailed(there, Message("m1", NOW, edits))
    assert mail["Subject"] == "2 changes: a, b"
    assert [node.text() for node in LexborHTMLParser(part(mail, "html")).css("h2")] == ["Release 7", "Release 8"]


@pytest.mark.parametrize("evil", ["x\r\nBcc: thief@example.org\r\n\r\nhello", "x\nBcc: thief@example.org", "x\u2028Bcc: thief@example.org"])
def test_a_title_does_not_break_out_of_the_header_it_becomes(there: Mailbox, evil: str) -> None:
    mail = mailed(there, Message("m1", NOW, (change("15 men.", "51 men.", title=evil, summary=evil),)))
    assert mail["Bcc"] is None and mail["Subject"].startswith("csto: x")
    assert sum(header.lower() == "bcc" for header in mail) == 0
    assert [line for envelope in there.envelopes for line in envelope if "thief" in line] == []


def test_what_comes_from_pages_is_text_and_nothing_else(there: Mailbox) -> None:
    edit = change(f"15 {EVIL}", f"51 {EVIL} \u202egnp.exe", title=EVIL, summary=EVIL, item_url="javascript:alert(1)")
    page = LexborHTMLParser(part(mailed(there, Message("m1", NOW, (edit,))), "html"))
    assert page.css("script, img, iframe, style, form") == []
    assert all(not name.startswith("on") for node in page.css("*") for name in node.attributes)
    assert [node.attributes["href"] for node in page.css("a")] == []
    assert "alert(1)" in (page.body.text() if page.body else "") and "\u202e" not in page.html  # type: ignore[operator] # a page has HTML


def test_five_megabytes_of_text_make_a_letter_of_a_bearable_size(there: Mailbox) -> None:
    text = "observers of the mission " * 200_000
    edit = Message("m1", NOW, (change("15 men.", f"51 men. {text}"),))
    assert len(part(mailed(there, edit), "html")) < 50_000
    assert len(letter(edit).plain) < 50_000
    assert len(message_json(edit)["changes"][0]["diff"]) < 1_000_000


@pytest.mark.parametrize(
    "address",
    [
        "mailto://annalise:passw0rd@127.0.0.1:{port}?to=desk@example.org&from=me@example.org&mode=insecure",
        "mailto://annalise:passw0rd@127.0.0.1:1?to=desk@example.org&from=me@example.org&mode=insecure",
        "mailto://annalise:passw0rd@127.0.0.1:1",  # no mailbox
        "nonsense://annalise:passw0rd@127.0.0.1/token-of-mine",
        "ntfy://annalise:passw0rd@127.0.0.1:1/token-of-mine",
        "json://annalise:passw0rd@127.0.0.1:1/token-of-mine?-k=token-of-mine",
    ],
)
def test_a_failure_is_told_in_words_without_the_address(there: Mailbox, address: str) -> None:
    there.refuses = True
    target = Target("desk", address.format(port=there.port))
    logged = io.StringIO()
    handler = logging.StreamHandler(logged)
    logging.root.addHandler(handler)
    try:
        outcome = send(target, sample(NOW), undeliverable)  # type: ignore[arg-type] # never called
    finally:
        logging.root.removeHandler(handler)
    assert outcome.fate is Fate.LATER and outcome.words
    told = outcome.words + repr(target) + place_of(target) + logged.getvalue()
    assert "passw0rd" not in told and "annalise" not in told and "token-of-mine" not in told


def test_the_sample_says_that_it_is_one(there: Mailbox) -> None:
    mail = mailed(there, sample(NOW))
    assert mail["Subject"].startswith("Test: ") and "nothing happened, this is a test" in part(mail, "html")
    assert message_json(sample(NOW))["test"] is True


@pytest.mark.parametrize("call", ["@everyone", "@here", "<!channel>", "<@U012AB3CD>"])
def test_a_page_rings_nobody_in_a_chat(there: Mailbox, call: str) -> None:
    edit = change(f"15 men. {call}", f"51 men. {call}", title=call, summary=call)
    mail = mailed(there, Message("m1", NOW, (edit,)), "&format=text")
    assert call not in part(mail, "plain") and call not in mail["Subject"]
    assert call.strip("<>@!") in part(mail, "plain")
