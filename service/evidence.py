"""The evidence of a state as one thing: what signs it, and what verifies it. Knows which files of the state folder take part."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import logs
from .archive.audit import RawFiles
from .errors import StateError
from .logs import Event
from .models import Clock
from .notary import Notary
from .notebook import Notebook
from .notes import Note, key_shown
from .signing import Signer, is_signed, public_key
from .verifying import OnFlaw, OnProgress, Place, Verified, verify

if TYPE_CHECKING:
    from .store import Store


class Evidence:
    """``snapshots/``, ``ledger.key`` and ``checkpoints.txt`` of a state folder, with the ledger in the store."""

    def __init__(self, state: Path, store: "Store", clock: Clock) -> None:
        self._raw, self._key, self._checkpoints = state / "snapshots", state / "ledger.key", state / "checkpoints.txt"
        self._store, self._clock = store, clock

    @cached_property
    def notary(self) -> Notary:
        return Notary(self._store, partial(Signer, self._key), self._clock, Notebook(self._checkpoints), RawFiles(self._raw))

    def attest(self) -> None:
        """Enter in the ledger what files of raw pages have got, and sign it; what cannot be done now is done the next time."""
        try:
            self.notary.swear()
            self.notary.sign()
        except StateError as error:
            logs.log(Event.TROUBLE, error=str(error))

    def verify(self, public: bytes | None, seen: Sequence[Note], on_flaw: OnFlaw, on_progress: OnProgress) -> Verified:
        """Verify the state; ``public`` is the key that somebody relies on, ``seen`` are checkpoints that somebody kept elsewhere."""
        known = public or public_key(self._key)
        place = Place(self._raw, self._checkpoints, known, public is not None, tuple(seen))
        return verify(self._store, place, is_signed, on_flaw, on_progress)

    def key_shown(self, public: bytes | None = None) -> str:
        """Return a public key, or that of the state, as it is handed on; empty where there is none yet."""
        known = public or public_key(self._key)
        return "" if known is None else key_shown(known)
