"""A few days at full load: nothing grows but by what was published, and a restart changes nothing. ``tests.soak`` lives thirty."""

from pathlib import Path

from .newsroom import DrupalSite
from .soak import Soak, per_version, told

DAYS = 2


def test_days_at_full_load_leave_no_more_than_was_published_and_a_restart_changes_nothing(tmp_path: Path) -> None:
    soak = Soak(tmp_path, DAYS, (DrupalSite,), releases=6, lasts=1, every="1h")
    lines = soak.live(restarts=False)
    assert {"edited"} <= {line.kind for line in lines}
    first, last = sizes = soak.sizes
    assert last.handles <= first.handles + 6, "some connections to the database, each of three files"
    assert last.threads <= 16, "the threads of pools that do not grow"
    assert last.resident - first.resident < 8_000_000
    assert last.oldest < 31, "attempts older than a day are forgotten, four times a day"
    assert per_version(sizes, "database", 1) < 25_000
    assert per_version(sizes, "changes", 1) < 4_000
    assert per_version(sizes, "raw", 1) < 8_000
    assert told(lines) == told(soak.live(restarts=True))
