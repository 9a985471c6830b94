"""States of any size, made in a minute or two: a thousand releases, written and edited by the store itself, then copied inside SQLite.

The copies share the texts of the thousand; all else (addresses, versions, looks, sketches, changes) is theirs, as big and as scattered
as of releases that were met one by one.
"""

import random
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from service.fingerprint import fingerprint
from service.models import Block, Change, ChangeKind, Entry, Kind, NewVersion, PassRecord, Reading, Reason, Source, State, Step, Tracked
from service.store import Store
from service.store.passages import passage, pieces
from service.store.tables import metadata
from service.urls import address_key
from tests.newsroom.prose import ENGLISH

BIG = Source(id="news", url="http://news.example/sitemap.xml", name="News", kind=Kind.SITEMAP)
START = datetime(2026, 1, 1, tzinfo=UTC)
EDITED = START + timedelta(days=1)
DUE = START + timedelta(days=2)  # when the first of the next looks are due, one each minute
SEED = 1000
SEARCHED = 100_000
_PASS = 250
_WORDS = 400
_VOCABULARY = sorted({word for sentence in ENGLISH.sentences for word in sentence.split()})

# What is not the same in copy ``j``: ``:shift`` is the highest id of the table's first rows, ``:items`` that of the first items.
_COPIED = {
    "item": {
        "id": "id + j * :shift",
        "url": "url || '?copy=' || j",
        "key": "\"key\" || '?copy=' || j",
        "entry_url": "url || '?copy=' || j",
        "first_seen_at": "strftime('%Y-%m-%d %H:%M:%f000', first_seen_at, '+' || j || ' minutes')",
        "published": "date(published, '-' || j || ' days')",
        "next_look_at": "strftime('%Y-%m-%d %H:%M:%f000', next_look_at, '+' || (j * :items) || ' minutes')",
        "observation_id": "observation_id + j * (SELECT max(id) FROM observation)",
    },
    "address": {
        "print": "CAST(substr(hex(print), 1, 8) || printf('%08d', j) AS BLOB)",
        "item_id": "item_id + j * :items",
        "url": "url || '?copy=' || j",
    },
    "version": {"item_id": "item_id + j * :items"},
    "observation": {"id": "id + j * :shift", "item_id": "item_id + j * :items"},
    "change": {"id": "id + j * :shift", "item_id": "item_id + j * :items"},
    "passage": {"id": "id + j * :shift", "item_id": "item_id + j * :items"},
    "sketch": {"item_id": "item_id + j * :items"},
    "sketch_key": {"hash": "(hash + j * 1140071481932319) & 9223372036854775807", "item_id": "item_id + j * :items"},
}


def fill(place: Path, count: int, sources: int) -> Store:
    """Make a state of so many releases of one source, each edited once, beside so many sources that have none; return it open.

    Its first thousand releases can be searched, and up to ``SEARCHED`` all of them: to index a million takes a quarter of an hour.
    """
    others = [Source(id=f"s{number}", url=f"http://s{number}.example/feed", name=f"Source {number}") for number in range(sources)]
    store = Store.open(place)
    store.sync_sources([BIG, *others], START)
    for start in range(0, min(count, SEED), _PASS):
        numbers = range(start, min(count, SEED, start + _PASS))
        _write(store, [_first(number) for number in numbers], START)
        keys = [address_key(_url(number)) for number in numbers]
        known = store.items_by_key(_plan(store).source_id, keys)
        _write(store, [_edited(known[key]) for key in keys], EDITED)
    while store.index():
        pass
    if count > SEED:
        _copy(place, count // SEED - 1)
    if SEED < count <= SEARCHED:
        _copy_words(place, count // SEED - 1)
    return store


def page_text(number: int, edits: int = 0) -> Reading:
    """Return what release ``number`` reads: some four hundred words in a random order of its own."""
    rng = random.Random(number)
    words = [rng.choice(_VOCABULARY) for _ in range(_WORDS)]
    words[_WORDS // 2] = f"{number * 7 + edits}"
    blocks = tuple(Block("main/div.body/p", " ".join(words[start : start + 50])) for start in range(0, _WORDS, 50))
    return Reading(f"Release {number}", blocks, published="2026-01-01", method="template")


def _url(number: int) -> str:
    return f"http://news.example/news/{number}/"


def _plan(store: Store):  # type: ignore[no-untyped-def] # what plan returns
    return store.plan(BIG, EDITED, batch=1)


def _write(store: Store, steps: list[Step], when: datetime) -> None:
    store.record(PassRecord(_plan(store), when, when, "ok", DUE, kind=Kind.SITEMAP, list_url=BIG.url, steps=tuple(steps), baselined=True))


def _first(number: int) -> Step:
    url, reading = _url(number), page_text(number)
    item = Tracked(url, address_key(url), entry=Entry(url, reading.title, published="2026-01-01"))
    return _step(item, number, Reason.FIRST, reading, START)


def _edited(item: Tracked) -> Step:
    assert item.baseline is not None
    number = int(item.url.rstrip("/").rpartition("/")[2])
    told = Change(
        ChangeKind.EDITED, START, EDITED, classes=("number",), fields=("body",), words_added=1, words_removed=1, summary="a number"
    )
    return replace(_step(item, number, Reason.EDIT, page_text(number, 1), EDITED), changes=(told,))


def _step(item: Tracked, number: int, reason: Reason, reading: Reading, when: datetime) -> Step:
    version = NewVersion(reason, when, reading, fingerprint(reading), "2026/01/01.warc.gz:0")
    due = DUE + timedelta(minutes=number)
    return Step(item, State.LIVE, due, when, "first" if reason is Reason.FIRST else "edited", 200, version=version, entry=item.entry)


def _copy(place: Path, copies: int) -> None:
    """Copy the rows of the first releases so many times, with ids, addresses and due times of their own."""
    with closing(sqlite3.connect(place)) as database, database:
        for pragma in ("synchronous = OFF", "cache_size = -1000000", "foreign_keys = OFF"):
            database.execute(f"PRAGMA {pragma}")
        (items,) = database.execute("SELECT max(id) FROM item").fetchone()
        for name, changed in _COPIED.items():
            columns = [column.name for column in metadata.tables[name].columns]
            (shift,) = database.execute(f"SELECT max(id) FROM {name}").fetchone() if "id" in columns else (0,)
            values = ", ".join(changed.get(column, f'"{column}"') for column in columns)
            named = ", ".join(f'"{column}"' for column in columns)
            numbers = "WITH RECURSIVE copy(j) AS (VALUES (1) UNION ALL SELECT j + 1 FROM copy WHERE j < :copies)"
            database.execute(
                f"{numbers} INSERT INTO {name} ({named}) SELECT {values} FROM copy CROSS JOIN (SELECT * FROM {name})",
                {"copies": copies, "shift": shift, "items": items},
            )
        database.execute("UPDATE source SET releases = releases * (:copies + 1), edits = edits * (:copies + 1)", {"copies": copies})
        database.execute("UPDATE tally SET changes = changes * (:copies + 1)", {"copies": copies})


def _copy_words(place: Path, copies: int) -> None:
    """Make the copied passages searchable: their words are those of the first ones, which are read and worked out again."""
    with closing(sqlite3.connect(place)) as database, database:
        for pragma in ("synchronous = OFF", "cache_size = -1000000"):
            database.execute(f"PRAGMA {pragma}")
        originals = (
            "SELECT passage.id, item.url, version FROM passage JOIN item ON item.id = item_id WHERE passage.id <= ? ORDER BY passage.id"
        )
        (total,) = database.execute("SELECT max(id) FROM passage").fetchone()
        shift = total // (copies + 1)
        database.execute("CREATE TEMP TABLE told (id INTEGER PRIMARY KEY, said TEXT, removed TEXT)")
        rows = [(number, *_words(url, version)) for number, url, version in database.execute(originals, (shift,))]
        database.executemany("INSERT INTO told VALUES (?, ?, ?)", rows)
        database.execute(
            "WITH RECURSIVE copy(j) AS (VALUES (1) UNION ALL SELECT j + 1 FROM copy WHERE j < ?) "
            "INSERT INTO passage_words (rowid, said, removed) SELECT id + j * ?, said, removed FROM copy CROSS JOIN told",
            (copies, shift),
        )


def _words(url: str, version: int) -> tuple[str, str]:
    number = int(url.rstrip("/").rpartition("/")[2])
    first, second = page_text(number), page_text(number, 1)
    told = passage(Reason.FIRST, None, first) if version == 1 else passage(Reason.EDIT, first, second)
    ((said, removed),) = pieces(told)
    return " ".join(said), " ".join(removed)
