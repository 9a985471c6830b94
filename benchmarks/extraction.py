"""Extraction of a page with its source's template, against the generic way: ``python -m benchmarks.extraction``.

Two baselines: our own generic way (trafilatura finds the body, the rest of the reading is found as ever), and the library alone,
body, title and date. CPU seconds of this process.
"""

from collections.abc import Sequence
from functools import partial

from service.extract import extract, page_blocks
from service.models import Snapshot, Source, Template
from service.template import learn

from .measuring import Row, by_turns, options, row, tell
from .pages import BASE, page_sets

SOURCE = Source("benchmark", BASE)
GENERIC, ALONE, TAUGHT = "generic", "trafilatura alone", "template"


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=9)
    generic: list[Row] = []
    alone: list[Row] = []
    for name, pages in page_sets(6 if chosen.tiny else 32):
        sizes = [len(page.body) for page in pages]
        template = learn([page_blocks(page, SOURCE) for page in pages])
        spent = by_turns(
            {GENERIC: partial(read, pages), ALONE: partial(by_library, pages), TAUGHT: partial(read, pages, template)}, chosen.turns
        )
        cpu = {way: [one.cpu for one in turns] for way, turns in spent.items()}
        note = _found(pages, template)
        generic.append(row(name, sizes, cpu[GENERIC], cpu[TAUGHT], note))
        alone.append(row(name, sizes, cpu[ALONE], cpu[TAUGHT], note))
    tell("Our generic reading, how many times the one by template", generic, GENERIC, TAUGHT, as_json=chosen.json)
    tell("trafilatura alone, how many times our reading by template", alone, ALONE, TAUGHT, as_json=chosen.json)


def read(pages: Sequence[Snapshot], template: Template = Template()) -> None:  # noqa: B008 - frozen
    for page in pages:
        extract(page, SOURCE, template)


def by_library(pages: Sequence[Snapshot]) -> None:
    from trafilatura import bare_extraction

    for page in pages:
        bare_extraction(page.body, include_comments=False, with_metadata=True, fast=True)


def _found(pages: Sequence[Snapshot], template: Template) -> str:
    """Return on how many pages the template found the body: where it did not, the generic way was taken and timed."""
    found = sum(extract(page, SOURCE, template).method == "template" for page in pages)
    return "" if found == len(pages) else f"template fits {found} of {len(pages)}"


if __name__ == "__main__":
    main()
