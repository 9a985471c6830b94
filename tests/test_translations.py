"""A release in several languages: what befalls all of them within an hour is one event, in the terminal and on the pages.

Most of case 40 of what was met in the field.
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote
from urllib.request import urlopen

import pytest

from service.doors import web
from service.doors.cli import changes
from service.models import ChangeFilter, ChangeLine
from service.render import WITHIN, grouped

from .dynamics import texts
from .test_cli_output import change
from .test_reality_feeds import FeedSite, later, watching
from .test_web import free_port
from .timelapse import Timelapse

WORDS = (
    ("de", "Sicherheitsaktualisierung für Linux", "Dieses Problem wurde in Version {} behoben. Wir empfehlen die Aktualisierung."),
    ("fr", "Mise à jour de sécurité pour Linux", "Ce problème a été corrigé dans la version {}. Nous recommandons la mise à jour."),
    ("en", "Security update for Linux", "This problem has been fixed in version {}. We recommend that you upgrade your packages."),
    ("ru", "Обновление безопасности Linux", "Эта проблема была исправлена в версии {}. Рекомендуется обновить пакеты."),
)


class TranslatedSite(FeedSite):
    """One announcement in several languages, each at an address of its own, and news in none but one."""

    def article(self, item: int) -> str:
        if item >= len(WORDS):
            return super().article(item)
        language, title, text = WORDS[item]
        text = text.format(self.edits.get(item, "3.16.7-ctk9"))
        others = "".join(f'<link rel="alternate" hreflang="{words[0]}" href="{self.link(place)}">' for place, words in enumerate(WORDS))
        others += f'<link rel="alternate" hreflang="x-default" href="{self.link(len(WORDS))}">'  # which names none of them
        return (
            f'<!DOCTYPE html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title>{others}</head><body>'
            f'<nav><a href="/">Home</a></nav><main><h1>{title}</h1><div class="text"><p>{text}</p>{texts(str(90 + item))[2]}</div></main>'
            "<footer>Press office</footer></body></html>"
        )


def test_case_40_the_same_correction_in_several_languages_is_one_event_with_each_article_listed(tmp_path: Path) -> None:
    site = TranslatedSite(count=9)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        told: list[ChangeLine] = []
        for group in ((0, 1), (2, len(WORDS)), (3,)):
            later(watcher, timedelta(minutes=20))
            site.edits |= dict.fromkeys(group, "3.16.7-ckt9")
            told += watcher.pass_over(recheck=True).told
        other = next(line for line in told if line.item_url == site.link(len(WORDS)))
        told.remove(other)
        assert {line.item_url for line in told} == {site.link(item) for item in range(4)}
        assert {(line.kind, line.fields) for line in told} == {("edited", ("body",))}
        store = watcher.house.store
        for item in range(4):
            release = store.release(site.link(item))
            assert release is not None
            assert {other.item_url for other in release.translations} == {site.link(other) for other in range(4) if other != item}
        lines = store.changes(ChangeFilter())
        event, alone = grouped(lines, store.akin(line.id for line in lines))
        assert (event, alone) == (tuple(told), (other,))
        for line in told:
            assert set(store.told_of_others(line.id, WITHIN)) == set(told) - {line}
        assert store.told_of_others(other.id, WITHIN) == ()
        later(watcher, timedelta(hours=2))
        site.edits |= {0: "3.16.7-ckt10"}
        (late,) = watcher.pass_over(recheck=True).told
        lines = store.changes(ChangeFilter())
        assert len(grouped(lines, store.akin(line.id for line in lines))) == 3 and store.told_of_others(late.id, WITHIN) == ()
        assert (named := store.release(site.link(len(WORDS)))) is not None and named.translations == ()


DE, FR = (change(id=number, item_url=f"https://news.example/{language}/7") for number, language in ((1, "de"), (2, "fr")))
BOTH = {1: {2}, 2: {1}}
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


@pytest.mark.parametrize(
    ("first", "second", "akin", "together"),
    [
        (DE, FR, BOTH, True),
        (FR, DE, BOTH, True),
        (DE, FR, {}, False),
        (DE, FR, {1: {3}, 2: {3}}, False),
        (DE, replace(FR, detected_at=FR.detected_at + HOUR), BOTH, True),
        (DE, replace(FR, detected_at=FR.detected_at + HOUR + MINUTE), BOTH, False),
        (replace(DE, detected_at=DE.detected_at + HOUR + MINUTE), FR, BOTH, False),
        (DE, replace(FR, kind="withdrawn"), BOTH, False),
        (DE, replace(FR, item_url=DE.item_url), BOTH, False),
    ],
)
def test_what_is_one_event(first: ChangeLine, second: ChangeLine, akin: dict[int, set[int]], together: bool) -> None:
    assert grouped((first, second), akin) == (((first, second),) if together else ((first,), (second,)))


def test_a_group_stands_where_its_first_does_and_takes_over_others() -> None:
    other, en = change(id=3, item_url="https://news.example/de/8"), change(id=4, item_url="https://news.example/en/7")
    assert grouped((DE, other, FR, en), {1: {2}, 2: {1, 4}, 4: {2}}) == ((DE, FR, en), (other,))


@pytest.fixture
def corrected(tmp_path: Path) -> Iterator[Timelapse]:
    """Three of four languages corrected at once, and something else edited."""
    site = TranslatedSite(count=9)
    with watching(site, tmp_path) as watcher:
        watcher.pass_over()
        later(watcher, timedelta(minutes=20))
        site.edits |= {**dict.fromkeys((0, 1, 2), "3.16.7-ckt9"), 6: "More of it."}
        watcher.pass_over(recheck=True)
        yield watcher


def test_the_terminal_tells_it_once_with_each_article(corrected: Timelapse, capsys: pytest.CaptureFixture[str]) -> None:
    lines = corrected.house.changes(ChangeFilter(limit=50))
    changes.show_table(grouped(lines, corrected.house.akin(lines)))
    _, *rows = capsys.readouterr().out.splitlines()
    of_event = [row for row in rows if "Linux" in row]
    assert len(rows) == 4 and ["also " in row for row in of_event] == [False, True, True]


def test_the_pages_show_it_once_and_link_the_languages(corrected: Timelapse) -> None:
    port = free_port()
    stop = web.start(corrected.house, "127.0.0.1", port)
    try:

        def page(path: str) -> str:
            with urlopen(f"http://127.0.0.1:{port}{path}") as answer:
                return str(answer.read().decode())

        front = page("/?lang=en")
        (others,) = re.findall(r'<ul class="others".*?</ul>', front, re.DOTALL)
        assert front.count('<h2 class="title">') == 2 and others.count("<li") == 2
        number = int(re.findall(r'href="/changes/(\d+)"', others)[0])
        assert page(f"/changes/{number}?lang=en").count('<li id="change-') == 2
        line = corrected.house.store.change(number)
        assert line is not None and line.item_url is not None
        told = page(f"/release?url={quote(line.item_url, safe='')}&lang=ru")
        assert "На других языках" in told and told.count('href="/release?url=') >= 3
    finally:
        stop()
