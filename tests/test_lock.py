"""One process at a time works on a state folder, and the next one is told who."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from service.errors import StateError
from service.lock import DAEMON, REFRESH, StateLock, holder_of

HOLD = """
import sys; from pathlib import Path; from service.lock import StateLock
with StateLock(Path(sys.argv[1]), "run"):
    print("held", flush=True); sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_told_who_holds_it(tmp_path: Path) -> None:
    with StateLock(tmp_path, DAEMON):
        with pytest.raises(StateError, match=rf"in use by 'presswatch run' \(process {os.getpid()}\)"), StateLock(tmp_path, REFRESH):
            pass
        assert holder_of(tmp_path) == (DAEMON, os.getpid())
    assert holder_of(tmp_path) is None
    with StateLock(tmp_path, REFRESH):
        assert holder_of(tmp_path) == (REFRESH, os.getpid())


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    root = Path(__file__).parent.parent
    process = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], cwd=root, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None and process.stdout.readline() == b"held\n"
    assert holder_of(tmp_path) == (DAEMON, process.pid)
    process.kill()
    process.communicate()
    assert holder_of(tmp_path) is None
    with StateLock(tmp_path, REFRESH):
        pass


def test_a_state_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StateError, match="cannot write to the state folder"), StateLock(tmp_path / "file" / "state", REFRESH):
        pass
