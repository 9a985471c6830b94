"""A zip that is written as it is read, the same bytes for the same files."""

import zipfile
from collections.abc import Iterable, Iterator
from io import RawIOBase

_MOMENT = (1980, 1, 1, 0, 0, 0)  # the first that a zip can name: when it is made says nothing
_MODE = 0o100644 << 16
_UNIX = 3
_PACKED_ALREADY = (".gz", ".pdf")


class _Outlet(RawIOBase):
    """A file that is not kept: what was written is taken away."""

    def __init__(self) -> None:
        self._written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: bytes | bytearray | memoryview) -> int:  # type: ignore[override] # a buffer, which is what zipfile gives
        self._written.append(bytes(data))
        return len(data)

    def taken(self) -> bytes:
        data, self._written = b"".join(self._written), []
        return data


def zipped(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Yield the bytes of a zip of these files, named by paths with ``/``; one of them is in memory at a time."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w") as file:
        for name, data in files:
            info = zipfile.ZipInfo(name, _MOMENT)
            info.create_system, info.external_attr = _UNIX, _MODE
            info.compress_type = zipfile.ZIP_STORED if name.endswith(_PACKED_ALREADY) else zipfile.ZIP_DEFLATED
            file.writestr(info, data)
            yield outlet.taken()
    yield outlet.taken()
