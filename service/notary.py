"""The notary: signs how far the ledger is, keeps a copy of what it signed, and enters in the ledger what files of raw pages hold.

    entries -> checkpoint, signed -> database -> checkpoints.txt

Behind the passes, never in their way: what a kill or a full disk keeps back is done the next time.
"""

import threading
from collections.abc import Callable, Iterable

from .archive.audit import RawFiles
from .ledger import moment
from .models import Clock, FileEntry, SignedNote
from .notebook import Notebook
from .notes import signed, text_of
from .signing import Signer
from .store import Store

_APART = 100  # entries from one checkpoint to the next, at most: what the way from an entry to a signature is never longer than
_PORTION = 200  # checkpoints signed or copied at once


class Notary:
    """Signs for a state. Any thread may ask; one process keeps a ``checkpoints.txt``."""

    def __init__(self, store: Store, signer: Callable[[], Signer], clock: Clock, notebook: Notebook, raw: RawFiles) -> None:
        """``signer`` gives the key, which is made when it is first needed."""
        self._store, self._signer, self._clock, self._notebook, self._raw = store, signer, clock, notebook, raw
        self._signing = threading.Lock()

    def sign(self) -> int | None:
        """Sign what the ledger has got since the last checkpoint; return its number, None where nothing is new. Raises ``StateError``."""
        end = None
        with self._signing:
            while due := self._store.checkpoints.unsigned(_APART, _PORTION):
                self._store.checkpoints.write(self._notes(due))
                end = due[-1][0]
            self._copy()
        return end

    def swear(self) -> int:
        """Enter in the ledger what files of raw pages have got since they were last entered; return how many. Raises ``StateError``."""
        with self._signing:
            known = self._store.checkpoints.files()
            grown = [(name, size) for name in self._raw.names() if (size := self._raw.settled(name)) > known.get(name, 0)]
            if grown:
                self._store.checkpoints.swear([FileEntry(name, size, self._raw.digest(name, size)) for name, size in grown])
            return len(grown)

    def _notes(self, due: Iterable[tuple[int, str]]) -> list[SignedNote]:
        signer, now = self._signer(), moment(self._clock.now())
        texts = {number: text_of(number, chain, now) for number, chain in due}
        return [SignedNote(number, signed(text, signer.public, signer.sign(text)), signer.public.hex()) for number, text in texts.items()]

    def _copy(self) -> None:
        last = self._notebook.last_number()
        while missed := self._store.checkpoints.after(last, _PORTION):
            self._notebook.append(one.note for one in missed)
            last = missed[-1].number
