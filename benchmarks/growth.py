"""What grows with what is kept: questions to states of a thousand to a million releases: ``python -m benchmarks.growth``.

Each release has two versions, and a change that tells of it. ``ratio`` is what a state takes over what the smallest one takes, in processor
time of this process; ``exponent`` the power of the count that the times follow: 0 is flat, 1 as much more as there is more. There is a
source for every hundred releases: pages that name all sources (the front page, in its filter) grow with these.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from service.looks import Tools
from service.models import Answer, ChangeFilter, EditsSettings, NotModified, Snapshot, Validators
from service.passes import run_pass

from .asking import Pages
from .filling import BIG, DUE, SEARCHED, fill, page_text
from .measuring import Grown, Run, by_turns, grown, options, tell_growth

SIZES = (1_000, 100_000, 1_000_000)
TINY = (100, 200)
PASSES = ("unchanged check", "the whole list")
TIMES = 20  # that a question is asked in a run; a pass is one
HOLD = timedelta(minutes=1)
LOOKS = 50
LISTED = 200


class Wire:
    """A network that costs nothing: pages have not changed, the list names the first releases."""

    def __init__(self, clock: "Clock") -> None:
        self.clock = clock
        urls = "".join(f"<url><loc>http://news.example/news/{number}/</loc></url>" for number in range(LISTED))
        self.list = f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()

    def get(self, url: str, *, validators: Validators, **_: object) -> Answer:
        if url == BIG.url and not validators:
            return Snapshot(url, url, 200, (("Content-Type", "application/xml"),), self.list, self.clock.now())
        return NotModified(url, self.clock.now(), final_url=url)

    def cleaned(self, url: str) -> str:
        return url


class Clock:
    """A clock that stands on a day when everything is due."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment

    def now(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


class State:
    """A filled state, and the questions that are asked of it again and again."""

    def __init__(self, folder: Path, count: int) -> None:
        self.count = count
        self.store = fill(folder / f"{count}.db", count, max(1, count // 100))
        self.clock = Clock(DUE + timedelta(days=3000))
        wire: Any = Wire(self.clock)
        self.pages = Pages(self.store, self.clock.now())
        self.tools = Tools(wire, None, self.store, self.clock, EditsSettings())
        self.source_id = self.store.plan(BIG, self.clock.now(), batch=1).source_id
        self.a_pass(list_due=True)  # of the day the first one, which reads the whole list

    def questions(self) -> dict[str, Run]:
        url, middle = f"http://news.example/news/{self.count // 2 % 1000}/", self.count // 2
        store = self.store
        return {
            f"unchanged check ({LOOKS} in a pass)": self.a_pass,
            f"the whole list read ({LISTED} named)": partial(self.a_pass, whole=True),
            "what a text is like": partial(store.alike, self.source_id, page_text(3)),
            "changes, first page": partial(store.changes, ChangeFilter(limit=50)),
            "changes of a source": partial(store.changes, ChangeFilter(limit=50, source=BIG.id)),
            "changes of a release": partial(store.changes, ChangeFilter(limit=50, item_url=url)),
            "changes of the last day": partial(store.changes, ChangeFilter(limit=50, since=self.clock.now())),
            "changes behind an id": partial(store.changes, ChangeFilter(limit=50, after=middle)),
            "a change, both sides": lambda: (store.change(middle), store.readings_of(middle)),
            "items, first page": partial(store.items, limit=50),
            "items of a source": partial(store.items, BIG.id, 50),
            "a release": partial(store.release, url),
            "its versions": partial(store.version_lines, url),
            "tick: claim, take, let go": self.tick,
            "when the next is due": store.next_due,
            "counts": store.counts,
            **{f"page {name}": partial(self.pages.ask, address) for name, address in self.addresses(middle, url).items()},
            **(self.searches() if self.count <= SEARCHED else {}),
        }

    def searches(self) -> dict[str, Run]:
        """Return what is searched for: a word that all say, a phrase, how a number begins, and what was removed."""
        asked = {"a word": "q=the", "a phrase": "q=%22of+the%22", "a beginning": "q=3*", "removed": "q=3*&removed=1"}
        return {f"search, {name}": partial(self.pages.ask, f"/search?{query}") for name, query in asked.items()}

    def addresses(self, change: int, url: str) -> dict[str, str]:
        """Return what people and programs open most, by short names."""
        return {
            "front": "/",
            "front, edits alone": "/?kind=edited",
            "a change": f"/changes/{change}",
            "a release": f"/release?url={url}",
            "sources": "/sources",
            "metrics": "/metrics",
            "feed": "/feeds/changes.atom",
            "API: changes": "/api/v1/changes",
            "API: changes in the middle": f"/api/v1/changes?before={change}",
            "API: items in the middle": f"/api/v1/items?before={change}",
            "API: stats": "/api/v1/stats",
        }

    def a_pass(self, *, list_due: bool = False, whole: bool = False) -> None:
        plan = self.store.plan(BIG, self.clock.now(), batch=LOOKS, list_due=list_due or whole)
        if whole:
            plan = replace(plan, thorough=True, due=(), list_validators=Validators())
        done = run_pass(self.tools, plan, batch=LOOKS)
        assert not done.errors, done.errors
        self.store.record(done)

    def tick(self) -> None:
        now = self.clock.now()
        for due in self.store.claim(now, 8, HOLD):
            taken = self.store.take(due, now, HOLD)
            assert taken is not None
            self.store.due_sources(taken.host_id, now)
            self.store.let_go(taken, now, now)


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=7)
    with tempfile.TemporaryDirectory() as folder:
        states = [State(Path(folder), size) for size in (TINY if chosen.tiny else SIZES)]
        times = 1 if chosen.tiny else TIMES
        lines = [_measured(name, states, chosen.turns, 1 if name.startswith(PASSES) else times) for name in states[0].questions()]
        for state in states:
            state.store.close()
    tell_growth("What a question takes, by how many releases there are", lines, as_json=chosen.json)


def _measured(name: str, states: Sequence[State], turns: int, times: int) -> Grown:
    asked = {str(state.count): state.questions()[name] for state in states if name in state.questions()}
    spent = by_turns({size: partial(_again, question, times) for size, question in asked.items()}, turns)
    return grown(name, {int(size): [one.cpu for one in spent[size]] for size in spent}, times)


def _again(question: Run, times: int) -> None:
    for _ in range(times):
        question()


if __name__ == "__main__":
    main()
