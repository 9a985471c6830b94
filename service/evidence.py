"""The evidence of a state as one thing: what signs it, and what verifies it. Knows which files of the state folder take part."""

from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from . import logs
from .archive.audit import RawFiles
from .errors import StateError
from .logs import Event
from .models import Clock, EvidenceSettings
from .notary import Notary
from .notebook import Notebook
from .notes import Note, key_shown
from .signing import Signer, is_signed, public_key
from .stamping import roots_in, why_not
from .verifying import OnFlaw, OnProgress, Place, Proofs, Verified, verify
from .witness import Deliver, Witness

if TYPE_CHECKING:
    from .store import Store


class Evidence:
    """``snapshots/``, ``ledger.key`` and ``checkpoints.txt`` of a state folder, with the ledger in the store."""

    def __init__(self, state: Path, settings: EvidenceSettings, store: "Store", clock: Clock, deliver: Deliver) -> None:
        """``deliver`` sends a body with headers to an address, and gives the answer back."""
        self._raw, self._key, self._checkpoints = state / "snapshots", state / "ledger.key", state / "checkpoints.txt"
        self._settings, self._store, self._clock, self._deliver = settings, store, clock, deliver

    @cached_property
    def notary(self) -> Notary:
        return Notary(self._store, partial(Signer, self._key), self._clock, Notebook(self._checkpoints), RawFiles(self._raw))

    @cached_property
    def witness(self) -> Witness:
        return Witness(self._store, self._clock, self._settings, self._deliver)

    def witnessed(self) -> None:
        """Have the newest checkpoint witnessed, if it is time."""
        self.witness.turn()

    def attest(self) -> None:
        """Enter in the ledger what files of raw pages have got, sign it, have it witnessed; what fails is done the next time."""
        try:
            self.notary.swear()
            self.notary.sign()
            self.witness.turn()
        except StateError as error:
            logs.log(Event.TROUBLE, error=str(error))

    def verify(self, public: bytes | None, seen: Sequence[Note], on_flaw: OnFlaw, on_progress: OnProgress) -> Verified:
        """Verify the state; ``public`` is the key that somebody relies on, ``seen`` are checkpoints that somebody kept elsewhere."""
        known = public or public_key(self._key)
        place = Place(self._raw, self._checkpoints, known, public is not None, tuple(seen))
        roots = roots_in(self._settings.timestamp_roots)
        proofs = Proofs(is_signed, lambda answer, note: why_not(answer, note, roots), bool(roots))
        return verify(self._store, place, proofs, on_flaw, on_progress)

    def key_shown(self, public: bytes | None = None) -> str:
        """Return a public key, or that of the state, as it is handed on; empty where there is none yet."""
        known = public or public_key(self._key)
        return "" if known is None else key_shown(known)
