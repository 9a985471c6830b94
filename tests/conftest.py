"""What every test may lean on: the corpus of real pages, a newsroom on loopback, and a clock that stands still until told."""

import logging
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import structlog

from . import storing
from .newsroom import DrupalSite, Newsroom

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The folder of real pages, feeds and edits; tests that need it skip where it is absent, or fail with ``PRESSWATCH_REQUIRE_CORPUS``."""
    folder = Path(os.environ.get("PRESSWATCH_CORPUS", HERE.parent.parent / "shared" / "corpus"))
    if not (folder / "MANIFEST.md").is_file():
        words = f"the corpus of real pages is not at {folder}: set PRESSWATCH_CORPUS"
        if os.environ.get("PRESSWATCH_REQUIRE_CORPUS"):
            pytest.fail(words)
        pytest.skip(words)
    return folder


@pytest.fixture(autouse=True)
def database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Where the tests run on PostgreSQL, the program finds there the database of the state ``tmp_path / "state"``."""
    before = storing.states()
    if "tmp_path" in request.fixturenames:
        for name, value in storing.environ(request.getfixturevalue("tmp_path") / "state").items():
            monkeypatch.setenv(name, value)
    yield
    storing.forget_states(kept=before)


@pytest.fixture(autouse=True)
def _log_ends_with_its_test() -> Iterator[None]:
    """The log is one for the process, told on the standard error of the moment: no test writes on that of another."""
    handlers = logging.root.handlers
    yield
    structlog.reset_defaults()
    logging.root.handlers = handlers


@pytest.fixture
def site() -> Iterator[DrupalSite]:
    """A newsroom that keeps the rules: dates in JSON-LD, honest validators, a real 304."""
    with Newsroom(DrupalSite()) as newsroom:
        yield newsroom.site  # type: ignore[misc] # the only site is the one given


class HandClock:
    """A clock moved by hand: ``wait`` moves it, and tells nobody that no time passed."""

    def __init__(self, start: datetime = datetime(2026, 1, 1, 12, tzinfo=UTC)) -> None:
        self.moment = start
        self.waits: list[float] = []

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.moment += timedelta(seconds=max(0.0, seconds))


@pytest.fixture
def clock() -> HandClock:
    return HandClock()
