"""The newest changes out of the change log: the same as the store tells, or nothing at all."""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.changelog import ChangeLog
from service.glance import changes
from service.journal import Journal
from service.models import ChangeFilter, ChangeKind, Declared, Significance
from service.store import Store

from .storing import Shelf, at, news, withdrawn


class Desk:
    """A store with some changes, and the log of them."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "presswatch.db"
        self.store = Store.open(self.place)
        self.log = ChangeLog(folder / "changes.jsonl", max_bytes=2000, keep=20)
        shelf = Shelf(self.store)
        for number in range(6):
            shelf.write(at(number), news(f"n{number}", f"Text {number}.", at(number)))
            shelf.edit(f"n{number}", f"Text {number + 50}.", at(number + 0.5))
        shelf.write(at(9), withdrawn(shelf.item("n3"), at(9)))
        Journal(self.store, self.log).catch_up()

    def glanced(self, wanted: ChangeFilter) -> object:
        found = changes(self.place, self.log, wanted)
        return found and tuple(replace(line, related=None) for line in found)

    def told(self, wanted: ChangeFilter) -> object:
        return tuple(replace(line, related=None) for line in self.store.changes(wanted))


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    made = Desk(tmp_path_factory.mktemp("desk"))
    yield made
    made.store.close()


MOMENTS = st.none() | st.integers(0, 10).map(at)
FILTERS = st.builds(
    ChangeFilter,
    source=st.sampled_from([None, "news", "other"]),
    kind=st.none() | st.sampled_from(list(ChangeKind)),
    change_class=st.sampled_from([None, "number", "name"]),
    significance=st.none() | st.sampled_from(list(Significance)),
    declared=st.none() | st.sampled_from(list(Declared)),
    since=MOMENTS,
    until=MOMENTS,
    before=st.none() | st.integers(0, 9),
    limit=st.integers(1, 9),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(FILTERS)
def test_a_glance_tells_what_the_store_tells(desk: Desk, wanted: ChangeFilter) -> None:
    assert desk.glanced(wanted) == desk.told(wanted)


def test_what_the_log_cannot_know_is_left_to_the_store(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    newest = ChangeFilter(limit=3)
    assert desk.glanced(newest) == desk.told(newest)
    assert desk.glanced(ChangeFilter()) is None and desk.glanced(ChangeFilter(after=2, limit=3)) is None
    shelf = Shelf(desk.store)
    shelf.edit("n1", "Another text.", at(11))
    assert desk.glanced(newest) is None  # the log is behind
    Journal(desk.store, desk.log).catch_up()
    assert desk.glanced(newest) == desk.told(newest)
    for rotated in tmp_path.glob("changes.jsonl.*"):
        rotated.unlink()
    assert desk.glanced(ChangeFilter(limit=100)) is None  # it does not reach back far enough
    desk.log.path.write_text('{"id": 8}\nno json\n')
    assert desk.glanced(newest) is None
    desk.log.path.unlink()
    assert desk.glanced(newest) is None
    desk.store.close()


def test_where_there_is_nothing_there_is_nothing_to_glance_at(tmp_path: Path) -> None:
    assert changes(tmp_path / "presswatch.db", ChangeLog(tmp_path / "changes.jsonl"), ChangeFilter(limit=3)) is None


def test_the_command_needs_no_database_library_for_the_newest(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("")
    called = f"service.doors.cli.main(['--config', {str(tmp_path)!r}, '--state', {str(desk.place.parent)!r}, 'changes', '--limit', '5'])"
    code = f"import sys, service.doors.cli; code = {called}; assert code == 0; assert 'sqlalchemy' not in sys.modules"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=Path(__file__).parent.parent, check=False)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 6
