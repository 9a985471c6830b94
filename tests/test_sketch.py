"""Sketches: how much two texts share is told from a few numbers of each."""

import gzip
import json
import re
from collections.abc import Iterator
from html import unescape
from itertools import combinations, pairwise
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from service.models import Block, Reading
from service.sketch import KEYS, NEAR, SIZE, keys, resemblance, sketch

WORDS = [f"word{number}" for number in range(400)]
TEXTS = st.lists(st.sampled_from(WORDS), min_size=40, max_size=300)
quick = settings(deadline=None, max_examples=50)


def of(text: str, title: str = "A title") -> tuple[int, ...]:
    return sketch(Reading(title, tuple(Block("p", part) for part in text.split("\n"))))


def shared(one: list[str], other: list[str]) -> float:
    """Return the true share of triples in common."""
    first, second = ({tuple(words[at : at + 3]) for at in range(len(words) - 2)} for words in (one, other))
    return len(first & second) / len(first | second)


@quick
@given(TEXTS, TEXTS)
def test_a_resemblance_is_a_share_and_the_same_both_ways(one: list[str], other: list[str]) -> None:
    first, second = of(" ".join(one)), of(" ".join(other))
    assert 0.0 <= resemblance(first, second) == resemblance(second, first) <= 1.0
    assert resemblance(first, first) == (1.0 if first else 0.0)


@quick
@given(TEXTS)
def test_a_sketch_is_small_ascending_and_fits_a_bigint(words: list[str]) -> None:
    found = of(" ".join(words))
    assert len(found) <= SIZE and all(low < high for low, high in pairwise(found))
    assert all(0 <= number < 2**63 for number in found)
    assert keys(found) == found[:KEYS]


@quick
@given(TEXTS, st.integers(0, 299), st.integers(0, 299))
def test_the_estimate_is_near_the_truth(words: list[str], at: int, until: int) -> None:
    low, high = sorted((at % len(words), until % len(words)))
    other = words[:low] + [f"new{number}" for number in range(high - low)] + words[high:]
    first, second = of(" ".join(words)), of(" ".join(other))
    assume(first and second)
    assert abs(resemblance(first, second) - shared(words, other)) <= 0.25, "four standard errors of a sample of 64, at their widest"


@quick
@given(TEXTS, st.randoms(use_true_random=False))
def test_case_punctuation_and_paragraphs_make_no_difference(words: list[str], chance) -> None:  # type: ignore[no-untyped-def] # a Random
    dressed = "".join(chance.choice([f"{word} ", f"{word.upper()}, ", f"{word}\n", f"“{word}” "]) for word in words)
    assert of(dressed) == of(" ".join(words))


@pytest.mark.parametrize(
    "change, least, most",
    [
        (lambda words: words, 1.0, 1.0),
        (lambda words: [*words[:150], "other", *words[151:]], 0.95, 1.0),
        (lambda words: [*words, *("about", "the", "office", "of", "the", "press")], 0.9, 1.0),
        (lambda words: words[150:] + words[:150], 0.95, 1.0),
        (lambda words: words[:200], 0.55, 0.8),
        (lambda words: [word if number % 10 else "x" for number, word in enumerate(words)], 0.4, 0.68),
        (lambda words: [f"{word}s" for word in words], 0.0, 0.0),
    ],
    ids=["same", "one word", "a line more", "moved", "a third less", "every tenth word", "another text"],
)
def test_how_much_is_shared(change, least: float, most: float) -> None:  # type: ignore[no-untyped-def] # a lambda of the table
    words = WORDS[:300]
    assert least <= resemblance(of(" ".join(words)), of(" ".join(change(words)))) <= most


@pytest.mark.parametrize(
    "text",
    ["", "Photo report", " ".join(WORDS[:29]), "no " * 200, "word " * 31, "Extraordinarily " * 10 + "long"],
    ids=["empty", "a line", "29 words", "one word", "30 short words", "a long line"],
)
def test_a_short_body_is_like_nothing(text: str) -> None:
    assert of(text) == ()
    assert resemblance(of(text), of(text)) == 0.0


def test_a_title_is_no_part_of_it() -> None:
    assert of(" ".join(WORDS), "One") == of(" ".join(WORDS), "Another")


@pytest.mark.parametrize(
    "sentence, other",
    [
        ("外交部发言人在例行记者会上表示，双方就共同关心的国际和地区问题深入交换了意见，达成广泛共识。", "达成广泛共识"),
        ("รัฐมนตรีว่าการกระทรวงการต่างประเทศแถลงข่าวเกี่ยวกับการประชุมสุดยอดอาเซียนครั้งที่สี่สิบ", "การประชุม"),
    ],
    ids=["Chinese", "Thai"],
)
def test_languages_without_spaces_are_compared_letter_by_letter(sentence: str, other: str) -> None:
    long = "".join(f"{sentence}{number}" for number in "一二三四五六")
    assert len(of(long)) >= 40
    assert NEAR <= resemblance(of(long), of(long.replace(other, "", 1))) <= 1.0


def test_real_releases_are_like_themselves_after_an_edit_and_like_no_other(corpus: Path) -> None:
    """gov.uk: those written from one form ("Moving goods from ... to Great Britain") share at most 0.64, all others less than 0.25."""
    releases = dict(_releases(corpus / "govuk-news-edits" / "pairs.jsonl.gz"))
    before = {url: of(one) for url, (one, _) in releases.items()}
    after = [resemblance(before[url], of(two)) for url, (_, two) in releases.items()]
    assert sum(share >= NEAR for share in after) / len(after) >= 0.75
    scores = sorted(resemblance(before[one], before[other]) for one, other in combinations(before, 2))
    assert scores[-1] < NEAR and sum(score > 0.25 for score in scores) <= 20
    alike = [of(two) for url, (_, two) in releases.items() if resemblance(before[url], of(two)) >= NEAR]
    kept = {key for one in before.values() for key in keys(one)}
    assert all(kept.intersection(keys(one)) for one in alike), "a near text is found by its keys"


def _releases(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if "Page not found" not in row["before"] + row["after"]:
                yield row["url"], (_text(row["before"]), _text(row["after"]))


def _text(page: str) -> str:
    return "\n".join(unescape(re.sub(r"<[^>]+>", "", part)) for _, part in re.findall(r"(?s)<(p|li|h\d|td)\b[^>]*>(.*?)</\1>", page))
