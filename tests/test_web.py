"""The pages as people get them: the change log, a withdrawal with its last text, and what is not there."""

import socket
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from service.doors import web

from .newsroom import DrupalSite
from .watching import Watch, source, watch

Answer = tuple[int, str, str]  # status, media type, text
Ask = Callable[[str], Answer]


@pytest.fixture
def watched(site: DrupalSite, tmp_path: Path) -> Iterator[Watch]:
    with watch(tmp_path, source("news", site.url)) as begun:
        begun.one()
        yield begun


@pytest.fixture
def base(watched: Watch) -> Iterator[str]:
    port = free_port()
    stop = web.start(watched.house, "127.0.0.1", port)
    yield f"http://127.0.0.1:{port}"
    stop()


@pytest.fixture
def ask(base: str) -> Ask:
    def answer(path: str) -> Answer:
        try:
            with urllib.request.urlopen(f"{base}{path}") as given:
                return given.status, given.headers["Content-Type"], given.read().decode()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.headers["Content-Type"], refused.read().decode()

    return answer


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def first_word(body: str) -> str:
    return body.removeprefix("<p>").split(" ")[0]


def test_a_withdrawn_release_is_shown_with_its_last_text(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    gone = site.releases[3]
    site.withdraw(gone.slug)
    watched.one()
    (change,) = watched.changes()
    _, _, page = ask(f"/changes/{change.id}")
    assert "withdrawn" in page and "Its last text" in page
    assert gone.title in page and first_word(gone.body) in page


def test_what_is_not_there_is_told_in_the_form_that_was_asked_for(ask: Ask) -> None:
    for address in ("/changes/99", "/changes/one", "/elsewhere"):
        status, media, text = ask(address)
        assert (status, media) == (404, "text/html; charset=utf-8")
        assert "<h1>There is no" in text
    status, media, text = ask("/api/v1/changes/99/diff")
    assert (status, media) == (404, "application/problem+json")
    assert "There is no change 99" in text


def test_an_edit_has_its_words_marked(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    release = site.releases[2]
    first = first_word(release.body)
    site.edit(release.slug, first, f"{first} edited")
    watched.one()
    (change,) = watched.changes()
    _, _, page = ask(f"/changes/{change.id}")
    assert "<ins>edited</ins>" in page
    assert page.count(release.title) == 2  # the name of the page, and its head
    assert f'href="/changes/{change.id}"' in ask("/?source=news")[2]
    assert site.url in ask("/sources")[2]


def test_filters_live_in_the_address(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    for release, words in ((site.releases[2], "edited"), (site.releases[3], "changed")):
        site.edit(release.slug, first_word(release.body), words)
    site.withdraw(site.releases[4].slug)
    watched.one()
    pages = {
        query: ask(f"/{query}")[2].count('<li class="') for query in ("", "?kind=edited", "?kind=withdrawn", "?kind=moved", "?source=none")
    }
    assert list(pages.values()) == [3, 2, 1, 0, 0]
    assert "No change fits" in ask("/?kind=moved")[2]
    assert '<option value="edited" selected>' in ask("/?kind=edited")[2]
    assert ask("/?kind=&source=&since=&until=")[0] == 200  # as a form without JavaScript sends it
    newest = watched.changes()[-1].id
    assert ask(f"/?before={newest}")[2].count('<li class="') == 2


def test_what_is_found_while_one_looks_comes_by_itself(site: DrupalSite, watched: Watch, base: str) -> None:
    with urllib.request.urlopen(f"{base}/live?after=0") as stream:
        site.withdraw(site.releases[4].slug)
        watched.one()
        told = [stream.readline().decode() for _ in range(3)]
    assert told[0] == "id: 1\n"
    assert told[1].startswith('data: <li class="substantive fresh"')


def edited(site: DrupalSite, watched: Watch) -> tuple[str, int]:
    """Edit a release by a word; return its address and the number of the change."""
    release = site.releases[2]
    site.edit(release.slug, first_word(release.body), "fifty-one")
    watched.one()
    return site.address(release.slug), watched.changes()[-1].id


def test_an_edit_side_by_side(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    _, number = edited(site, watched)
    page = ask(f"/changes/{number}?view=side")[2]
    before, after = page.split("<td dir=")[1:3]
    assert "<del>" in before and "<ins>" not in before
    assert "<ins>fifty-one</ins>" in after and "<del>" not in after
    assert "SHA-256" in page and f'href="/changes/{number}?view=inline"' in page


def test_a_release_shows_its_versions_and_any_two_compared(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    url, number = edited(site, watched)
    page = ask(f"/release?url={url}")[2]
    assert "fifty-one" in page and f'href="/changes/{number}"' in page
    assert "fifty-one" not in ask(f"/release?url={url}&version=1")[2].partition("What version 1 said")[2]
    assert "<ins>fifty-one</ins>" in ask(f"/release?url={url}&from=1&to=2")[2]
    assert "<del>fifty-one</del>" in ask(f"/release?url={url}&from=2&to=1")[2]
    assert "These two say the same" in ask(f"/release?url={url}&from=2&to=2")[2]
    assert "It was not seen then" in ask(f"/release?url={url}&at=2001-01-01")[2]
    assert ask("/release?url=https://unknown.example/")[0] == 404


def test_the_search_page_marks_what_it_found(site: DrupalSite, watched: Watch, ask: Ask) -> None:
    _, number = edited(site, watched)
    while watched.house.store.index():
        pass
    page = ask("/search?q=fifty-one")[2]
    assert "<mark>fifty-one</mark>" in page and f'href="/changes/{number}"' in page
    assert "Nothing fits" in ask("/search?q=fifty-one&removed=true")[2]
    assert "nothing to search for" in ask("/search?q=-fifty")[2]
    assert "will not be deployed" in ask("/search")[2]
    assert ask("/search?q=a&source=&since=&until=")[0] == 200


def test_pages_speak_the_language_of_the_reader(ask: Ask) -> None:
    assert '<html lang="en">' in ask("/")[2]
    assert '<html lang="ru">' in ask("/?lang=ru")[2]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/changes?since=2026-01-01", 200),
        ("/api/v1/changes?since=0001-01-01T00:00:00%2B14:00", 422),
        ("/api/v1/changes?after=99999999999999999999", 422),
        ("/api/v1/changes/99999999999999999999/diff", 422),
        ("/changes/99999999999999999999", 422),
    ],
)
def test_what_no_store_can_take_is_refused_in_words(ask: Ask, path: str, status: int) -> None:
    assert ask(path)[0] == status
