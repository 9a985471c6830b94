"""How a source fares, in words that its operator can act on. Pure."""

from datetime import datetime
from typing import NamedTuple


class Health(NamedTuple):
    """What is known of it: ``failures`` counts the passes in a row that could not read its list, the first of them ``failing_since``."""

    enabled: bool
    last_pass_at: datetime | None
    failures: int
    failing_since: datetime | None
    error: str
    releases: int
    troubles: tuple[str, ...] = ()


def in_words(health: Health) -> str:
    """Return one line: ``well: 84 releases``, or what is the matter and since when."""
    if not health.enabled:
        return "switched off"
    if health.last_pass_at is None:
        return "waiting for its first look"
    releases = f"{health.releases} release{'' if health.releases == 1 else 's'}"
    if health.failures == 0 and health.troubles:
        return f"{releases}, but {'; '.join(health.troubles)}"
    if health.failures == 0:
        return f"well: {releases}" if not health.error else f"{releases}, but {health.error}"
    if "answers " in health.error:
        return health.error + (f" ({health.failures} times in a row)" if health.failures > 1 else "")
    since = f" since {health.failing_since:%Y-%m-%d %H:%M} UTC" if health.failing_since else ""
    return f"not reached{since}: {health.error}"
