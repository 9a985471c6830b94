"""The change log for spreadsheets."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from service.models import ChangeLine

from .safe import csv_safe
from .shapes import change_json

_COLUMNS = (
    "id", "source", "item_url", "title", "kind", "significance", "classes", "declared", "fields", "not_before", "not_after",
    "detected_at", "before_version", "after_version", "words_added", "words_removed", "summary",
)  # fmt: skip


def csv_head(columns: Iterable[str]) -> str:
    """Return the line of names that a CSV begins with."""
    return csv_line(columns)


def csv_line(values: Iterable[Any]) -> str:
    """Return one row as CSV (RFC 4180); no cell of it is taken for a formula, several values in one are parted by spaces."""
    out = io.StringIO()
    csv.writer(out).writerow([_cell(value) for value in values])
    return out.getvalue()


def changes_csv(lines: Iterable[ChangeLine]) -> str:
    """Return changes as CSV (RFC 4180) under one line of column names, those of ``change_json``; several classes are parted by spaces."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    for line in lines:
        shape = change_json(line)
        writer.writerow([_cell(shape[column]) for column in _COLUMNS])
    return out.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        value = " ".join(value)
    return csv_safe(value) if isinstance(value, str) else value
