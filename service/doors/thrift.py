"""What a process that lives long does not to take more memory than it needs."""

import ctypes

_ARENA_MAX = -8  # of mallopt(3), GNU's


def share_heaps() -> None:
    """Let all threads share two heaps; to be called before they are made.

    GNU's allocator, left to itself, gives each thread one of its own, of which none gives back what another could use: with eight threads a
    sixth of all memory. Other allocators are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(_ARENA_MAX, 2)
