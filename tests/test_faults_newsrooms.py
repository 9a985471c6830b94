"""What a newsroom may ask for or do that is absurd: a year of rest, a feed that has rolled over before anybody blinks."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from .newsroom import DrupalSite, Newsroom, Trouble, WordPressSite, troubles
from .turning import MINUTE, SETTINGS, edit, turning
from .watching import source

HOUR = timedelta(hours=1)
HOURLY = f'{SETTINGS}\n[schedule]\nevery = "1h"\nrecheck_min = "1h"\nrecheck_max = "1h"\n'


@pytest.mark.parametrize(("wish", "rest"), [(str(365 * 86_400), 24 * HOUR), ("-86400", HOUR)])
def test_an_absurd_wish_for_rest_is_kept_for_a_day_at_most_and_over_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, wish: str, rest: timedelta
) -> None:
    wished = replace(troubles._ANSWERS[Trouble.THROTTLED], headers=(("Retry-After", wish),))
    monkeypatch.setitem(troubles._ANSWERS, Trouble.THROTTLED, wished)
    site = DrupalSite(count=5)
    with Newsroom(site), turning(tmp_path, source("news", site.url), HOURLY) as running:
        running.turn()
        site.fault(Trouble.THROTTLED)
        running.after(HOUR)
        site.heal()
        edit(site, site.releases[2], 1)
        asked = len(site.requests)
        if rest > HOUR:
            running.after(rest - HOUR)
            (told,) = running.house.store.sources()
            assert len(site.requests) == asked and "429" in told.health
        running.after(3 * HOUR)
        assert [line.kind for line in running.changes() if line.kind != "incident"] == ["edited"]
        assert running.house.store.sources()[0].failures == 0
        running.troubles()


def test_a_feed_that_rolls_over_in_half_an_hour_loses_no_release(tmp_path: Path) -> None:
    with (
        Newsroom(WordPressSite(count=10)) as newsroom,
        turning(tmp_path, source("news", f"{newsroom.url}feed/", kind='"feed"', recheck='{ min = "6h" }')) as running,
    ):
        running.turn()
        published = set[str]()
        for _ in range(40):  # of which the feed names ten
            published.add(newsroom.site.address(newsroom.site.publish(published=running.clock.now()).slug))
            running.after(3 * MINUTE)
        running.after(15 * MINUTE)
        assert published <= {line.item_url for line in running.house.store.items()}
        assert running.changes() == ()
        running.troubles()
