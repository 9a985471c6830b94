"""A verdict in words."""

from service.models import ChangeLine

from .ledger import Verdict
from .life import Month


def told(month: Month, verdict: Verdict) -> str:
    """Return a verdict as a table, and every mistake as a line."""
    lines = [f"{month.kind}: {sum(verdict.found.values())} of {sum(verdict.due.values())} found, {len(verdict.false)} false"]
    lines += [f"  {kind:<40}{verdict.found[kind]:>4} of {due}" for kind, due in sorted(verdict.due.items()) if verdict.found[kind] < due]
    lines += [f"  missed  {at:%d %H:%M} {deed.kind} (release {deed.id}): {kind}" for at, deed, kind in verdict.missed]
    lines += [f"  false   {_line(change)}" for change in verdict.false]
    lines += [f"  bounds  {at:%d %H:%M} {_line(change)}" for at, change in verdict.dishonest]
    lines += [f"  class   {deed.kind}: {_line(change)} {change.classes}" for deed, change in verdict.unclassed]
    lines += [f"  honesty {deed.kind}: {change.declared} for {deed.declared}: {_line(change)}" for deed, change in verdict.misdeclared]
    lines += [f"  twice   {event.name}: {[line.summary for line in verdict.incidents[event]]}" for event in verdict.excess]
    lines += [f"  incidents: {', '.join(event.name for event in verdict.incidents)}" if verdict.incidents else "  no incidents"]
    lines += [f"  lost {verdict.lost}; doubled {verdict.doubled}; cosmetic {len(verdict.cosmetic)}; no room for {month.skipped}"]
    return "\n".join(lines)


def _line(change: ChangeLine) -> str:
    since = f"{change.not_before:%d %H:%M}" if change.not_before else "?"
    where = (change.item_url or "").rsplit("/", 2)[-2:]
    return f"{since} .. {change.not_after:%d %H:%M} {change.kind} {change.significance} {'/'.join(where)[:40]} {change.summary}"
