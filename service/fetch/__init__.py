"""The wall to the web: what is asked politely, within bounds, of public addresses alone, and every outcome a value.

``Fetcher`` asks (one per worker, it owns the pooled session); ``Gate`` and ``Robots`` are shared by all workers: how often a host is
asked, and what its robots.txt lets us ask. ``Browser``, shared too, builds the pages that scripts make. ``deliver`` sends something to an
address that somebody configured.
"""

from .browser import Browser
from .deliver import deliver
from .fetcher import Fetcher
from .gate import Gate
from .robots import Robots
from .unpack import unpacked

__all__ = ["Browser", "Fetcher", "Gate", "Robots", "deliver", "unpacked"]
