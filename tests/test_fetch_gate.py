"""Promise: a host is asked once at a time, with the pause it wants, and left alone when it says so."""

import random
import threading
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Abandoned
from service.fetch.gate import Gate
from service.fetch.patience import backoff, retry_after

from .conftest import HandClock

HOST = "https://example.org:443"
OTHER = "https://example.net:443"


def visit(gate: Gate, host: str, delay: float | None = None) -> None:
    with gate.turn(host, delay):
        pass


def test_a_pause_between_two_requests_to_a_host(clock: HandClock) -> None:
    gate = Gate(clock, 2.0)
    visit(gate, HOST)
    visit(gate, OTHER)
    assert clock.waits == []
    visit(gate, HOST)
    visit(gate, HOST, 5.0)
    visit(gate, HOST, 0.0)
    assert clock.waits == [2.0, 5.0]


def test_time_that_went_by_counts(clock: HandClock) -> None:
    gate = Gate(clock, 2.0)
    visit(gate, HOST)
    clock.moment += timedelta(seconds=1.5)
    visit(gate, HOST)
    clock.moment += timedelta(minutes=1)
    visit(gate, HOST)
    assert clock.waits == [0.5]


def test_no_pause_at_all(clock: HandClock) -> None:
    gate = Gate(clock, 0.0)
    for _ in range(3):
        visit(gate, HOST)
    assert clock.waits == []


def test_the_pause_counts_from_the_end_of_a_request_that_failed(clock: HandClock) -> None:
    gate = Gate(clock, 2.0)
    with pytest.raises(KeyError), gate.turn(HOST):
        clock.moment += timedelta(seconds=10)
        raise KeyError
    visit(gate, HOST)
    assert clock.waits == [2.0]


def test_rest_short_and_long(clock: HandClock) -> None:
    gate = Gate(clock, 0.0)
    gate.rest(HOST, clock.now() + timedelta(seconds=30))
    assert gate.resting(HOST) is None
    visit(gate, HOST)
    assert clock.waits == [30.0]
    until = clock.now() + timedelta(hours=2)
    gate.rest(HOST, until)
    assert gate.resting(HOST) == until
    assert gate.resting(OTHER) is None
    clock.moment = until
    assert gate.resting(HOST) is None


def test_an_answer_as_usual_ends_the_count(clock: HandClock) -> None:
    gate = Gate(clock, 0.0)
    assert [gate.refused(HOST, None) for _ in range(3)] == [timedelta(seconds=10 * 2**n) for n in range(3)]
    gate.welcomed(HOST)
    assert gate.refused(HOST, None) == timedelta(seconds=10)
    for _ in range(30):
        longest = gate.refused(HOST, None)
    assert longest == timedelta(hours=1)


def test_a_stopping_process_is_not_held_up_and_leaves_the_host_free() -> None:
    class Stopping(HandClock):
        stop = True

        def wait(self, seconds: float) -> None:
            if self.stop:
                raise Abandoned

    clock = Stopping()
    gate = Gate(clock, 5.0)
    visit(gate, HOST)
    with pytest.raises(Abandoned):
        visit(gate, HOST)
    clock.stop = False
    visit(gate, HOST)


def test_a_host_in_use_keeps_others_out(clock: HandClock) -> None:
    gate = Gate(clock, 0.0)
    entered, inside = [], threading.Event()

    def second() -> None:
        inside.set()
        visit(gate, HOST)
        entered.append(HOST)

    with gate.turn(HOST):
        visit(gate, OTHER)
        thread = threading.Thread(daemon=True, target=second)
        thread.start()
        inside.wait(5)
        assert entered == []
    thread.join(5)
    assert entered == [HOST]


def test_idle_hosts_are_forgotten(clock: HandClock) -> None:
    gate = Gate(clock, 0.0)
    gate.rest(HOST, clock.now() + timedelta(days=1))
    for number in range(1_500):
        visit(gate, f"https://h{number}.example:443")
    assert len(gate._places) == 1_501
    clock.moment += timedelta(hours=1)
    visit(gate, OTHER)
    assert gate._places.keys() == {HOST, OTHER}


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=200)
def test_any_retry_after_is_within_a_day(value: str) -> None:
    asked = retry_after(value, HandClock().now())
    assert asked is None or timedelta(0) <= asked <= timedelta(days=1)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("0", 0),
        ("007", 7),
        ("120", 120),
        ("-1", 0),
        ("86401", 86400),
        ("9" * 500, 86400),
        ("Thu, 01 Jan 2026 12:00:30 GMT", 30),
        ("Thu, 01 Jan 2026 12:00:30", 30),
        ("Thursday, 01-Jan-26 12:00:30 GMT", 30),
        ("1.5", None),
        ("", None),
        ("tomorrow", None),
        ("Thu, 99 Foo 2026", None),
    ],
)
def test_retry_after(value: str, seconds: int | None) -> None:
    assert retry_after(value, HandClock().now()) == (None if seconds is None else timedelta(seconds=seconds))


@given(st.integers(0, 50), st.integers())
@settings(deadline=None, max_examples=100)
def test_backoff_grows_and_is_bounded(attempt: int, seed: int) -> None:
    assert 0 <= backoff(attempt, random.Random(seed)) <= min(30.0, 2.0**attempt)
