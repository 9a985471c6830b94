"""The words of passages, as each database keeps them for searching: FTS5 of SQLite, ``tsvector`` of PostgreSQL.

Both are handed words in normal form (``service.query``), so that they find the same: no database has its own idea of what a word is.
Source: https://sqlite.org/fts5.html (a table without content), https://www.postgresql.org/docs/current/datatype-textsearch.html
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, cast, column, insert, literal_column, table
from sqlalchemy.dialects.postgresql import TSQUERY

from service.models import Phrase, Query
from service.query import BREAK

passage_words = table("passage_words", column("rowid"), column("said"), column("removed"))


class Words(NamedTuple):
    """The words of a passage: what it says first, and what it takes away."""

    passage_id: int
    said: Sequence[str]
    removed: Sequence[str]


def put(connection: Connection, told: Iterable[Words]) -> None:
    """Make passages searchable."""
    form = " ".join if connection.dialect.name == "sqlite" else _tsvector
    rows = [{"rowid": one.passage_id, "said": form(one.said), "removed": form(one.removed)} for one in told]
    if rows:
        connection.execute(insert(passage_words), rows)


def forget(connection: Connection) -> None:
    """Drop the words of all passages, even where the index is damaged."""
    on_sqlite = connection.dialect.name == "sqlite"
    connection.exec_driver_sql("INSERT INTO passage_words (passage_words) VALUES ('delete-all')" if on_sqlite else "TRUNCATE passage_words")


def fitting(connection: Connection, query: Query, *, removed: bool) -> ColumnElement[bool]:
    """Return the condition that what a passage says, or what it took away, fits."""
    place = passage_words.c.removed if removed else passage_words.c.said
    if connection.dialect.name == "sqlite":
        return literal_column("passage_words").op("MATCH", is_comparison=True)(f"{place.name} : ({_fts5(query)})")
    return place.op("@@", is_comparison=True)(cast(_tsquery(query), TSQUERY))


def _fts5(query: Query) -> str:
    def phrase(one: Phrase) -> str:
        return f'"{" ".join(one.words)}"' + ("*" if one.prefix else "")

    wanted = " AND ".join(f"({' OR '.join(map(phrase, group))})" for group in query.wanted)
    return f"({wanted}) NOT ({' OR '.join(map(phrase, query.unwanted))})" if query.unwanted else wanted


def _tsquery(query: Query) -> str:
    def phrase(one: Phrase) -> str:
        words = " <-> ".join(f"'{word}'" for word in one.words)
        return f"({words}:*)" if one.prefix else f"({words})"

    wanted = [f"({' | '.join(map(phrase, group))})" for group in query.wanted]
    return " & ".join([*wanted, *(f"!{phrase(one)}" for one in query.unwanted)])


def _tsvector(words: Sequence[str]) -> str:
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(words, 1):
        if word != BREAK:
            places[word].append(str(place))
    return " ".join(f"'{word}':{','.join(at)}" for word, at in places.items())
