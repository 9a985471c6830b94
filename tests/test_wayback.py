"""Promise: where a web archive is named, it is asked politely for a copy of what is found, and what it says is taken for no more than that.

Whatever it does, nothing is lost, nobody waits, and nothing of it touches what we saw ourselves.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from sqlalchemy import select

from service.bundle import bundle
from service.doors import web
from service.doors.cli import cli
from service.errors import ConfigErrors
from service.fetch import deliver
from service.models import ExportFilter, FetchSettings, WaybackSettings, WebCopy
from service.savepage import MOST
from service.settings import exposed, load, load_all
from service.store import Store
from service.store.tables import asking, submission
from service.submitter import Submitter

from .conftest import HandClock
from .newsroom import DrupalSite
from .savepages import Answer, SavePages, savepages
from .storing import DATABASES, Shelf, at, environ, news, opened, restored, url, withdrawn
from .test_bundle import unpacked
from .test_daemon import daemon
from .test_passes import reworded
from .test_web import free_port
from .watching import SETTINGS, source, watch, write_config

PAUSE = timedelta(seconds=15)
SECRETS = ("k3y", "s3cret")


@pytest.fixture
def archive(clock: HandClock) -> Iterator[SavePages]:
    with savepages(clock.now) as archive:
        yield archive


class Desk:
    """A store of one baseline release, whose copies are asked of an archive; ``turns`` lets time pass as the daemon does."""

    def __init__(self, store: Store, clock: HandClock, **settings: object) -> None:
        self.store, self.clock, self.shelf = store, clock, Shelf(store)
        self.settings = WaybackSettings(sources=("*",), **settings)  # type: ignore[arg-type] # fields of WaybackSettings
        self.shelf.write(at(0), news("old", "the baseline", at(0)))
        self.submitter(self.settings).begin()

    def submitter(self, settings: WaybackSettings, *, private: bool = True) -> Submitter:
        fetch = FetchSettings(allow_private_hosts=private, connect_timeout=0.3, read_timeout=0.3, total_timeout=0.3)
        return Submitter(self.store, self.clock, settings, partial(deliver, settings=fetch, clock=self.clock, wanted=MOST))

    def publish(self, name: str) -> None:
        self.clock.moment += timedelta(seconds=1)
        self.shelf.write(self.clock.moment, news(name, f"text of {name}", self.clock.moment))

    def edit(self, name: str, text: str) -> None:
        self.clock.moment += timedelta(seconds=1)
        self.shelf.edit(name, text, self.clock.moment)

    def turns(self, count: int = 1, every: timedelta = PAUSE) -> None:
        for _ in range(count):
            self.clock.moment += every
            self.submitter(self.settings).turn()

    def copies(self, name: str) -> tuple[WebCopy, ...]:
        release = self.store.release(url(name))
        assert release is not None
        return release.copies

    def error(self) -> str:
        with self.store._database.read() as connection:
            return str(connection.scalar(select(submission.c.error)))


@pytest.fixture(params=DATABASES)
def desk(request: pytest.FixtureRequest, tmp_path: Path, clock: HandClock, archive: SavePages) -> Iterator[Desk]:
    for store in opened(request.param, tmp_path):
        yield Desk(store, clock, url=archive.url, access_key=SECRETS[0], secret_key=SECRETS[1])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield from opened("sqlite", tmp_path)


@pytest.fixture
def one(store: Store, clock: HandClock, archive: SavePages) -> Desk:
    return Desk(store, clock, url=archive.url)


class TestWhatIsAskedFor:
    def test_new_releases_and_edits_are_copied_and_the_baseline_is_not(self, desk: Desk, archive: SavePages) -> None:
        desk.turns(3)
        assert archive.told == []
        desk.publish("new")
        desk.turns(2)
        assert archive.asked == [url("new")] and archive.told == ["POST /save", "GET /save/status/spn2-1"]
        (copy,) = desk.copies("new")
        stamp = f"{desk.clock.moment:%Y%m%d%H%M%S}"
        assert copy == WebCopy(1, f"{archive.url.removesuffix('/save')}/web/{stamp}/{url('new')}", desk.clock.moment)
        desk.edit("old", "an edit")
        desk.turns(4)
        assert archive.asked == [url("new"), url("old")] and [copy.version for copy in desk.copies("old")] == [2]
        assert archive.headers[0]["authorization"] == "LOW k3y:s3cret" and archive.headers[0]["accept"] == "application/json"
        assert desk.store.submissions.waiting() == 0

    def test_what_is_withdrawn_is_not_asked_for_and_what_returns_is(self, desk: Desk, archive: SavePages) -> None:
        desk.shelf.write(at(1), withdrawn(desk.shelf.item("old"), at(1)))
        desk.clock.moment = at(2)
        desk.turns(2)
        assert archive.asked == []
        desk.shelf.write(desk.clock.moment, restored(desk.shelf.item("old"), desk.clock.moment))
        desk.turns(2)
        assert [copy.version for copy in desk.copies("old")] == [3]

    def test_of_a_release_edited_again_before_it_was_its_turn_the_newest_version_alone_waits(self, one: Desk, archive: SavePages) -> None:
        for text in ("one", "two", "three"):
            one.edit("old", text)
            one.store.submissions.gather(("*",), one.clock.moment)
        assert one.store.submissions.waiting() == 1
        one.turns(2)
        assert archive.asked == [url("old")] and [copy.version for copy in one.copies("old")] == [4]

    def test_only_the_sources_named_and_only_since_they_are(self, one: Desk, archive: SavePages) -> None:
        one.edit("old", "seen by nobody else")
        one.settings = WaybackSettings(url=archive.url)  # off
        one.submitter(one.settings).begin()
        one.turns(2)
        one.settings = WaybackSettings(sources=("other",), url=archive.url)
        one.submitter(one.settings).begin()
        one.edit("old", "of a source that is not named")
        one.turns(2)
        assert archive.asked == []
        one.settings = WaybackSettings(sources=("other", "news"), url=archive.url)
        one.edit("old", "of one that is")
        one.turns(2)
        assert [copy.version for copy in one.copies("old")] == [4]


class TestManners:
    def test_one_at_a_time_with_a_pause_and_so_many_a_day(self, one: Desk, archive: SavePages) -> None:
        one.settings = WaybackSettings(sources=("*",), url=archive.url, per_day=2)
        for name in ("a", "b", "c"):
            one.publish(name)
        archive.pending = 2
        one.turns(12, timedelta(seconds=5))
        assert archive.told == ["POST /save", *["GET /save/status/spn2-1"] * 3]  # 60 s: one asking each 15
        one.turns(20)
        assert archive.asked == [url("a"), url("b")]
        one.clock.moment += timedelta(hours=12)  # the next day
        one.turns(3)
        assert archive.asked == [url("a"), url("b"), url("c")] and one.store.submissions.waiting() == 0

    @pytest.mark.parametrize("status", [429, 503])
    def test_it_rests_as_long_as_the_archive_asks(self, one: Desk, archive: SavePages, status: int) -> None:
        one.publish("a")
        archive.next = [(status, {"Retry-After": "600"}, b"too many")]
        one.turns(40)
        assert len(archive.told) == 1
        one.turns(3)
        assert len(archive.told) == 3 and len(one.copies("a")) == 1

    def test_where_it_is_down_pauses_grow_and_after_a_week_all_is_given_up(self, one: Desk, archive: SavePages) -> None:
        one.publish("a")
        archive.next = [(500, {}, b"")] * 1000
        one.turns(96, timedelta(minutes=15))
        assert 5 < len(archive.told) < 13  # a day: after 1, 3, 9 minutes and so on up to 6 hours
        one.turns(7 * 96, timedelta(minutes=15))
        assert len(archive.told) < 40 and one.store.submissions.waiting() == 0 and one.copies("a") == ()
        archive.next = []
        one.publish("b")
        one.turns(30, timedelta(minutes=15))
        assert len(one.copies("b")) == 1

    def test_one_that_cannot_be_copied_holds_up_no_other(self, one: Desk, archive: SavePages) -> None:
        one.publish("a")
        one.turns()
        one.publish("b")
        archive.next = [(200, {}, {"status": "error", "status_ext": "error:not-found", "message": "\x1b[31mno such page"})]
        one.turns(3)
        assert one.copies("a") == () and len(one.copies("b")) == 1 and one.error() == "[31mno such page"
        one.turns(3, timedelta(minutes=5))
        assert len(one.copies("a")) == 1

    def test_what_it_never_copies_it_is_not_asked_again(self, one: Desk, archive: SavePages) -> None:
        one.publish("a")
        archive.next = [(200, {}, {"status": "error", "status_ext": "error:blocked-url", "message": "excluded"})]
        one.turns(100, timedelta(hours=1))
        assert len(archive.told) == 1 and one.store.submissions.waiting() == 0

    def test_nobody_else_asks_while_somebody_does(self, one: Desk) -> None:
        one.publish("a")
        queue, now = one.store.submissions, one.clock.moment
        assert queue.gather(("*",), now) == 1 and queue.gather(("*",), now) == 0
        assert queue.take(now, timedelta(minutes=3), 9) is not None
        assert queue.take(now, timedelta(minutes=3), 9) is None
        assert queue.take(now + timedelta(minutes=4), timedelta(minutes=3), 9) is not None  # it died, and another goes on


BEGUN: Answer = (200, {}, {"url": "x", "job_id": "spn2-1"})


LIES: list[tuple[list[Answer], str]] = [
    ([(200, {}, b"<html>Save Page Now</html>")], "not that of a Save Page Now"),
    ([(200, {}, ["job_id"])], "not that of a Save Page Now"),
    ([(200, {}, b"[" * 100_000)], "not that of a Save Page Now"),
    ([(200, {}, b" " * (MOST + 1))], "not that of a Save Page Now"),
    ([(200, {}, {"job_id": "../../etc/passwd"})], "neither begins nor says why"),
    ([(200, {}, {"job_id": {"a": 1}})], "neither begins nor says why"),
    ([(200, {}, {"job_id": "x" * 300})], "neither begins nor says why"),
    ([(200, {}, {"message": "x" * 10_000})], "x" * 200),
    ([(401, {}, {"message": "log in"})], "it wants other keys"),
    ([(302, {"Location": "http://169.254.169.254/"}, b"")], "302"),
    ([(200, {"Content-Length": "900"}, b'{"job_id": "a"')], "not that of a Save Page Now"),
    ([BEGUN, (200, {}, {"status": "success"})], "a moment that cannot be: None"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "20260230000000"})], "a moment that cannot be"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "20990101000000"})], "a moment that cannot be"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "20200101000000"})], "an older copy"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "NOW", "original_url": "https://evil.example/"})], "something else"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "NOW", "original_url": "javascript:alert(1)"})], "something else"),
    ([BEGUN, (200, {}, {"status": "success", "timestamp": "NOW", "original_url": 7})], "something else"),
    ([BEGUN, (404, {}, {})], "404"),
]


def test_lies_and_nonsense_are_told_in_words_and_make_no_copy(one: Desk, archive: SavePages) -> None:
    for number, (answers, words) in enumerate(LIES):
        name = f"r{number}"
        one.publish(name)
        now = f"{one.clock.moment + 2 * PAUSE:%Y%m%d%H%M%S}"
        archive.next = [
            (status, headers, {**said, "timestamp": now} if isinstance(said, dict) and said.get("timestamp") == "NOW" else said)
            for status, headers, said in answers
        ]
        one.turns(len(answers))
        assert words in one.error() and one.copies(name) == () and one.store.submissions.waiting() == 1, (answers, one.error())
        one.turns(4, timedelta(minutes=6))  # it comes to its senses
        assert len(one.copies(name)) == 1, answers


class TestItsWire:
    def test_one_that_is_slow_or_gone_is_told_in_words_without_the_keys(self, desk: Desk, archive: SavePages) -> None:
        desk.publish("a")
        archive.slow = 0.5
        desk.turns()
        assert "within 0.3 s" in desk.error() or "nothing" in desk.error(), desk.error()
        assert not any(secret in desk.error() for secret in SECRETS)
        archive.slow = 0
        desk.turns(8)
        assert len(desk.copies("a")) == 1

    def test_private_addresses_are_not_asked(self, one: Desk, archive: SavePages) -> None:
        one.publish("a")
        one.clock.moment += PAUSE
        one.submitter(one.settings, private=False).turn()
        assert "private" in one.error() or "loopback" in one.error(), one.error()
        assert archive.told == []

    def test_one_that_never_ends_is_asked_anew_in_a_while(self, one: Desk, archive: SavePages) -> None:
        one.publish("a")
        archive.pending = 200
        one.turns(62)
        assert len(archive.asked) == 1 and "too long" in one.error()
        archive.pending = 0
        one.turns(25)
        assert len(archive.asked) == 2 and len(one.copies("a")) == 1


class TestSettings:
    def test_it_is_off_and_nothing_is_queued_unless_sources_are_named(self, store: Store, clock: HandClock) -> None:
        assert WaybackSettings().sources == ()
        desk = Desk(store, clock)
        desk.settings = WaybackSettings()
        desk.submitter(desk.settings).begin()
        desk.publish("a")
        desk.turns(3)
        assert store.submissions.waiting() == 0

    def test_keys_come_from_files_and_stand_in_no_message(self, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(f"{SECRETS[1]}\n")
        told = {"PRESSWATCH_WAYBACK__SECRET_KEY_FILE": str(tmp_path / "key"), "PRESSWATCH_WAYBACK__ACCESS_KEY": SECRETS[0]}
        found = load(tmp_path, {**told, "PRESSWATCH_WAYBACK__SOURCES": "csto, osce"})
        assert (found.wayback.access_key, found.wayback.secret_key) == SECRETS and found.wayback.sources == ("csto", "osce")
        assert not any(secret in repr(found) for secret in SECRETS)
        config = tmp_path / "presswatch.toml"
        config.write_text(f'[wayback]\naccess_key = "{SECRETS[0]}"\nsecret_key = "{SECRETS[1]}"\n')
        config.chmod(0o644)
        assert "chmod 600" in exposed(tmp_path)[0]

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ('sources = ["nwes"]', "no source 'nwes'; did you mean 'news'?"),
            ('url = "ftp://a.example"', "wayback.url"),
            ('access_key = "k"', "go together"),
            ("pause = 0", "wayback.pause"),
        ],
    )
    def test_mistakes_are_told(self, tmp_path: Path, text: str, words: str) -> None:
        config = write_config(tmp_path, source("news", "https://news.example/"), f"[wayback]\n{text}\n")
        with pytest.raises(ConfigErrors) as told:
            load_all(config, {})
        assert words in str(told.value)


def test_a_daemon_has_what_is_published_copied(site: DrupalSite, tmp_path: Path) -> None:
    with savepages() as archive:
        asked = f'[wayback]\nsources = ["*"]\nurl = "{archive.url}"\npause = 1\n'
        write_config(tmp_path, source("news", site.url), "\n".join([SETTINGS, '[schedule]\nevery = "1s"', asked]))
        with daemon(tmp_path, "--no-web") as running:
            running.heard("pass-done")
            new = site.address(site.publish().slug)
            assert running.heard("copied")["item"] == new and archive.asked == [new]


def test_everybody_tells_where_the_copy_is(site: DrupalSite, clock: HandClock, archive: SavePages, tmp_path: Path) -> None:
    settings = f'{SETTINGS}\n[wayback]\nsources = ["news"]\nurl = "{archive.url}"\n'
    with watch(tmp_path, source("news", site.url), settings) as watched:
        house = watched.house
        ask = partial(deliver, settings=house.settings.fetch, clock=clock, wanted=MOST)
        submitter = Submitter(house.store, clock, house.settings.wayback, ask)
        watched.one()
        release = site.releases[2]
        site.edit(release.slug, *reworded(site, release.slug))
        watched.one()
        for _ in range(2):
            clock.moment = max(clock.moment, house.clock.now()) + PAUSE
            submitter.turn()
        address = site.address(release.slug)
        found = house.store.release(address)
        assert found is not None and [copy.version for copy in found.copies] == [2]
        where = found.copies[0].url
        place = ["--config", str(tmp_path / "config"), "--state", str(tmp_path / "state")]
        shown = CliRunner().invoke(cli, [*place, "show", address], env=environ(tmp_path / "state")).output
        assert "a web archive copied it at" in shown and where in shown
        stop = web.start(house, "127.0.0.1", port := free_port())
        base, asked_for = f"http://127.0.0.1:{port}", {"url": address}
        (copy,) = requests.get(f"{base}/api/v1/items/show", asked_for, timeout=9).json()["web_copies"]
        assert copy["version"] == 2 and copy["url"] == where
        assert where in requests.get(f"{base}/release", asked_for, timeout=9).text
        assert where not in requests.get(f"{base}/release", {**asked_for, "version": "1"}, timeout=9).text
        stop()
        folder = unpacked(b"".join(bundle(house.store, house.archive, 1)), tmp_path / "evidence")
    change = json.loads((folder / "change.json").read_text())
    assert change["before"]["web_copy"] is None and change["after"]["web_copy"]["url"] == where
    readme = (folder / "README.txt").read_text()
    assert where in readme and "none of ours" in readme
    assert subprocess.run([sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, check=False).returncode == 0


def test_what_was_copied_goes_along_with_an_export_and_what_waits_does_not(one: Desk, tmp_path: Path) -> None:
    one.publish("a")
    one.turns(2)
    one.publish("b")
    one.store.submissions.gather(("*",), one.clock.moment)
    other = Store.open(tmp_path / "other.db")
    other.import_lines(one.store.export(ExportFilter()))
    release = other.release(url("a"))
    assert release is not None and release.copies == one.copies("a") and other.submissions.waiting() == 0
    with other._database.read() as connection:
        assert connection.execute(select(asking)).first() is None
    other.close()
