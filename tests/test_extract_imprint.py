"""What a page prints of itself dates the release, and is none of its words."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.extract import datelines, extract, imprint
from service.extract.imprint import is_imprint
from service.models import Reading, Source
from tests.reading import snapshot

TEXT = "<p>The minister opened the new bridge over the river today, with more than four hundred guests from both of its banks.</p>" * 3
HISTORY = """<div class="dates">Published 6 April 2021<br>Last updated 7 April 2021 <a href="#h">+ show all updates</a><div><ol>
<li><time datetime="2021-04-07T07:36:27+01:00">7 April 2021</time><p>Added translation</p></li>
<li><time datetime="2021-04-06T12:29:56+01:00">6 April 2021</time><p>First published.</p></li></ol></div></div>"""


def read(body: str, language: str = "en") -> Reading:
    page = f"<html lang={language}><head><title>A bridge opens</title></head><body><main><h1>A bridge opens</h1>{body}</main></body></html>"
    return extract(snapshot(page), Source("a", "https://example.org/news"))


def texts(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks]


@pytest.mark.parametrize(
    "line",
    [
        "Last updated 4 February 2022",
        "Last updated: 4 February 2022, 14:30",
        "Last updated 9 February 2022 + show all updates",
        "Published 17 March 2020 Last updated 9 February 2022 + show all updates",
        "Published: 17 March 2020 | Updated: 9 February 2022",
        "This page was last modified on Friday, 4 February 2022",
        "4 April 2022 — See all updates",
        "Updated 2022-02-04",
        "Обновлено 4 февраля 2022",
        "Обновлено: 04.02.2022 14:30",
        "Последнее обновление: 4 февраля 2022 г.",
        "Опубликовано 3 февраля 2022, обновлено 4 февраля 2022",
        "Оновлено 4 лютого 2022",
        "Aktualisiert am 4. Februar 2022",
        "Stand: 04.02.2022",
        "Mis à jour le 4 février 2022",
        "Actualizado el 4 de febrero de 2022",
        "Ultimo aggiornamento: 4 febbraio 2022",
        "Son güncelleme: 4 Şubat 2022",
        "更新日期：2022年2月4日",
    ],
)
def test_a_label_with_its_date_is_imprint(line: str) -> None:
    assert is_imprint(line, None)


@pytest.mark.parametrize(
    "line",
    [
        "The list was last updated on 4 February, and 12 people were added.",
        "The list was last updated on 4 February 2022, and 12 people were added.",
        "Last updated 4 February 2022 with the names of the victims",
        "Updated guidance from 4 February 2022",
        "Updated: 12 people were killed",
        "Published figures for 4 February 2022 show a fall",
        "Released 4 February 2022: 12 prisoners",
        "Standing 4 February 2022",
        "4 February 2022",
        "Last updated",
        "See all updates",
        "Обновлено 12 школ",
        "Обновлено 4 февраля 2022 года 12 школ области",
    ],
)
def test_a_sentence_is_none(line: str) -> None:
    assert not is_imprint(line, None)


@pytest.mark.parametrize(
    "listed", ["<dl><dt>Published:</dt><dd>6 April 2021</dd><dt>Last updated:</dt><dd>7 April 2021, see all updates</dd></dl>", ""]
)
def test_a_history_that_appears_changes_neither_words_nor_date(listed: str) -> None:
    before = read(
        f"<dl><dt>Published:</dt><dd>6 April 2021</dd></dl>{TEXT}<div class=dates>Published 6 April 2021</div>" if listed else TEXT
    )
    after = read(f"{listed}{TEXT}{HISTORY}")
    assert texts(after) == texts(before)
    assert after.published == (before.published if listed else "2021-04-06")
    assert after.modified == "2021-04-07"


@pytest.mark.parametrize(
    "log",
    [
        "<h2>Updates to this page</h2><dl><dt>7 April 2021</dt><dd>Added translation</dd></dl>",
        "<h2>История изменений</h2><ul><li><b>7 апреля 2021</b> Добавлен перевод</li></ul>",
        "<div class=change-history><ol><li><p>7 April 2021</p><p>Added translation</p></li></ol></div>",
    ],
)
def test_a_log_under_its_heading_is_none_of_the_words(log: str) -> None:
    assert texts(read(f"{TEXT}{log}")) == texts(read(TEXT))
    assert read(f"{TEXT}{log}").published is None


def test_a_timeline_of_a_release_stays() -> None:
    days = "".join(
        f"<li><time>{day}</time><p>{told}</p></li>" for day, told in (("7 April 2019", "Work begins at last"), ("8 May 2020", "It ends"))
    )
    assert "Work begins at last" in texts(read(f"{TEXT}<h2>How it was built</h2><ul>{days}</ul>"))


_SIGNS = st.characters(exclude_characters="ıİſ\u212a")  # the signs whose case is a matter of language


@settings(deadline=None, max_examples=200)
@given(st.from_regex(imprint._LABEL, fullmatch=True, alphabet=_SIGNS))
def test_every_label_has_a_stem_by_which_it_is_looked_for(label: str) -> None:
    assert imprint._may_be_labelled(label)


@settings(deadline=None, max_examples=200)
@given(st.from_regex(datelines._UPDATED, fullmatch=True, alphabet=_SIGNS))
def test_every_word_for_an_update_has_a_stem_by_which_it_is_looked_for(words: str) -> None:
    assert datelines._may_say(words)
