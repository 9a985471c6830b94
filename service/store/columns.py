"""Column types that hold on both databases what the house hands them."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Integer, LargeBinary, Text
from sqlalchemy.types import TypeDecorator, TypeEngine

from service.ledger import moment

# SQLite numbers rows itself only in a column that is called INTEGER.
Number: TypeEngine[int] = BigInteger().with_variant(Integer(), "sqlite")

_MOMENT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{6}", re.ASCII)
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class Words(TypeDecorator[str]):
    """Text to be shown and searched. What no database can hold (NUL, lone surrogates) becomes U+FFFD; the truth is in ``text``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str | None:
        if value is None or (value.isascii() and "\0" not in value):
            return value
        return _UNSTORABLE.sub("\ufffd", value)


class Names(TypeDecorator[tuple[str, ...]]):
    """A tuple of short words, as a JSON array; ``LIKE`` finds one by its quotes."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[str] | None, dialect: Any) -> str | None:
        return None if value is None else json.dumps(list(value))

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[str, ...] | None:
        return None if value is None else tuple(json.loads(value))


class Amounts(TypeDecorator[tuple[float, ...]]):
    """A tuple of numbers, as a JSON array; three decimals are kept."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Iterable[float] | None, dialect: Any) -> str | None:
        return None if value is None else json.dumps([round(number, 3) for number in value])

    def process_result_value(self, value: str | None, dialect: Any) -> tuple[float, ...] | None:
        return None if value is None else tuple(json.loads(value))


class AsTold(TypeDecorator[Any]):
    """A value of a row as the ledger tells it, for ``type_coerce``: an instant or a list as the text and tuple that they are.

    A stored text that is not written as we write it comes back as it stands: its digest is then another.
    """

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Any) -> Any:
        if isinstance(value, datetime):
            return moment(value)
        if not isinstance(value, str):
            return value
        if _MOMENT.fullmatch(value):
            return f"{value[:10]}T{value[11:]}Z"
        return _names(value)


def _names(value: str) -> str | tuple[str, ...]:
    try:
        told = json.loads(value)
    except ValueError:
        return value
    return tuple(told) if isinstance(told, list) and json.dumps(told) == value else value


class Digest(TypeDecorator[str]):
    """A SHA-256 that travels as hex and is stored as 32 bytes; the empty text is NULL."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> bytes | None:
        return bytes.fromhex(value) if value else None

    def process_result_value(self, value: bytes | None, dialect: Any) -> str:
        return "" if value is None else value.hex()
