"""Clocks that jump, and far more that is due than can be done: no storm, no lie, and back to the rhythm."""

import socket
from collections import Counter
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from .newsroom import DrupalSite, Newsroom
from .test_faults_state import RECHECKED, all_is_well
from .turning import START, edit, turning
from .watching import source

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.mark.parametrize("jump", [HOUR, 30 * DAY])
def test_after_a_sleep_everything_is_looked_at_once(site: DrupalSite, tmp_path: Path, jump: timedelta) -> None:
    with turning(tmp_path, source("news", site.url), RECHECKED) as running:
        running.after(HOUR)
        edit(site, site.releases[2], 1)
        asked = len(site.requests)
        running.clock.moment += jump
        running.turn()
        again = Counter(one.path for one in site.requests[asked:] if one.path.startswith("/news/"))
        assert again.pop(site.releases[2].path) == 3, "an edit is looked at twice more"
        assert {*again.values()} == {1}
        all_is_well(running, site.address(site.releases[2].slug))
        running.troubles()


@pytest.mark.parametrize("jump", [HOUR, 3650 * DAY])
def test_a_clock_set_back_tells_no_impossible_moments_and_holds_nothing_up_for_long(
    site: DrupalSite, tmp_path: Path, jump: timedelta
) -> None:
    with turning(tmp_path, source("news", site.url), RECHECKED) as running:
        running.clock.moment += jump
        running.after(HOUR)
        running.clock.moment -= jump
        edit(site, site.releases[2], 1)
        running.after(HOUR)
        all_is_well(running, site.address(site.releases[2].slug))
        (line,) = running.changes()
        assert line.not_before <= line.not_after <= running.clock.now()
        edit(site, site.releases[2], 2)
        running.after(HOUR)
        second = running.changes()[-1]
        assert START < second.not_before <= second.not_after
        running.troubles()


def test_the_fixed_jobs_wait_for_no_clock_that_was_set_back(site: DrupalSite, tmp_path: Path) -> None:
    with turning(tmp_path, source("news", site.url), RECHECKED) as running:
        daemon = running.daemon
        daemon.turns = daemon.scheduler()
        daemon.turns.start(paused=True)
        before = {job.id: job.next_run_time for job in daemon.turns.get_jobs()}
        for job in daemon.turns.get_jobs():
            job.modify(next_run_time=job.next_run_time + 3650 * DAY)
        running.clock.moment -= DAY
        running.turn()
        for job in daemon.turns.get_jobs():
            assert job.next_run_time - before[job.id] < HOUR
            assert (job.misfire_grace_time, job.coalesce, job.max_instances) == (None, True, 1)
        daemon.turns.shutdown()


def test_all_sources_down_is_no_withdrawal_and_over_when_they_are_back(tmp_path: Path) -> None:
    sites = [DrupalSite(seed=1, count=4), DrupalSite(seed=2, count=4)]
    with ExitStack() as up:
        rooms = [up.enter_context(Newsroom(site)) for site in sites]
        sources = "".join(source(f"s{number}", site.url) for number, site in enumerate(sites))
        running = up.enter_context(turning(tmp_path, sources, RECHECKED))
        running.after(HOUR)
        for room in rooms:
            room.__exit__(None, None, None)
        running.after(2 * HOUR)
        told = running.house.store.sources()
        assert all("connection refused" in line.health and line.failures < 8 for line in told), "asked later and later"
        assert {line.kind for line in running.changes()} <= {"incident"}
        for site in sites:
            up.enter_context(Newsroom(site, port=int(site.base.rpartition(":")[2])))
            edit(site, site.releases[2], 1)
        running.after(2 * HOUR)
        edits = [line.item_url for line in running.changes() if line.kind == "edited"]
        assert sorted(edits) == sorted(site.address(site.releases[2].slug) for site in sites)
        assert {line.kind for line in running.changes()} <= {"incident", "edited"}
        assert not any(line.failures for line in running.house.store.sources())
        running.troubles()


def test_names_that_cannot_be_resolved_are_told_and_found_again(site: DrupalSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    resolved, gone = socket.getaddrinfo, False

    def resolve(host: str | bytes | None, *more: Any, **named: Any) -> Any:
        if host == "newsroom.example" and gone:
            raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")
        return resolved("127.0.0.1" if host == "newsroom.example" else host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    url = site.url.replace("127.0.0.1", "newsroom.example")
    with turning(tmp_path, source("news", url), RECHECKED) as running:
        running.after(HOUR)
        gone = True
        for fetcher in running.house._fetchers._given:
            fetcher.close()  # its connections are there still
        edit(site, site.releases[2], 1)
        running.after(HOUR)
        (told,) = running.house.store.sources()
        assert "cannot be looked up" in told.health and {line.kind for line in running.changes()} <= {"incident"}
        gone = False
        running.after(6 * HOUR)
        assert [line.kind for line in running.changes() if line.kind != "incident"] == ["edited"]
        assert running.house.store.sources()[0].failures == 0
        running.troubles()
