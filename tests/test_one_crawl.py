"""One crawl, two databases: what a SQLite holds of it and what a PostgreSQL does is the same, row by row."""

import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from service.store.copying import TABLES

from .newsroom import DrupalSite, Newsroom
from .storing import postgres
from .timelapse import SetClock
from .turning import SETTINGS, START, edit, turning
from .watching import source

HOUR = timedelta(hours=1)
HOURLY = f'{SETTINGS}\n[schedule]\nevery = "1h"\nrecheck_min = "1h"\nrecheck_max = "1h"\n[keep]\nsnapshots = false\n'


def crawled(folder: Path, port: int, database: str) -> tuple[int, dict[str, list[Any]]]:
    """Live some hours of a newsroom, always the same; return its port and all rows there are."""
    site, clock = DrupalSite(count=5), SetClock(START)
    with (
        Newsroom(site, port=port, now=clock.now) as newsroom,
        turning(folder, source("news", newsroom.url), HOURLY, clock=clock, database=database) as running,
    ):
        running.turn()
        for turn in range(2):
            edit(site, site.releases[turn], turn)
            site.publish(published=running.clock.now())
            running.after(HOUR)
        site.withdraw(site.releases[1].slug)
        running.after(HOUR)
        site.restore(site.releases[1].slug)
        running.after(HOUR)
        assert {line.kind for line in running.changes()} == {"edited", "withdrawn", "restored"}
        store = running.house.store
        with store._database.read() as connection:
            rows = {one.name: list(map(tuple, connection.execute(select(one).order_by(*one.primary_key.columns)))) for one in TABLES}
        return int(newsroom.url.split(":")[2].split("/")[0]), rows


def test_the_same_crawl_leaves_the_same_rows_on_both(tmp_path: Path) -> None:
    port, one = crawled(tmp_path / "sqlite", 0, f"sqlite:///{tmp_path}/one.db")
    (tmp_path / "postgresql" / "state").mkdir(parents=True)
    shutil.copy(tmp_path / "sqlite" / "state" / "ledger.key", tmp_path / "postgresql" / "state")  # what signs is made by chance
    _, other = crawled(tmp_path / "postgresql", port, postgres("presswatch_crawled"))
    for name, rows in one.items():
        assert rows == other[name], name
    assert len(one["version"]) > 10
