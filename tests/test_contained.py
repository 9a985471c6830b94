"""Promise: presswatch writes into its state and nowhere else, needs no home, and is deployed with no right that it does not use."""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
HOW = "[fetch]\nallow_private_hosts = true\nper_host_delay = 0\n[edits]\nconfirm_after = 0\ngone_after = 0\n"


def test_a_whole_day_writes_into_the_state_alone(tmp_path: Path) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "presswatch.toml").write_text(HOW)
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    environ = {**os.environ, "HOME": str(closed), "TMPDIR": str(closed), "XDG_CACHE_HOME": str(closed)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.contained", str(tmp_path)], cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2_000:]
    assert done.stdout.split() == [] and not list(closed.iterdir())


def test_the_watch_over_what_is_written_sees_it(tmp_path: Path) -> None:
    code = f"""
import os, sqlite3
from pathlib import Path
from tests.contained import Written
written = Written()
folder = Path({str(tmp_path)!r})
(folder / "a").write_text("x"); os.mkdir(folder / "b"); os.rename(folder / "a", folder / "c"); sqlite3.connect(folder / "d").close()
(folder / "c").read_text(); open(os.devnull, "w").close(); (folder / "state").mkdir(); (folder / "state" / "e").write_text("x")
print(" ".join(Path(path).name for path in written.outside(folder / "state")))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["a", "b", "c", "d"]


def test_containers_have_a_root_that_is_only_read_and_no_capabilities() -> None:
    compose = (ROOT / "deploy" / "compose.yaml").read_text()
    common = compose.partition("x-presswatch: &presswatch")[2].partition("x-scheduler")[0]
    for line in ("read_only: true", "cap_drop: [ALL]", "security_opt: [no-new-privileges:true]"):
        assert re.search(rf"^  {re.escape(line)}$", common, re.M), line
    assert re.search(r"^  tmpfs: \[\"/tmp:", common, re.M)
    users = re.findall(r"^  [a-z0-9-]+:\n((?:    .*\n)+)", compose.partition("services:\n")[2].partition("\nvolumes:")[0], re.M)
    assert sum("*presswatch" in user or "*scheduler" in user for user in users) == len(users) - 1  # all but the database
    image = (ROOT / "Dockerfile").read_text()
    assert re.search(r"^USER 10001:10001$", image, re.M) and "sbom.json" in image
