"""What may be asked in an address: numbers and moments that the store can take; others are refused with 422, in words."""

from datetime import UTC, datetime
from typing import Annotated

from fastapi import Path, Query
from pydantic import AfterValidator

_MOST = 2**63 - 1  # the largest id of a database


def _in_utc(moment: datetime) -> datetime:
    """Return a moment in UTC, which is meant where no zone is given. Raises ``ValueError`` for one that no calendar has there."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=UTC)
    try:
        return moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("a moment before year 1 or after year 9999") from None


Number = Annotated[int, Path(ge=1, le=_MOST)]
Cursor = Annotated[int, Query(ge=0, le=_MOST)]
Moment = Annotated[datetime, AfterValidator(_in_utc)]
