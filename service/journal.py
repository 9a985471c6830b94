"""The change log, kept up with the database: what a kill or a full disk kept back is made good."""

import json
import threading
from collections.abc import Sequence

from .changelog import ChangeLog
from .models import ChangeFilter, ChangeKind, ChangeLine
from .render import logged
from .store import Store

_PORTION = 500  # changes appended at once


class Journal:
    """Appends to the change log what it lacks. One process does so for a file, any of its threads."""

    def __init__(self, store: Store, changelog: ChangeLog) -> None:
        self._store, self._changelog = store, changelog
        self._telling = threading.Lock()
        self._told = 0  # the last change that this process brought into the change log
        self._owed: Sequence[ChangeLine] = ()  # changes that could not be appended, the first of them at least

    @property
    def is_behind(self) -> bool:
        """Whether changes could not be appended."""
        return bool(self._owed)

    def catch_up(self, lines: Sequence[ChangeLine] = ()) -> None:
        """Append what is missing, in the order of the ids: these changes, and any before them. Raises ``StateError``."""
        with self._telling:
            lines = self._owed = self._owed or lines
            last = self._changelog.last_id() or 0
            if lines:
                last = max(self._told, min(last, lines[0].id - 1))  # a log of another database may be far ahead
            while missed := self._store.changes(ChangeFilter(after=last, limit=_PORTION)):
                self._changelog.append(map(self._line, missed))
                last = self._told = missed[-1].id
            self._owed = ()

    def _line(self, line: ChangeLine) -> str:
        """Return a change as a line of the change log: the shape of ``changes --json``, and the edit as a unified diff."""
        before, after = self._store.readings_of(line.id) if line.kind == ChangeKind.EDITED else (None, None)
        return json.dumps(logged(line, before, after), ensure_ascii=False)
