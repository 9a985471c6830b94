"""Memento (RFC 7089): a client of the protocol finds every version of a release at its moment."""

from collections.abc import Iterator
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from pathlib import Path

import pytest
import requests
from memento_client.memento_client import MementoClient
from requests.utils import parse_header_links

from service.doors import web

from .newsroom import DrupalSite, Newsroom
from .storing import START
from .test_web import first_word, free_port
from .timelapse import SetClock
from .watching import Watch, source, watch

HOUR = timedelta(hours=1)


class Served:
    """A release with three versions, an hour apart, and the pages over it."""

    def __init__(self, site: DrupalSite, watched: Watch, clock: SetClock, base: str) -> None:
        self.site, self.watched, self.base = site, watched, base
        release = site.releases[2]
        self.url = site.address(release.slug)
        before = first_word(release.body)
        watched.one()
        for word in ("fifty-one", "sixty-one"):
            clock.moment += HOUR
            site.edit(release.slug, before, word)
            watched.one()
            before = word
        self.lines = watched.house.store.version_lines(self.url)

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.base}{path}", headers=headers, allow_redirects=False, timeout=10)


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    site, clock = DrupalSite(count=6), SetClock(START)
    with Newsroom(site) as newsroom, watch(tmp_path, source("news", newsroom.url), clock=clock) as watched:
        port = free_port()
        stop = web.start(watched.house, "127.0.0.1", port)
        yield Served(site, watched, clock, f"http://127.0.0.1:{port}")
        stop()


def links(answer: requests.Response) -> dict[str, dict[str, str]]:
    return {link["rel"]: link for link in parse_header_links(answer.headers["Link"])}


def test_the_timemap_lists_every_version_in_order(served: Served) -> None:
    answer = served.get(f"/timemap/link/{served.url}")
    assert answer.headers["Content-Type"].startswith("application/link-format")
    told = parse_header_links(answer.text.strip().replace(",\n", ", "))
    assert [link["rel"] for link in told] == ["original", "timegate", "self", "first memento", "memento", "last memento"]
    moments = [parsedate_to_datetime(link["datetime"]) for link in told[3:]]
    assert moments == [line.seen_from.replace(microsecond=0) for line in served.lines]
    assert told[0]["url"] == served.url
    for link, line in zip(told[3:], served.lines, strict=True):
        shown = requests.get(link["url"], timeout=10)
        assert parsedate_to_datetime(shown.headers["Memento-Datetime"]) == line.seen_from.replace(microsecond=0)
        reading = served.watched.house.store.reading(served.url, line.number)
        assert reading is not None and reading.blocks[0].text[:20] in shown.text


@pytest.mark.parametrize(("after", "number"), [(-9 * HOUR, 0), (HOUR / 2, 0), (HOUR * 1.5, 1), (9 * HOUR, 2)])
def test_the_timegate_leads_to_the_version_of_a_moment(served: Served, after: timedelta, number: int) -> None:
    asked = format_datetime(served.lines[0].seen_from + after, usegmt=True)
    answer = served.get(f"/timegate/{served.url}", **{"Accept-Datetime": asked})
    assert answer.status_code == 302 and answer.headers["Vary"] == "accept-datetime"
    shown = requests.get(answer.headers["Location"], timeout=10)
    assert parsedate_to_datetime(shown.headers["Memento-Datetime"]) == served.lines[number].seen_from.replace(microsecond=0)


def test_without_a_moment_the_newest_is_meant(served: Served) -> None:
    answer = served.get(f"/timegate/{served.url}")
    assert "sixty-one" in requests.get(answer.headers["Location"], timeout=10).text


def test_a_memento_names_its_neighbours(served: Served) -> None:
    stamps = [line.seen_from.strftime("%Y%m%d%H%M%S") for line in served.lines]
    answer = served.get(f"/memento/{stamps[1]}/{served.url}")
    assert set(links(answer)) == {"original", "timegate", "timemap", "first prev memento", "memento", "last next memento"}
    assert stamps[0] in links(answer)["first prev memento"]["url"]


def test_a_moment_between_leads_to_the_version_that_was_seen_then(served: Served) -> None:
    between = (served.lines[0].seen_from + HOUR / 2).strftime("%Y%m%d%H%M%S")
    answer = served.get(f"/memento/{between}/{served.url}")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith(f"{served.lines[0].seen_from.strftime('%Y%m%d%H%M%S')}/{served.url}")


def test_the_address_may_come_escaped_or_with_a_slash_less(served: Served) -> None:
    for told in (requests.utils.quote(served.url, safe=""), served.url.replace("://", ":/")):
        assert served.get(f"/timemap/link/{told}").status_code == 200


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/timemap/link/https://unknown.example/", {}, 404),
        ("/timegate/nonsense", {}, 404),
        ("/timegate/{url}", {"Accept-Datetime": "yesterday"}, 400),
        ("/memento/2026/{url}", {}, 404),
        ("/memento/99999999999999/{url}", {}, 404),
    ],
)
def test_what_cannot_be_answered_is_told_in_words(served: Served, path: str, headers: dict[str, str], status: int) -> None:
    answer = served.get(path.format(url=served.url), **headers)
    assert answer.status_code == status and "Traceback" not in answer.text


@pytest.mark.parametrize(("after", "number"), [(-9 * HOUR, 0), (HOUR * 1.5, 1), (9 * HOUR, 2)])
def test_the_client_of_the_authors_of_memento_finds_each_version(served: Served, after: timedelta, number: int) -> None:
    with MementoClient(timegate_uri=f"{served.base}/timegate/", check_native_timegate=False) as client:
        asked = (served.lines[0].seen_from + after).replace(tzinfo=None)
        told = client.get_memento_info(served.url, asked)
    assert told["original_uri"] == served.url and told["timegate_uri"] == f"{served.base}/timegate/{served.url}"
    moments = [line.seen_from.replace(microsecond=0, tzinfo=None) for line in served.lines]
    found = told["mementos"]
    assert found["closest"]["datetime"] == moments[number] and found["closest"]["http_status_code"] == 200
    assert (found["first"]["datetime"], found["last"]["datetime"]) == (moments[0], moments[-1])
    assert found.get("prev", {}).get("datetime") == (moments[number - 1] if number else None)
    assert found.get("next", {}).get("datetime") == (moments[number + 1] if number + 1 < len(moments) else None)


def test_the_client_of_the_authors_of_memento_reads_the_timemap(served: Served) -> None:
    told = MementoClient.parse_link_header(served.get(f"/timemap/link/{served.url}").text.strip())
    relations = [" ".join(link["rel"]) for link in told.values()]
    assert relations == ["original", "timegate", "self", "first memento", "memento", "last memento"]
    moments = [MementoClient.convert_to_datetime(link["datetime"][0]) for link in list(told.values())[3:]]
    assert moments == [line.seen_from.replace(microsecond=0, tzinfo=None) for line in served.lines]
