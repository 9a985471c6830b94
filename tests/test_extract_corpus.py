"""Extraction held against real pages: never worse than the library it stands on in the same run; titles and dates as published."""

import gzip
import json
import re
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import trafilatura

from service.dates import instant
from service.extract import extract
from service.fingerprint import fingerprint
from service.models import Reading, Selectors, Source
from service.text import folded
from tests.newsroom import BitrixSite, DrupalSite, Site, WordPressSite, csto_site
from tests.newsroom.csto import SEED_ONE_SLUG, SEED_TWO_SLUG
from tests.newsroom.releases import visible_text
from tests.newsroom.wire import Request
from tests.reading import LOOKED_AT, NONE, snapshot

_NO_SPACES = re.compile(r"[\u3040-\u9fff]")
DETAIL = Selectors(body="div.news-detail", ignore=("div.news-detail-share",))


def rows(corpus: Path, name: str) -> list[dict[str, Any]]:
    with gzip.open(corpus / "extraction" / f"{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def reading_of(row: dict[str, Any]) -> Reading:
    url = row["url"] if row["url"].startswith("http") else f"https://example.org/{row['path']}"
    at = datetime.fromisoformat(row["crawled"]).replace(tzinfo=UTC) if "crawled" in row else LOOKED_AT
    return extract(snapshot(row["html"], url=url, at=at), Source("corpus", url))


def bare(row: dict[str, Any]) -> str:
    return trafilatura.extract(row["html"], fast=True) or ""


def tokens(text: str) -> Counter[str]:
    return Counter(re.findall(r"\w" if _NO_SPACES.search(text) else r"\w+", folded(text).casefold()))


def f1(found: str, truth: str) -> float:
    """Return the harmonic mean of precision and recall over bags of words."""
    one, two = tokens(found), tokens(truth)
    return 2 * (one & two).total() / max(1, one.total() + two.total())


def fundus_body(truth: dict[str, Any]) -> str:
    sections = (line for section in truth["body"]["sections"] for line in section["headline"] + section["paragraphs"])
    return "\n".join([*truth["body"]["summary"], *sections])


def mean(values: Iterable[float]) -> float:
    kept = list(values)
    return sum(kept) / len(kept)


@pytest.mark.parametrize("name", ["scrapinghub", "fundus"])
def test_the_body_is_found_at_least_as_well_as_by_bare_trafilatura(corpus: Path, name: str) -> None:
    pages = rows(corpus, name)
    truths = [row["truth"]["articleBody"] if name == "scrapinghub" else fundus_body(row["truth"]) for row in pages]
    ours = mean(f1(reading_of(row).text, truth) for row, truth in zip(pages, truths, strict=True))
    theirs = mean(f1(bare(row), truth) for row, truth in zip(pages, truths, strict=True))
    assert ours >= theirs
    assert ours >= {"scrapinghub": 0.965, "fundus": 0.955}[name]


def test_what_must_be_there_is_and_what_must_not_is_less(corpus: Path) -> None:
    def told(text: str, phrases: list[str]) -> int:
        return sum(folded(phrase) in folded(text) for phrase in phrases)

    wanted = unwanted = wanted_by_library = unwanted_by_library = 0
    for row in rows(corpus, "trafilatura"):
        ours, theirs, truth = reading_of(row).text, bare(row), row["truth"]
        wanted += told(ours, truth["must_contain"])
        unwanted += told(ours, truth["must_not_contain"])
        wanted_by_library += told(theirs, truth["must_contain"])
        unwanted_by_library += told(theirs, truth["must_not_contain"])
    assert wanted >= wanted_by_library
    assert unwanted <= unwanted_by_library


def test_where_the_fast_reader_finds_next_to_nothing_the_thorough_one_is_asked(corpus: Path) -> None:
    row = next(row for row in rows(corpus, "fundus") if "catherine-connolly" in row["url"])
    assert f1(reading_of(row).text, fundus_body(row["truth"])) > 0.9 > 0.3 > f1(bare(row), fundus_body(row["truth"]))


def test_european_parliament_releases_exactly(corpus: Path) -> None:
    pages = {row["url"].rsplit("/", 1)[-1]: row for row in rows(corpus, "europarl")}
    reading = reading_of(pages["20221014IPR43206"])
    assert reading.title == "Car-recharging stations should be available every 60 km, say MEPs"
    assert reading.published == "2022-10-19T13:14:00", "the page names no zone, so there is none"
    assert reading_of(pages["20190712IPR56948"]).published == "2019-07-18T11:37:00"
    for row in pages.values():
        for words in (row["truth"].get("text_starts"), row["truth"].get("text_ends")):
            assert words is None or folded(words) in folded(reading_of(row).text)


def test_titles_and_dates_of_many_publishers(corpus: Path) -> None:
    titles = dates = 0
    pages = rows(corpus, "fundus")
    for row in pages:
        reading, truth = reading_of(row), row["truth"]
        titles += re.sub(r"\W", "", reading.title).casefold() == re.sub(r"\W", "", truth["title"]).casefold()
        told = datetime.fromisoformat(truth["publishing_date"])
        read = instant(reading.published) if reading.published else None
        dates += read is not None and abs(read - (told if told.tzinfo else told.replace(tzinfo=UTC))).days < 1
    assert titles >= 46, f"{titles} of {len(pages)}"
    assert dates >= 53, f"{dates} of {len(pages)}"


def test_the_swapped_date_of_the_corpus_is_not_believed(corpus: Path) -> None:
    row = next(row for row in rows(corpus, "fundus") if row["publisher"] == "KlasseGegenKlasse")
    found = reading_of(row).published
    moment = instant(found) if found else None
    assert moment is None or moment < datetime.fromisoformat(row["crawled"]).replace(tzinfo=UTC)


# The replica newsrooms


def served(site: Site, slug: str, selectors: Selectors = NONE) -> Reading:
    path, _, query = site[slug].path.partition("?")
    answer = site.answer(Request("GET", path, query, {}, LOOKED_AT))
    return extract(
        snapshot(answer.body, url=f"https://news.example{site[slug].path}"), Source("site", "https://news.example/", selectors=selectors)
    )


@pytest.mark.parametrize("selectors", [DETAIL, NONE], ids=["selectors", "generic"])
def test_seed_one_as_its_editors_wrote_it(corpus: Path, selectors: Selectors) -> None:
    reading = served(csto_site(corpus), SEED_ONE_SLUG, selectors)
    assert reading.title.startswith("On June 27, at a meeting in Bishkek, the Committee of Secretaries")
    assert reading.published == "2019-06-27"
    assert reading.blocks[0].text.startswith("On June 27, 2019, a meeting of the Committee of Secretaries")
    assert any(block.text.endswith("A total of 8 documents were signed.") for block in reading.blocks)
    assert "ZVF_" not in reading.text and "25 July 2024" not in reading.text and "27.06.2019" not in reading.text
    assert any(block.text.startswith("“The first document") for block in reading.blocks)
    assert {"ZVF_6872.JPG", "ZVF_6925.JPG", "ZVF_6882.JPG"} <= {image.text for image in reading.images}


@pytest.mark.parametrize("selectors", [DETAIL, NONE], ids=["selectors", "generic"])
def test_seed_two_takes_its_date_from_its_title(corpus: Path, selectors: Selectors) -> None:
    reading = served(csto_site(corpus), SEED_TWO_SLUG, selectors)
    assert reading.published == "2015-09-15"
    assert "* * *" not in [block.text for block in reading.blocks]


@pytest.mark.parametrize("selectors", [DETAIL, NONE], ids=["selectors", "generic"])
def test_every_release_of_the_replica_has_its_title_date_and_words(corpus: Path, selectors: Selectors) -> None:
    site = csto_site(corpus)
    for release in site.releases:
        reading = served(site, release.slug, selectors)
        assert reading.title == " ".join(release.title.split())
        if release.date_form != "none":
            assert reading.published == f"{release.published:%Y-%m-%d}", release.title
        lost = tokens(visible_text(release.body)) - tokens(reading.text)
        assert lost.total() <= 0.03 * tokens(release.body).total() + 10, (release.title, lost)


def test_the_sidebar_in_any_of_its_states_changes_no_reading_by_selectors(corpus: Path) -> None:
    site = csto_site(corpus, show_counter=False)
    for slug in [SEED_ONE_SLUG, SEED_TWO_SLUG, site.latest.slug]:
        prints = set()
        for state in site.states:
            site.show_sidebar(state)
            prints.add((fingerprint(served(site, slug, DETAIL)), fingerprint(served(site, slug))))
        assert len(prints) == 1


@pytest.mark.parametrize("site", [WordPressSite(), DrupalSite(), BitrixSite(language="ru")], ids=["wordpress", "drupal", "bitrix-ru"])
def test_other_newsrooms_are_read_without_selectors(site: Site) -> None:
    for release in site.releases[:6]:
        reading = served(site, release.slug)
        assert reading.title == release.title
        if release.date_form != "none":
            assert (reading.published or "").startswith(f"{release.published:%Y-%m-%d}")
        assert f1(visible_text(release.body), "\n".join(block.text for block in reading.blocks)) > 0.7
