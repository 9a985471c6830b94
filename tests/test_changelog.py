"""state/changes.jsonl: nothing lost, nothing torn into something else, and always known where it stands."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.changelog import ChangeLog
from service.errors import StateError


def line(number: int, words: str = "") -> str:
    return json.dumps({"id": number, "summary": words})


def ids(path: Path) -> list[int]:
    """The ids of the lines that can be read, in order."""
    found = []
    for text in path.read_text(encoding="utf-8").split("\n"):
        try:
            found.append(json.loads(text)["id"])
        except ValueError:
            continue
    return found


@pytest.fixture
def log(tmp_path: Path) -> ChangeLog:
    return ChangeLog(tmp_path / "changes.jsonl")


def test_lines_are_appended_in_their_order(log: ChangeLog) -> None:
    log.append([line(1), line(2)])
    log.append([line(3, "Бишкек")])
    assert log.path.read_text(encoding="utf-8") == f"{line(1)}\n{line(2)}\n{line(3, 'Бишкек')}\n"
    assert log.last_id() == 3


def test_a_log_not_yet_begun_has_no_last_id_and_appending_nothing_makes_no_file(log: ChangeLog) -> None:
    log.append([])
    assert log.last_id() is None
    assert not log.path.exists()


@pytest.mark.parametrize("cut", range(1, len(line(2)) + 1))
def test_a_torn_line_is_not_counted_and_the_next_begins_afresh(log: ChangeLog, cut: int) -> None:
    log.append([line(1)])
    with log.path.open("a") as file:
        file.write(line(2)[:cut])
    last = log.last_id()
    log.append([line(number) for number in range((last or 0) + 1, 4)])
    assert ids(log.path) == [1, 2, 3]


def test_lines_that_are_no_changes_are_passed_over(log: ChangeLog) -> None:
    log.path.write_bytes(f'{line(7)}\n[1]\nnull\n{{"id": "8"}}\n\xff\n\n'.encode("latin-1"))
    assert log.last_id() == 7


def test_a_last_line_longer_than_what_is_read_at_once(log: ChangeLog) -> None:
    log.append([line(1), line(2, "x" * 300_000)])
    assert log.last_id() == 2


def test_a_full_file_is_renamed_so_that_a_follower_misses_nothing(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path / "changes.jsonl", max_bytes=60, keep=2)
    log.append([line(1)])
    with log.path.open() as follower:
        for number in range(2, 9):
            log.append([line(number)])
        assert [json.loads(text)["id"] for text in follower] == [1, 2, 3]
    assert [ids(tmp_path / name) for name in ("changes.jsonl.2", "changes.jsonl.1", "changes.jsonl")] == [[1, 2, 3], [4, 5, 6], [7, 8]]


def test_the_oldest_goes_when_enough_are_kept(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path / "changes.jsonl", max_bytes=1, keep=2)
    for number in range(1, 6):
        log.append([line(number)])
    assert sorted((path.name, ids(path)) for path in tmp_path.iterdir()) == [
        ("changes.jsonl", [5]),
        ("changes.jsonl.1", [4]),
        ("changes.jsonl.2", [3]),
    ]


def test_keeping_none_starts_anew(tmp_path: Path) -> None:
    log = ChangeLog(tmp_path / "changes.jsonl", max_bytes=1, keep=0)
    log.append([line(1)])
    log.append([line(2)])
    assert [path.name for path in tmp_path.iterdir()] == ["changes.jsonl"]
    assert ids(log.path) == [2]


def test_the_last_id_is_found_in_a_rotated_file_after_a_kill_between_rotation_and_append(log: ChangeLog) -> None:
    log.append([line(1), line(2)])
    log.path.rename(log.path.with_name("changes.jsonl.1"))
    assert log.last_id() == 2


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(StateError, match=r"cannot append to .*No such file"):
        ChangeLog(tmp_path / "gone" / "changes.jsonl").append([line(1)])


@settings(max_examples=50, deadline=None)
@given(batches=st.lists(st.lists(st.text(max_size=40), max_size=4), max_size=8), size=st.integers(min_value=1, max_value=300))
def test_whatever_is_appended_is_all_there_in_order(tmp_path_factory: pytest.TempPathFactory, batches: list[list[str]], size: int) -> None:
    folder = tmp_path_factory.mktemp("log")
    log = ChangeLog(folder / "changes.jsonl", max_bytes=size, keep=50)
    number = 0
    for batch in batches:
        lines = [line(number + position, words) for position, words in enumerate(batch, start=1)]
        number += len(batch)
        log.append(lines)
    files = [folder / f"changes.jsonl.{position}" for position in range(50, 0, -1)] + [folder / "changes.jsonl"]
    assert [found for path in files if path.exists() for found in ids(path)] == list(range(1, number + 1))
    assert log.last_id() == (number or None)


KILLED = """
import sys
from pathlib import Path
from service.changelog import ChangeLog
log = ChangeLog(Path(sys.argv[1]), max_bytes=20_000, keep=1000)
number = (log.last_id() or 0) + 1
print("ready", flush=True)
while True:
    log.append('{"id": %d, "summary": "%s"}' % (n, "x" * 500) for n in range(number, number + 7))
    number += 7
    print(number, flush=True)
"""


def test_a_process_killed_in_the_middle_loses_and_doubles_nothing(tmp_path: Path) -> None:
    path = tmp_path / "changes.jsonl"
    for rounds in range(1, 5):
        process = subprocess.Popen(
            [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
        )
        assert process.stdout
        for _ in range(1 + 3 * rounds):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    rotated = sorted(tmp_path.glob("changes.jsonl.*"), key=lambda found: -int(found.suffix[1:]))
    found = [number for file in [*rotated, path] if file.exists() for number in ids(file)]
    assert found == list(range(1, len(found) + 1))
    assert len(found) >= 4 * 7
