"""kill -9 at any point: the next start loses nothing, doubles nothing, and finds nothing half-written."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from service.models import ChangeFilter

from .newsroom import DrupalSite, Newsroom
from .watching import source, watch, write_config

ROOT = Path(__file__).parent.parent
KILLS = 14


def refresh(config: Path, state: Path, patience: float | None) -> int:
    """Run a refresh in a process of its own; kill it after so many seconds. Return its exit code."""
    command = [sys.executable, "-m", "service", "--config", str(config), "--state", str(state), "refresh", "--all", "--recheck"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env={**os.environ, "NO_COLOR": "1"})
    try:
        _, told = process.communicate(timeout=patience)
        assert process.returncode == 0, told.decode()
    except subprocess.TimeoutExpired:
        os.kill(process.pid, signal.SIGKILL)
        process.communicate()
    return process.returncode


def test_killed_passes_lose_and_double_nothing(tmp_path: Path) -> None:
    with Newsroom(DrupalSite(count=40)) as newsroom:
        site = newsroom.site
        config = write_config(tmp_path, source("news", site.url))
        slugs = [release.slug for release in site.releases]
        edits, killed = 0, 0
        began = time.monotonic()
        refresh(config, tmp_path / "state", None)
        whole = time.monotonic() - began
        for turn in range(KILLS):
            for slug in slugs[turn * 2 : turn * 2 + 2]:
                first = site[slug].body.split(" ")[0]
                site.edit(slug, first, f"{first} edited{turn}")
                edits += 1
            patience = whole * (0.3 + 0.8 * turn / KILLS)
            killed += refresh(config, tmp_path / "state", patience) == -signal.SIGKILL
        refresh(config, tmp_path / "state", None)
        assert killed > 0
        check(tmp_path, site, edits)


def check(folder: Path, site: DrupalSite, edits: int) -> None:
    """Look at every version and change there is: each edit once, each version whole, the change log complete."""
    with watch(folder, source("news", site.url)) as watched:
        store = watched.house.store
        lines = store.changes(ChangeFilter())
        assert len(lines) == len({(line.item_url, line.after_version) for line in lines}) == edits
        assert len(store.items()) == len(site.releases)
        for release in site.releases:
            versions = store.version_lines(site.address(release.slug))
            assert [line.number for line in versions] == list(range(1, len(versions) + 1))
            assert all(store.reading(site.address(release.slug), line.number) for line in versions)
        logged = [json.loads(line)["id"] for line in (folder / "state" / "changes.jsonl").read_text().splitlines()]
        assert logged == [line.id for line in lines]
