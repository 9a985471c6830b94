"""A few days at full load: nothing grows but by what was published, and a restart changes nothing. ``tests.soak`` lives thirty."""

from datetime import timedelta
from pathlib import Path

from .newsroom import DrupalSite
from .soak import DAY, START, Soak, grown

DAYS = 2


def test_days_at_full_load_leave_no_more_than_was_published_and_a_restart_changes_nothing(tmp_path: Path) -> None:
    soak = Soak(tmp_path, DAYS, (DrupalSite,), releases=6, every="1h")
    life = soak.live()
    assert {"edited"} <= {line.kind for line in life.lines}
    assert (life.lost(), life.false()) == ([], [])
    assert grown(soak.sizes, 1) == []
    again = soak.live([START + DAY + timedelta(hours=1, minutes=40)])
    assert (again.lost(), again.false()) == ([], [])
    assert again.items == life.items
