"""What would be tracked at an address: found, read and shown; nothing is stored."""

from collections.abc import Callable
from dataclasses import replace

from .errors import Unreadable, UsageError
from .extract import extract
from .fetch import Fetcher
from .listings import read_list
from .models import Plan, Probe, Reading, Snapshot, Source, Validators

_SAMPLE = 3


def probe(fetcher: Fetcher, source: Source, on_step: Callable[[str], None] = lambda words: None) -> Probe:
    """Read a source's list and a few of its releases. Raises ``UsageError`` where there is nothing to read, in words."""
    on_step(f"reading {source.url}")
    plan = Plan(source, source_id=0, baselined=True)
    listed = read_list(plan, lambda url, validators: fetcher.get(url, validators=validators, source=source), lambda entries: False)
    if listed.fault is not None:
        raise UsageError(f"{source.url}: {listed.fault.words}")
    readings, warnings = [], list(listed.warnings)
    for entry in listed.entries[:_SAMPLE]:
        on_step(f"reading {entry.url}")
        reading = _read(fetcher, source, entry.url)
        if isinstance(reading, Reading):
            readings.append(reading)
        else:
            warnings.append(f"{entry.url}: {reading}")
    language = source.language or next((reading.language for reading in readings if reading.language), None)
    return Probe(
        url=source.url,
        final_url=listed.url,
        kind=listed.kind,
        title=listed.title,
        source=replace(source, name=source.name or listed.title, kind=listed.kind, language=source.language),
        entries=listed.entries,
        readings=tuple(readings),
        feeds=listed.feeds,
        language=language,
        warnings=tuple(warnings),
    )


def _read(fetcher: Fetcher, source: Source, url: str) -> Reading | str:
    answer = fetcher.get(url, validators=Validators(), source=source)
    if not isinstance(answer, Snapshot):
        return getattr(answer, "words", "") or f"answers {getattr(answer, 'status', 304)}"
    try:
        return extract(answer, source)
    except Unreadable as error:
        return str(error)
