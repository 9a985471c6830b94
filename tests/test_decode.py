"""Promise: a page is read in the charset it is in, whatever it claims."""

import codecs
import gzip
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.decode import decode

RUSSIAN = "27 июня 2019 года в Москве состоялось заседание Постоянного совета при ОДКБ"
UKRAINIAN = "Засідання ради відбулося у Києві, де було підписано вісім документів про співпрацю"
FRENCH = "Le conseil s'est réuni à Genève; l'élève a été reçu à l'école « Molière », où naît la fête"
SPANISH = "El señor Muñoz dirigió la sesión número ocho según la tradición española"
GERMAN = "Die Präsidentin eröffnete die Tagung über Außenpolitik für Österreich und Südtirol"
JAPANESE = "本日、外務大臣は記者会見を行い、共同声明を発表した。"
CHINESE = "外交部发言人主持例行记者会，介绍了此次会议的情况。"
KOREAN = "외교부 대변인은 오늘 정례 브리핑에서 회의 결과를 설명했다."
GREEK = "Ο υπουργός Εξωτερικών συναντήθηκε σήμερα με τον ομόλογό του στην Αθήνα για συνομιλίες"


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r", "iso-8859-5", "cp866"])
@pytest.mark.parametrize("where", ["header", "meta", "prolog"])
def test_declared_anywhere(encoding: str, where: str) -> None:
    head = {
        "header": "<html>",
        "meta": f'<html><meta charset="{encoding}">',
        "prolog": f'<?xml version="1.0" encoding="{encoding}"?>',
    }[where]
    header = f"text/html; charset={encoding}" if where == "header" else "text/html"
    assert RUSSIAN in decode((head + RUSSIAN).encode(encoding), header)


@pytest.mark.parametrize("encoding", ["utf-8", "windows-1251", "koi8-r"])
@pytest.mark.parametrize("claimed", ["", "utf-8", "iso-8859-1", "windows-1251", "koi8-r", "us-ascii", "x-unknown"])
@pytest.mark.parametrize("text", [RUSSIAN, RUSSIAN.split(" в ", 1)[1], "Новости"])
def test_cyrillic_whatever_is_claimed(encoding: str, claimed: str, text: str) -> None:
    assert decode(text.encode(encoding), f"text/html; charset={claimed}") == text


def test_ukrainian_without_claim() -> None:
    assert decode(UKRAINIAN.encode("cp1251"), "") == UKRAINIAN


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH, "cp1252"),
        (SPANISH, "iso-8859-1"),
        (GERMAN, "iso-8859-15"),
        (GREEK, "windows-1253"),
        (JAPANESE, "shift_jis"),
        (JAPANESE, "euc-jp"),
        (JAPANESE, "iso-2022-jp"),
        (CHINESE, "gb2312"),
        (CHINESE, "big5hkscs"),
        (KOREAN, "euc-kr"),
    ],
)
def test_honest_claims_are_believed(text: str, encoding: str) -> None:
    served = text.encode(encoding, "replace")
    assert decode(served, f"text/html; charset={encoding}") == served.decode(encoding)


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [(codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be")],
)
def test_byte_order_mark_beats_the_header_and_is_no_text(mark: bytes, encoding: str) -> None:
    assert decode(mark + RUSSIAN.encode(encoding), "text/html; charset=windows-1251") == RUSSIAN


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_without_a_mark(encoding: str) -> None:
    assert decode(f"<rss>{RUSSIAN}</rss>".encode(encoding), "application/xml") == f"<rss>{RUSSIAN}</rss>"


def test_utf8_with_a_broken_byte_stays_utf8() -> None:
    assert decode(FRENCH.encode() * 3 + b"\xe9", "text/html; charset=iso-8859-1").startswith(FRENCH)


def test_undeclared_western_text_is_guessed() -> None:
    assert decode(FRENCH.encode("cp1252"), "text/html") == FRENCH


def test_header_utf8_over_a_page_that_says_1251() -> None:
    page = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset=windows-1251"></head>{RUSSIAN}</html>'
    assert decode(page.encode("cp1251"), "text/html; charset=utf-8") == page


@given(st.text(st.characters(exclude_characters="\0\x1b\ufeff", exclude_categories=["Cs"])))
@settings(deadline=None, max_examples=100)
def test_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode(), "text/html; charset=koi8-r") == text


@given(st.binary(max_size=300), st.sampled_from(["", "text/html; charset=gbk", "text/html; charset=utf-7", "; ;=charset"]))
@settings(deadline=None, max_examples=100)
def test_no_bytes_make_it_fail(body: bytes, content_type: str) -> None:
    assert isinstance(decode(body, content_type), str)


def test_pages_of_the_corpus_come_back_from_a_legacy_charset(corpus) -> None:
    """Real pages in Russian, re-encoded, under a wrong claim: the text comes back."""
    tried = 0
    with gzip.open(corpus / "debian-news-edits" / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["before"].get("body_html", "") for line in lines]
    for text in texts:
        if sum("а" <= letter <= "я" for letter in text) < 500:
            continue
        for encoding in ("cp1251", "koi8-r"):
            served = text.encode(encoding, "replace")
            tried += 1
            assert decode(served, "text/html; charset=iso-8859-1") == served.decode(encoding)
    assert tried >= 20
