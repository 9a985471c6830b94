"""Diff and extraction of the largest and most hostile inputs, and how what they take grows: ``python -m benchmarks.hostile``.

Sizes are bytes of a page, or characters of a text; the largest page that is fetched by default has 5 MB.
"""

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial

from service.diff import diff
from service.errors import Unreadable
from service.extract import extract
from service.fingerprint import fingerprint
from service.models import Block, Reading, Snapshot, Source

from .measuring import Grown, Run, by_turns, grown, options, tell_growth

SIZES = (50_000, 500_000, 5_000_000)
TINY = (5_000, 10_000)
SOURCE = Source("benchmark", "http://news.example/")
_AT = datetime(2026, 11, 21, tzinfo=UTC)
_LINE = 80  # characters, or bytes: about what one element or paragraph of an input has


def main(argv: Sequence[str] | None = None) -> None:
    chosen = options(__doc__ or "", argv, turns=3)
    sizes = TINY if chosen.tiny else SIZES
    edits = {name: {size: partial(diff, *both(size)) for size in sizes} for name, both in EDITS.items()}
    pages = {name: {size: partial(_read, _served(page(size))) for size in sizes} for name, page in PAGES.items()}
    tell_growth("Diff of two readings", list(_measured(edits, chosen.turns)), as_json=chosen.json)
    tell_growth("Extraction and fingerprint of a page", list(_measured(pages, chosen.turns)), as_json=chosen.json)


def _measured(runs: Mapping[str, Mapping[int, Run]], turns: int) -> Iterator[Grown]:
    for name, by_size in runs.items():
        spent = by_turns({str(size): run for size, run in by_size.items()}, turns)
        yield grown(name, {size: [one.cpu for one in spent[str(size)]] for size in by_size})


def _read(page: Snapshot) -> None:
    with suppress(Unreadable):  # what no page has need of is refused, in words
        fingerprint(extract(page, SOURCE))


def _served(body: str) -> Snapshot:
    html = f"<html><head><title>A release</title></head><body><main><h1>A release</h1>{body}</main></body></html>".encode()
    return Snapshot(SOURCE.url, SOURCE.url, 200, (("Content-Type", "text/html; charset=utf-8"),), html, _AT)


# two readings of about so many characters each


def _reading(lines: Sequence[str]) -> Reading:
    return Reading("A release", tuple(Block("main/p", line) for line in lines), method="generic")


def _lines(size: int, seed: int, vocabulary: int = 10_000) -> list[str]:
    rng = random.Random(seed)
    return [" ".join(f"w{rng.randrange(vocabulary)}" for _ in range(_LINE // 6)) for _ in range(size // _LINE)]


def no_common_line(size: int) -> tuple[Reading, Reading]:
    return _reading(_lines(size, 1)), _reading(_lines(size, 2))


def no_common_word(size: int) -> tuple[Reading, Reading]:
    return _reading(_lines(size, 1)), _reading([line.replace("w", "v") for line in _lines(size, 2)])


def one_word_in_each_line(size: int) -> tuple[Reading, Reading]:
    lines = _lines(size, 1)
    return _reading(lines), _reading([f"{line} {number}" for number, line in enumerate(lines)])


def one_line_over_and_over(size: int) -> tuple[Reading, Reading]:
    lines = ["the same line as ever, and once more, with nothing in it to tell it from the next"] * (size // _LINE)
    return _reading(lines), _reading(lines[: len(lines) // 2])


def all_lines_moved(size: int) -> tuple[Reading, Reading]:
    lines = _lines(size, 1)
    return _reading(lines), _reading(lines[::-1])


def one_paragraph_of_two_words(size: int) -> tuple[Reading, Reading]:
    rng = random.Random(1)
    words = [rng.choice("ab") for _ in range(size // 2)]
    return _reading([" ".join(words)]), _reading([" ".join(words[::-1])])


def one_endless_word(size: int) -> tuple[Reading, Reading]:
    return _reading(["a" * size]), _reading(["a" * (size // 2) + "b" + "a" * (size // 2)])


EDITS: dict[str, Callable[[int], tuple[Reading, Reading]]] = {
    "no common line": no_common_line,
    "no common word": no_common_word,
    "one word in each line": one_word_in_each_line,
    "one line over and over, halved": one_line_over_and_over,
    "all lines moved": all_lines_moved,
    "one paragraph of two words": one_paragraph_of_two_words,
    "one endless word": one_endless_word,
}


# the body of a page of about so many bytes


def paragraphs(size: int) -> str:
    return "".join(f"<p>{line}</p>" for line in _lines(size, 1))


def nested(size: int) -> str:
    return "<div>" * (size // 11) + "text" + "</div>" * (size // 11)


def unclosed(size: int) -> str:
    return "<b><i>text<p>" * (size // 13)


def attributes(size: int) -> str:
    return "<p " + " ".join(f'data-{number}="{number}"' for number in range(size // 20)) + ">text</p>"


def classes(size: int) -> str:
    return "".join(f'<div class="{" ".join(f"c{number + one}" for one in range(9))}"><p>text</p></div>' for number in range(size // _LINE))


def table(size: int) -> str:
    cells = "<tr><td>2026-01-01</td><td>text of a cell</td><td>1,234</td><td>more</td></tr>"
    return f"<table>{cells * (size // len(cells))}</table>"


def links(size: int) -> str:
    return "".join(f'<a href="/news/{number}/?from=the-list-of-links">A link with words {number}</a> ' for number in range(size // _LINE))


def dates(size: int) -> str:
    return "".join(
        f"<p>on {number % 28 + 1} January 2026, at 12:0{number % 10}, updated 2026-01-{number % 28 + 1:02}</p>"
        for number in range(size // 60)
    )


def entities(size: int) -> str:
    return f"<p>{'&amp;&nbsp;&#8212;&lt;' * (size // 23)}</p>"


def script(size: int) -> str:
    return f"<p>text</p><script>{'var a = [1, 2, 3]; ' * (size // 19)}</script>"


def comments(size: int) -> str:
    return "<p>text</p><!-- a comment that nobody reads, with <b>tags</b> in it -->" * (size // 72)


PAGES: dict[str, Callable[[int], str]] = {
    "paragraphs": paragraphs,
    "elements in elements": nested,
    "elements never closed": unclosed,
    "an element of many attributes": attributes,
    "elements of many classes": classes,
    "a table of many rows": table,
    "links": links,
    "dates": dates,
    "entities": entities,
    "a script": script,
    "comments": comments,
}


if __name__ == "__main__":
    main()
