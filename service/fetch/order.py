"""What is asked of the web, and how."""

from collections.abc import Callable
from dataclasses import dataclass

from service.models import Source, Validators

from .wire import Bound


@dataclass(frozen=True, slots=True)
class Order:
    """What is asked for, and how. ``for_robots``: this is about robots.txt itself, which needs no leave.

    ``before`` is called when a request is about to go out, after any pause. ``headers`` are a page's own, of what it asks for itself; such
    a thing is asked for without the ``pause`` of its host, in so many ``seconds``, and ``barred`` says why it may not be, or nothing.
    """

    url: str
    bound: Bound
    hops: int
    source: Source | None = None
    validators: Validators = Validators()
    fresh: bool = False
    for_robots: bool = False
    before: Callable[[], None] = lambda: None
    headers: tuple[tuple[str, str], ...] = ()
    pause: bool = True
    seconds: float | None = None
    barred: Callable[[str], str] = lambda url: ""
