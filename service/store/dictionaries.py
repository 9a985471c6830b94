"""Dictionaries: what the texts of a state have in common, so that the first text of a release takes less room.

Trained on the state's own texts by the write that brings the first hundred, and anew whenever there are eight times as many. Each is a
row that is never altered or removed, named by the number that every frame made with it bears; that number is made of its content, so that
one shelf serves all databases of a process.
"""

import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from itertools import chain
from weakref import WeakSet

from sqlalchemy import Connection, func, select

from service.errors import StateError

from . import texts
from .database import Database, insert_unless_there
from .tables import dictionary, text_, version

_ENOUGH = 100  # texts
_GROWN = 8  # times as many texts
_SAMPLES = 1000  # texts that are looked at, of those stored

_known: dict[int, texts.Dictionary] = {}
_open: WeakSet[Database] = WeakSet()


def open_shelf(database: Database) -> None:
    """Read the dictionaries of a database. Raises ``StateError`` where one of them is not what it was."""
    _open.add(database)
    try:
        with database.read() as connection:
            learn(connection)
    except ValueError as error:
        raise StateError(f"the database {database.name} is damaged: {error}") from error


def learn(connection: Connection) -> None:
    """Put the dictionaries of a database on the shelf. Raises ``ValueError`` where one of them is not what it was."""
    for row in connection.execute(select(dictionary)):
        if hashlib.sha256(row.data).hexdigest() != row.digest:
            raise ValueError(f"dictionary {row.number} is not the one that texts were stored with")
        if row.number not in _known:
            _known[row.number] = texts.Dictionary(texts.decode(texts.Encoded(texts.PLAIN, row.data)))


def decode(stored: texts.Encoded, key_frame: bytes | None = None) -> bytes:
    """Return a text, decoded with the dictionary that it names. Raises ``ValueError`` for damaged bytes."""
    number = texts.dictionary_of(stored.data)
    return texts.decode(stored, key_frame, _dictionary(number) if number else None)


def newest(connection: Connection, new: Sequence[tuple[bytes, bytes]]) -> texts.Dictionary | None:
    """Return what new readings (``readings.pack``) are to be encoded with; None while there are few.

    Where it is time for another one, it is trained on them and on those stored.
    """
    found = connection.execute(select(dictionary.c.number, dictionary.c.texts).order_by(dictionary.c.texts.desc()).limit(1)).first()
    count = (connection.scalar(select(func.max(text_.c.id))) or 0) + len(new)
    if count >= (_ENOUGH if found is None else _GROWN * found.texts):
        trained = texts.train([*_samples(connection, count // _SAMPLES + 1), *chain.from_iterable(new)])
        if trained is not None:
            _keep(connection, trained, count)
            return trained
    return None if found is None else _dictionary(found.number)


def _samples(connection: Connection, step: int) -> Iterable[bytes]:
    """Yield stored first readings, evenly over their ages: every ``step``-th."""
    first = select(text_.c.codec, text_.c.data, version.c.extras).join(version, version.c.text_id == text_.c.id)
    first = first.where(version.c.number == 1, version.c.item_id % step == 0, text_.c.codec == texts.PLAIN, version.c.extras_base.is_(None))
    for row in connection.execute(first.limit(_SAMPLES)):
        yield decode(texts.Encoded(row.codec, row.data))
        yield decode(texts.Encoded(texts.PLAIN, row.extras))


def _keep(connection: Connection, trained: texts.Dictionary, count: int) -> None:
    data = texts.encode(trained.dict_content).data
    row = {"number": trained.dict_id, "digest": hashlib.sha256(data).hexdigest(), "texts": count, "data": data}
    connection.execute(insert_unless_there(connection, dictionary), [row])
    _known[trained.dict_id] = trained


def _dictionary(number: int) -> texts.Dictionary:
    for database in list(_open):  # another process may have trained it since
        if number in _known:
            break
        with suppress(StateError):  # of another state that is open here and gone or damaged: that one's own readers are told
            open_shelf(database)
    try:
        return _known[number]
    except KeyError:
        raise ValueError(f"dictionary {number} is missing") from None
