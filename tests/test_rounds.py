"""Rounds and manual refreshes when something stands in their way: nothing spins, nothing waits for ever, nothing is told twice."""

import gc
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from service.bootstrap import House
from service.errors import PresswatchError, UsageError
from service.fetch import Fetcher
from service.meters import Meters
from service.models import ChangeFilter, SourceReport
from service.passes import run_pass
from service.refresh import Wish, refresh_there, serve_order
from service.rounds import fenced

from .newsroom import DrupalSite, Newsroom
from .watching import Watch, source, watch


@pytest.fixture
def watched(site: DrupalSite, tmp_path: Path) -> Iterator[Watch]:
    with watch(tmp_path, source("news", site.url)) as watched:
        watched.house.store.sync_sources(watched.house.sources, watched.house.clock.now())
        yield watched


def scheduled(house: House) -> tuple[SourceReport, ...]:
    """Do what the daemon does at a tick."""
    (due,) = house.store.claim(house.clock.now(), 1, timedelta(minutes=1))
    return house.rounds.run_host(due, {source.id: source for source in house.sources})


def wait_of(house: House) -> timedelta:
    next_due = house.store.next_due()
    assert next_due is not None
    return next_due - house.clock.now()


def edit(site: DrupalSite, number: int) -> None:
    release = site.releases[number]
    word = site[release.slug].body.split(" ")[0]
    site.edit(release.slug, word, f"{word} edited")


def logged(folder: Path) -> list[int]:
    return [json.loads(line)["id"] for line in (folder / "state" / "changes.jsonl").read_text().splitlines()]


def test_a_pass_that_cannot_be_written_is_not_tried_again_at_once(watched: Watch, tmp_path: Path) -> None:
    (tmp_path / "state" / "snapshots").write_text("where the folder of raw pages should be")
    (report,) = scheduled(watched.house)
    assert report.outcome == "failed" and "raw pages cannot be written" in report.errors[0]
    assert wait_of(watched.house) > timedelta(seconds=50)


def test_a_bug_met_in_one_source_is_a_report(watched: Watch) -> None:
    def stumble() -> SourceReport:
        raise ZeroDivisionError("by nought")

    meters = Meters()
    report = fenced("news", stumble, meters)
    assert (report.source, report.outcome) == ("news", "failed")
    assert "ZeroDivisionError" in report.errors[0]
    assert meters.read().passes == {"broken": 1}


def test_a_manual_refresh_has_its_host_for_itself(watched: Watch) -> None:
    house = watched.house
    lease = house.leases.seize("news")
    assert house.store.claim(house.clock.now(), 1, timedelta(minutes=1)) == ()
    house.leases.let_go(lease, timedelta(0))
    (report,) = scheduled(house)
    assert report.outcome == "baseline"


def test_a_source_that_this_process_does_not_know_is_left_to_others_for_a_while(watched: Watch) -> None:
    house = watched.house
    (due,) = house.store.claim(house.clock.now(), 1, timedelta(minutes=1))
    (report,) = house.rounds.run_host(due, {})
    assert report.outcome == "failed" and "does not know it" in report.errors[0]
    assert wait_of(house) > timedelta(seconds=50)


def test_a_lease_is_renewed_before_everything_that_is_asked(site: DrupalSite, watched: Watch) -> None:
    house, asked = watched.house, list[int]()
    watched.one()
    edit(site, 3)
    before = len(site.requests)
    plan = house.store.plan(house.sources[0], house.clock.now(), recheck=True)
    run_pass(house.tools(), plan, before_request=lambda: asked.append(len(site.requests)))
    assert len(asked) == len(site.requests[before:])


def test_what_could_not_be_logged_is_logged_with_the_next_change(site: DrupalSite, watched: Watch, tmp_path: Path) -> None:
    watched.one()
    (tmp_path / "state" / "changes.jsonl").mkdir()
    rounds, news = watched.house.rounds, watched.house.sources[0]
    edit(site, 3)
    assert rounds.refresh(news, recheck=True).edited == 1
    (tmp_path / "state" / "changes.jsonl").rmdir()
    edit(site, 4)
    assert rounds.refresh(news, recheck=True).edited == 1
    assert logged(tmp_path) == [line.id for line in watched.house.store.changes(ChangeFilter())] == [1, 2]


def test_changes_of_several_hosts_are_logged_once_and_in_order(tmp_path: Path) -> None:
    sites = [DrupalSite(seed=seed, count=6) for seed in range(5)]
    with (
        Newsroom(*sites),
        watch(tmp_path, "".join(source(f"s{number}", site.url) for number, site in enumerate(sites))) as watched,
    ):
        watched.refresh()
        told = len(watched.changes())
        for site in sites:
            edit(site, 2)
        watched.refresh(recheck=True)
        assert logged(tmp_path) == [line.id for line in watched.changes()]
        assert len(logged(tmp_path)) == told + len(sites)


def test_a_log_of_another_database_is_gone_on_with(site: DrupalSite, watched: Watch, tmp_path: Path) -> None:
    watched.one()
    (tmp_path / "state" / "changes.jsonl").write_text('{"id": 500}\n')
    edit(site, 3)
    watched.one()
    edit(site, 4)
    watched.one()
    assert logged(tmp_path) == [500, 1, 2]


def test_an_order_that_cannot_be_served_is_ended_with_words(watched: Watch) -> None:
    house = watched.house
    number = house.store.order(("elsewhere",), (), False, house.clock.now())
    (order,) = house.store.open_orders()

    def unknown() -> Wish:
        raise UsageError("the daemon does not know elsewhere yet")

    serve_order(order, house.rounds, house.store, unknown, 1, house.clock)
    ended = house.store.order_state(number)
    assert ended is not None and ended.finished_at is not None
    assert [(report.source, report.outcome, report.errors) for report in ended.reports] == [
        ("elsewhere", "failed", ("the daemon does not know elsewhere yet",))
    ]


def test_who_waits_for_a_daemon_that_has_died_is_told(watched: Watch) -> None:
    house = watched.house
    with pytest.raises(PresswatchError, match="nobody is there"):
        refresh_there(house.store, house.clock, Wish(house.sources, {}), lambda progress: None, lambda: False)


def test_threads_that_end_take_their_connections_with_them(watched: Watch) -> None:
    def fetchers() -> int:
        gc.collect()
        return sum(isinstance(thing, Fetcher) for thing in gc.get_objects())

    others = fetchers()  # of tests before this one
    for _ in range(5):
        watched.one()
    assert fetchers() <= others + 1
