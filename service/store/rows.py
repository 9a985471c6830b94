"""What every table is made of: its base class, and the fields that many of them have."""

from collections.abc import Iterable
from enum import StrEnum

from sqlalchemy import CheckConstraint, MetaData
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from .columns import Number, Words

# Every constraint has a name, so that a later migration can find it.
_NAMES = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Row(SQLModel, registry=registry(metadata=MetaData(naming_convention=_NAMES))):
    """A table of ours, apart from any other that lives in the same process."""


def among(column: str, values: Iterable[StrEnum]) -> CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({listed})", name=f"{column}_known")


def own_id() -> int | None:
    return Field(default=None, primary_key=True, sa_type=Number)  # type: ignore[no-any-return] # Field is typed as Any


def wording(default: str = "") -> str:
    return Field(default=default, sa_type=Words)  # type: ignore[no-any-return] # as above


def counting(default: int = 0) -> int:
    return Field(default=default, ge=0)  # type: ignore[no-any-return] # as above


def pointer(place: str, *, null: bool = False) -> int | None:
    return Field(default=None, foreign_key=place, sa_type=Number, nullable=null)  # type: ignore[no-any-return] # as above
