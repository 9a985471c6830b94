"""What would be tracked at an address: found, read and shown; nothing is stored."""

from collections.abc import Callable, Iterable
from dataclasses import replace

from .errors import Unreadable, UsageError
from .extract import extract, page_blocks
from .fetch import Fetcher
from .listings import read_list
from .models import Answer, Failed, Missing, Plan, Probe, Reading, Snapshot, Source, Template, Validators
from .template import LEAST_SIBLINGS, learn

_SAMPLE = LEAST_SIBLINGS + 1  # enough for a template to be learned


def probe(fetcher: Fetcher, source: Source, on_step: Callable[[str], None] = lambda words: None) -> Probe:
    """Read a source's list and a few of its releases. Raises ``UsageError`` where there is nothing to read, in words."""
    on_step(f"reading {source.url}")
    plan = Plan(source, source_id=0, baselined=True)
    refused: dict[str, None] = {}  # each once, in their order

    def ask(url: str, validators: Validators) -> Answer:
        answer = fetcher.get(url, validators=validators, source=source)
        if isinstance(answer, Snapshot) and answer.built is not None:
            refused.update(dict.fromkeys(answer.built.refused))
        return answer

    listed = read_list(plan, ask, lambda entries: False)
    if listed.fault is not None:
        raise UsageError(f"{source.url}: {listed.fault.words}")
    pages, warnings = [], list(listed.warnings)
    for entry in listed.entries[:_SAMPLE]:
        on_step(f"reading {entry.url}")
        answer = ask(entry.url, Validators())
        if isinstance(answer, Snapshot):
            pages.append(answer)
        else:
            warnings.append(f"{entry.url}: {_words(answer)}")
    template = learn([page_blocks(page, source) for page in pages])
    readings, unreadable = _read(pages, source, template)
    language = source.language or next((reading.language for reading in readings if reading.language), None)
    return Probe(
        url=source.url,
        final_url=listed.url,
        kind=listed.kind,
        title=listed.title,
        source=replace(source, name=source.name or listed.title, kind=listed.kind if listed.url == source.url else source.kind),
        template=template,
        entries=listed.entries,
        readings=readings,
        feeds=listed.feeds,
        language=language,
        warnings=(*warnings, *unreadable, *refused),
    )


def _read(pages: Iterable[Snapshot], source: Source, template: Template) -> tuple[tuple[Reading, ...], tuple[str, ...]]:
    readings, warnings = [], []
    for page in pages:
        try:
            readings.append(extract(page, source, template))
        except Unreadable as error:
            warnings.append(f"{page.url}: {error}")
    return tuple(readings), tuple(warnings)


def _words(answer: Answer) -> str:
    match answer:
        case Failed():
            return answer.words
        case Missing():
            return f"answers {answer.status}"
        case _:
            return "answers 304 to a first question"
