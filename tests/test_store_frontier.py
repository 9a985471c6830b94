"""Whose turn it is: a host is asked by one worker at a time, and none is forgotten, whoever dies in between."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from threading import Thread

import pytest

from service.errors import Abandoned
from service.models import ChangeFilter, Due, Source
from service.store import Store, frontier

from .drill import CHECKS, without_token
from .storing import DATABASES, HOUR, OTHER, SOURCE, START, Shelf, at, looked, news, opened, url

HOLD = timedelta(minutes=1)
LEASE = timedelta(minutes=5)


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request.param, tmp_path)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store)


def taken(shelf: Shelf, hours: float = 0) -> Due:
    (due,) = shelf.store.claim(at(hours), 10, HOLD)
    lease = shelf.store.take(due, at(hours), LEASE)
    assert lease is not None
    return lease


class TestClaim:
    def test_a_new_source_is_due_at_once_and_its_host_is_given_once(self, shelf: Shelf) -> None:
        assert shelf.store.next_due() == START
        (due,) = shelf.store.claim(START, 10, HOLD)
        assert shelf.store.due_sources(due.host_id, START) == ("news",)
        assert shelf.store.claim(START, 10, HOLD) == ()
        assert shelf.store.claim(START - HOUR, 10, HOLD) == ()

    def test_the_longest_ready_come_first_and_no_more_than_asked_for(self, store: Store) -> None:
        shelf = Shelf(store, *(Source(id=name, url=f"https://{name}.example/") for name in "abc"))
        for name, hour in (("a", 3), ("b", 1), ("c", 2)):
            shelf.write(at(0), source=shelf.sources["abc".index(name)], next_list_at=at(hour))
        first = shelf.store.claim(at(9), 2, HOLD)
        second = shelf.store.claim(at(9), 2, HOLD)
        assert [shelf.store.due_sources(due.host_id, at(9)) for due in (*first, *second)] == [("b",), ("c",), ("a",)]

    def test_sources_of_one_host_are_one_turn(self, store: Store) -> None:
        more = replace(SOURCE, id="more", url="https://NEWS.example:443/more")
        shelf = Shelf(store, SOURCE, more, OTHER)
        claimed = shelf.store.claim(START, 10, HOLD)
        assert [shelf.store.due_sources(due.host_id, START) for due in claimed] == [("news", "more"), ("other",)]

    def test_a_claim_that_nobody_takes_comes_back(self, shelf: Shelf) -> None:
        (stale,) = shelf.store.claim(START, 10, HOLD)
        (due,) = shelf.store.claim(START + HOLD, 10, HOLD)
        assert shelf.store.take(stale, START + HOLD, LEASE) is None
        assert shelf.store.take(due, START + HOLD, LEASE) is not None

    def test_a_claim_is_taken_once(self, shelf: Shelf) -> None:
        (due,) = shelf.store.claim(START, 10, HOLD)
        assert [shelf.store.take(due, START, LEASE) is None for _ in range(2)] == [False, True]

    def test_many_workers_never_share_a_host(self, store: Store) -> None:
        shelf = Shelf(store, *(Source(id=f"s{n}", url=f"https://h{n}.example/") for n in range(40)))
        given: list[Due] = []

        def work() -> None:
            while claimed := shelf.store.claim(START, 3, HOLD):
                given.extend(claimed)

        threads = [Thread(daemon=True, target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(due.host_id for due in given) == sorted({due.host_id for due in given})
        assert len(given) == 40


class TestLease:
    def test_it_is_renewed_and_holds_others_off(self, shelf: Shelf) -> None:
        due = taken(shelf)
        assert shelf.store.fence(due, at(0) + LEASE, LEASE)
        assert shelf.store.claim(at(0) + LEASE, 10, HOLD) == ()

    def test_a_frozen_worker_finds_its_lease_lost_and_writes_nothing(self, shelf: Shelf) -> None:
        frozen = taken(shelf)
        other = taken(shelf, 1)
        assert not shelf.store.fence(frozen, at(1), LEASE)
        with pytest.raises(Abandoned):
            shelf.write(at(1), news("a", "A", at(1)), due=frozen)
        assert shelf.store.items() == () and shelf.store.passes("news", None) == ()
        shelf.store.let_go(frozen, at(1), None)
        assert shelf.store.fence(other, at(1), LEASE)
        assert shelf.write(at(1), news("a", "A", at(1)), due=other) == ()
        assert len(shelf.store.items()) == 1

    def test_once_let_go_it_is_gone_for_good(self, shelf: Shelf) -> None:
        due = taken(shelf)
        shelf.store.let_go(due, at(0), None)
        assert not shelf.store.fence(due, at(0), LEASE)
        with pytest.raises(Abandoned):
            shelf.write(at(0), due=due)

    def test_letting_go_leaves_the_host_ready_when_something_is_due(self, shelf: Shelf) -> None:
        due = taken(shelf)
        shelf.write(at(0), news("a", "A", at(0), next_look_at=at(2)), due=due, next_list_at=at(3))
        shelf.store.let_go(due, at(0), None)
        assert shelf.store.next_due() == at(2)
        (again,) = shelf.store.claim(at(2), 10, HOLD)
        assert shelf.store.due_sources(again.host_id, at(2)) == ("news",)
        assert not shelf.store.fence(due, at(2), LEASE)

    def test_politeness_and_a_wish_for_rest_come_before_what_is_due(self, shelf: Shelf) -> None:
        due = taken(shelf)
        shelf.write(at(0), due=due, next_list_at=at(1))
        shelf.store.let_go(due, at(0), at(2))
        assert shelf.store.next_due() == at(2)
        due = taken(shelf, 2)
        shelf.write(at(2), due=due, next_list_at=at(3), resting_until=at(8))
        shelf.store.let_go(due, at(2), None)
        assert shelf.store.next_due() == at(8)

    def test_leases_of_a_run_that_died_are_cleared_at_the_next_start(self, shelf: Shelf) -> None:
        dead = taken(shelf)
        shelf.store.clear_leases(at(0))
        assert len(shelf.store.claim(at(0), 10, HOLD)) == 1
        assert not shelf.store.fence(dead, at(0), LEASE)


class TestTurns:
    def test_a_pass_without_a_lease_moves_the_turn_of_its_host(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "A", at(0), next_look_at=at(7)), next_list_at=at(9))
        assert shelf.store.next_due() == at(7)
        shelf.write(at(1), looked(shelf.item("a"), at(1), next_look_at=at(4)), next_list_at=at(9))
        assert shelf.store.next_due() == at(4)

    def test_a_pass_without_a_lease_leaves_the_turn_of_a_leased_host_to_its_holder(self, shelf: Shelf) -> None:
        due = taken(shelf)
        shelf.write(at(0), news("a", "A", at(0)), next_list_at=at(0.01))
        assert shelf.store.claim(at(0.02), 10, HOLD) == ()
        assert shelf.store.fence(due, at(0), LEASE)

    def test_a_source_switched_off_is_nobodys_turn_until_it_is_back(self, shelf: Shelf) -> None:
        shelf.store.sync_sources([], at(0))
        assert shelf.store.next_due() is None
        assert shelf.store.claim(at(9), 10, HOLD) == ()
        shelf.store.sync_sources([SOURCE], at(1))
        assert shelf.store.next_due() == START

    def test_a_source_that_moves_to_another_host_is_that_hosts_turn(self, shelf: Shelf) -> None:
        shelf.write(at(0), next_list_at=at(5))
        shelf.store.sync_sources([replace(SOURCE, url="https://moved.example/")], at(1))
        (due,) = shelf.store.claim(at(1), 10, HOLD)
        assert shelf.store.due_sources(due.host_id, at(1)) == ("news",)
        assert [again.host_id for again in shelf.store.claim(at(9), 10, HOLD)] == [due.host_id]

    def test_the_same_configuration_again_changes_nothing(self, shelf: Shelf) -> None:
        shelf.write(at(0), news("a", "A", at(0)), next_list_at=at(5))
        before = (shelf.plan(at(0)), shelf.store.sources(), shelf.store.next_due())
        shelf.store.sync_sources(shelf.sources, at(3))
        assert (shelf.plan(at(0)), shelf.store.sources(), shelf.store.next_due()) == before
        assert shelf.store.release(url("a")) is not None and shelf.store.changes(ChangeFilter()) == ()


class TestTokens:
    """Two workers, of which one slept: each check of the token is what keeps it from doing harm."""

    def harm(self, shelf: Shelf) -> set[str]:
        store, done = shelf.store, set()
        (stale,) = store.claim(START, 1, HOLD)
        (again,) = store.claim(START + HOLD, 1, HOLD)
        if store.take(stale, START + HOLD, LEASE):
            done.add("take")
        asleep = store.take(again, START + HOLD, LEASE) or again
        awake = taken(shelf, 1)
        if store.fence(asleep, at(1), LEASE):
            done.add("fence")
        try:
            shelf.write(at(1), news("a", "A", at(1)), due=asleep)
            done.add("apply")
        except Abandoned:
            pass
        store.let_go(asleep, at(1), None)
        if not store.fence(awake, at(1), LEASE):
            done.add("release")
        return done

    def test_with_all_of_them_there_is_none(self, shelf: Shelf) -> None:
        assert self.harm(shelf) == set()

    @pytest.mark.parametrize("check", CHECKS)
    def test_without_one_of_them_there_is(self, shelf: Shelf, check: str, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(frontier, *without_token(check))
        assert check in self.harm(shelf)


class TestOutOfTurn:
    def test_a_host_is_seized_once_and_a_claim_that_waits_is_void(self, shelf: Shelf) -> None:
        (waiting,) = shelf.store.claim(START, 1, HOLD)
        seized = shelf.store.seize("news", START, LEASE)
        assert seized is not None
        assert shelf.store.seize("news", START, LEASE) is None
        assert shelf.store.take(waiting, START, LEASE) is None
        shelf.store.let_go(seized, START, None)
        assert len(shelf.store.claim(START, 1, HOLD)) == 1

    def test_but_not_before_its_pause_is_over_nor_while_its_lease_lasts(self, shelf: Shelf) -> None:
        due = taken(shelf)
        assert shelf.store.seize("news", START, LEASE) is None
        shelf.store.let_go(due, START, at(1))
        assert shelf.store.seize("news", at(0.9), LEASE) is None
        assert shelf.store.seize("news", at(1), LEASE) is not None
        assert shelf.store.seize("news", at(1) + LEASE, LEASE) is not None  # whoever had it has died
