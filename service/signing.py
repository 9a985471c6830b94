"""The key that signs checkpoints: made at the first run, kept in the state folder, readable by its owner alone."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

from .errors import StateError

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

_MODE = 0o600


class Signer:
    """Signs with the key of a file (PKCS #8, PEM), which is made where it is not there yet."""

    def __init__(self, path: Path) -> None:
        """Raises ``StateError`` for a key that cannot be read or written."""
        self._key = _load(path) or _make(path)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, text: str) -> bytes:
        """Return the Ed25519 signature (64 bytes) of a text's UTF-8."""
        return self._key.sign(text.encode())


def public_key(path: Path) -> bytes | None:
    """Return the public key (32 bytes) of a key file; None where there is none for us. Raises ``StateError`` for one that is damaged."""
    if path.exists() and not os.access(path, os.R_OK):  # it is its owner's, and who verifies may be another
        return None
    key = _load(path)
    return None if key is None else key.public_key().public_bytes_raw()


def is_signed(public: bytes, text: str, signature: bytes) -> bool:
    """Return whether a signature of a text was made with the key of this public key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, text.encode())
    except (InvalidSignature, ValueError):
        return False
    return True


def _load(path: Path) -> "Ed25519PrivateKey | None":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StateError(f"the key {path} cannot be read: {error.strerror}") from error
    except (ValueError, TypeError) as error:
        raise StateError(f"the key {path} is damaged: bring it back from a backup, or move it away for a new one to be made") from error
    if not isinstance(key, Ed25519PrivateKey):
        raise StateError(f"the key {path} is of another kind than Ed25519")
    return key


def _make(path: Path) -> "Ed25519PrivateKey":
    """Make a key, whole or not at all; where another process was faster, its key is taken."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    form = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        unfinished.unlink(missing_ok=True)
        handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
        with os.fdopen(handle, "wb") as file:
            file.write(key.private_bytes(*form))
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)
    except FileExistsError:
        return _load(path) or key
    except OSError as error:
        raise StateError(f"the key {path} cannot be written: {error.strerror}") from error
    finally:
        unfinished.unlink(missing_ok=True)
    return key
