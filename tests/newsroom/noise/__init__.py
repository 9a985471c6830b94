"""The noises of real newsrooms, each a switch: ``site.disturb(noise)`` until ``site.calm(noise)``; no release is edited by any of them.

``NOISES`` names those that need nothing to be told, each with what makes it.
"""

from collections.abc import Callable

from .base import Noise
from .captures import BotWall, Consent, Maintenance, ServerErrors, StaleCache, Truncated, WrongLanguage, WrongValidator
from .chrome import (
    About,
    Banner,
    CacheBusters,
    ClockText,
    HeadlineTest,
    Nonces,
    Promo,
    RelatedPosts,
    SessionLinks,
    SessionText,
    Sidebar,
    ViewCounter,
)
from .lists import AddressForms, EmptyList, FreshGuids, HalfList, Reordered
from .markup import AttributeOrder, HashedClasses, PdfRemade, Redesigned, Typography, Whitespace

NOISES: dict[str, Callable[[], Noise]] = {
    "sidebar": Sidebar,
    "related posts": RelatedPosts,
    "view counter": ViewCounter,
    "nonces": Nonces,
    "session text": SessionText,
    "session links": SessionLinks,
    "clock text": ClockText,
    "cache busters": CacheBusters,
    "promo in turns": Promo,
    "promo at random": lambda: Promo(at_random=True),
    "banner": Banner,
    "attribute order": AttributeOrder,
    "typography": Typography,
    "hashed classes": HashedClasses,
    "white space": Whitespace,
    "redesign": Redesigned,
    "pdf remade": PdfRemade,
    "bot wall": BotWall,
    "bot wall 403": lambda: BotWall(status=403),
    "maintenance": Maintenance,
    "maintenance 200": lambda: Maintenance(200),
    "server errors": ServerErrors,
    "consent": Consent,
    "truncated": Truncated,
    "wrong language": WrongLanguage,
    "stale cache": StaleCache,
    "wrong validator": WrongValidator,
    "empty list": EmptyList,
    "half list": HalfList,
    "re-ordered list": Reordered,
    "fresh guids": FreshGuids,
    "address forms": AddressForms,
}

__all__ = [
    "NOISES",
    "About",
    "AddressForms",
    "AttributeOrder",
    "Banner",
    "BotWall",
    "CacheBusters",
    "ClockText",
    "Consent",
    "EmptyList",
    "FreshGuids",
    "HalfList",
    "HashedClasses",
    "HeadlineTest",
    "Maintenance",
    "Noise",
    "Nonces",
    "PdfRemade",
    "Promo",
    "Redesigned",
    "RelatedPosts",
    "Reordered",
    "ServerErrors",
    "SessionLinks",
    "SessionText",
    "Sidebar",
    "StaleCache",
    "Truncated",
    "Typography",
    "ViewCounter",
    "Whitespace",
    "WrongLanguage",
    "WrongValidator",
]
