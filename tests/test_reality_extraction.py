"""Pages as real newsrooms serve them: the cases 1 to 18 and 39 of what was met in the field, each a test that bears its number."""

import gzip
import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from service.dates import instant
from service.fingerprint import fingerprint
from service.models import Reading
from service.text import folded
from service.urls import address_key

from . import pairs
from .newsroom import BitrixSite, Newsroom
from .newsroom.bitrix.dress import photo
from .newsroom.csto import SEED_ONE_SLUG, SEED_TWO_SLUG, csto_site
from .newsroom.releases import first_paragraph, teaser_of, visible_text
from .reading import page, read
from .test_extract_corpus import f1, fundus_body, reading_of, rows, served
from .watching import Watch, source, watch


def texts(reading: Reading) -> list[str]:
    return [block.text for block in reading.blocks]


def test_case_01_seed_one_has_title_and_date_once_its_words_and_no_more(corpus: Path) -> None:
    reading = served(csto_site(corpus), SEED_ONE_SLUG)
    assert reading.title.startswith("On June 27, at a meeting in Bishkek") and reading.published == "2019-06-27"
    assert texts(reading)[0].startswith("On June 27, 2019, a meeting")
    assert "A total of 8 documents were signed." in reading.text
    assert folded(reading.title) not in map(folded, texts(reading))
    assert "ZVF_" not in reading.text and any("ZVF_" in image.text for image in reading.images)


def test_case_02_seed_two_takes_its_date_from_its_title_and_leaves_its_footer_out(corpus: Path) -> None:
    reading = served(csto_site(corpus), SEED_TWO_SLUG)
    assert reading.published == "2015-09-15"
    assert "* * *" not in texts(reading)
    assert not any(text.startswith(("Go back", "Back to the")) for text in texts(reading))


def test_case_03_another_state_of_the_sidebar_gives_the_same_print(corpus: Path) -> None:
    site = csto_site(corpus, show_counter=False)
    states = [state.id for state in site.states if state.id.startswith(("G_", "I_"))]
    assert len(states) == 3
    prints = set()
    for state in states:
        site.show_sidebar(state)
        prints.add(fingerprint(served(site, SEED_ONE_SLUG)))
    assert len(prints) == 1


def test_case_04_the_lead_of_the_newest_article_that_is_a_teaser_too_is_kept_once(corpus: Path) -> None:
    site = csto_site(corpus)
    site.roll_sidebar(teaser_of(site.latest))
    lead = folded(first_paragraph(site.latest.body))
    assert [folded(text) for text in texts(served(site, site.latest.slug))].count(lead) == 1


def test_case_05_an_article_shorter_than_its_sidebar_is_the_article(corpus: Path, tmp_path: Path) -> None:
    site = csto_site(corpus, show_counter=False)
    short = site.publish("A short word of thanks", "<p>The Secretariat thanks all who took part in the exercise this week.</p>")
    strip = sum(len(teaser.text) for teaser in site.teasers)
    with Newsroom(site), watch(tmp_path, source("csto", site.url)) as watched:
        watched.one()
        text = shown(watched, site.address(short.slug))
    assert len(text) < strip and "thanks all who took part" in text
    assert not any(folded(teaser.text)[:60] in folded(text) for teaser in site.teasers if "thanks all" not in teaser.text)


def test_case_06_teasers_with_and_without_dates_give_the_same_reading(corpus: Path) -> None:
    site = csto_site(corpus, show_counter=False)
    prints = set()
    for dates in (True, False):
        site.show_sidebar(replace(site.states[1], dates=dates))
        prints.add(fingerprint(served(site, SEED_ONE_SLUG)))
    assert len(prints) == 1


@pytest.mark.parametrize(
    "title",
    [
        "The Secretary General  met with the heads of the staffs",
        "The Council met in Yerevan. It adopted the plan for the year",
        "A statement of the ministers on the situation in the ...",
        "Session of the Council September 15, 2015",
    ],
    ids=["double space", "two sentences", "cut off", "a date of its own"],
)
def test_case_07_a_doubled_title_is_told_once_as_it_is(title: str) -> None:
    site = BitrixSite(count=3)
    slug = site.latest.slug
    site.put(replace(site.latest, title=title, date_form="glued"))
    reading = served(site, slug)
    assert reading.title == " ".join(title.split())
    assert reading.published == f"{site[slug].published:%Y-%m-%d}"
    assert not any(text.startswith(reading.title) for text in texts(reading))


def test_case_08_a_date_alone_a_date_with_a_document_and_no_date_at_all(corpus: Path) -> None:
    site = csto_site(corpus)
    alone = [release for release in site.releases if release.date_form == "alone"]
    assert alone and any(release.attachments for release in alone)
    for release in alone:
        reading = served(site, release.slug)
        assert reading.published == f"{release.published:%Y-%m-%d}"
        assert len(reading.attachments) == len(release.attachments)
    undated = BitrixSite(count=3)
    slug = undated.latest.slug
    undated.put(replace(undated.latest, title="The staffs met", body="<p>They spoke of trainings.</p>", date_form="none"))
    assert served(undated, slug).published is None, "unknown, and not today"


def test_case_09_names_of_photos_are_no_words_glued_or_on_a_line_of_their_own() -> None:
    site = BitrixSite(count=3)
    slug, text = site.latest.slug, "In the period of preparation the staffs exchanged views on what comes next for them all."
    body = f"<p>{photo('IMG-20190301-WA0012.jpg')}{text}</p><p>{photo('Встреча в Циндао 9 июня 2018 года.jpg')}</p><p>{text * 2}</p>"
    site.put(replace(site.latest, body=body))
    reading = served(site, slug)
    assert texts(reading)[0] == text and ".jpg" not in reading.text
    assert {"IMG-20190301-WA0012.jpg", "Встреча в Циндао 9 июня 2018 года.jpg"} <= {image.text for image in reading.images}


def test_case_10_three_interviews_of_one_title_are_three_items_and_forms_of_one_address_are_one(corpus: Path, tmp_path: Path) -> None:
    site = csto_site(corpus)
    namesakes = [release for release in site.releases if release.title.startswith("Interview of the CSTO Secretary General")]
    with Newsroom(site), watch(tmp_path, source("csto", site.url, pages="9")) as watched:
        watched.one()
        addresses = [address_key(line.item_url) for line in watched.house.store.items()]
        assert len(set(addresses)) == len(addresses)
        assert {address_key(site.base + release.path) for release in namesakes} <= set(addresses)
    one = "https://en.odkb-csto.org/news/news_odkb/primet-uchastie/"
    forms = [one, one.replace("https", "http"), one[:-1], f"{one}?bxajaxid={'0a' * 16}", f"{one}?utm_source=x"]
    assert len(set(map(address_key, forms))) == 1
    assert address_key("https://x.example/?ELEMENT_ID=1") != address_key("https://x.example/?ELEMENT_ID=2")


@pytest.mark.parametrize("paged_sidebar", [False, True], ids=["plain", "paged sidebar"])
def test_case_11_paging_ends_and_loses_and_doubles_nothing(paged_sidebar: bool, tmp_path: Path) -> None:
    site = BitrixSite(paged_sidebar=paged_sidebar)  # page 0 and 9999 are page 1 again; a cookie would turn the bare list
    with Newsroom(site), watch(tmp_path, source("bitrix", site.url, pages="9")) as watched:
        watched.one()
        assert found(watched) == {site.address(release.slug) for release in site.listed()}
        assert watched.one().new == 0


def test_case_12_a_late_release_in_the_middle_is_found_and_ties_that_swap_are_nothing(tmp_path: Path) -> None:
    site = BitrixSite()
    site.publish("Of the same moment", published=site.latest.published)
    with Newsroom(site), watch(tmp_path, source("bitrix", site.url)) as watched:
        watched.one()
        late = site.publish("Entered late", published=site.listed()[10].published - timedelta(hours=1))
        site.swap_ties()
        assert watched.one().new == 1
        assert site.address(late.slug) in found(watched) and not watched.changes()


def test_case_13_an_item_closed_early_keeps_title_date_and_link_together(tmp_path: Path) -> None:
    site = BitrixSite(count=12)
    assert any(release.id % 4 == 0 for release in site.listed()), "whose preview closes the item"
    with Newsroom(site), watch(tmp_path, source("bitrix", site.url)) as watched:
        watched.one()
        told = {line.item_url: line.title for line in watched.house.store.items()}
    assert told == {site.address(release.slug): " ".join(release.title.split()) for release in site.listed()}


def test_case_14_a_session_in_the_path_names_no_other_release() -> None:
    first, second = (
        f"https://nato.example/cps/en/SID-{session}/natolive/news_1.htm" for session in ("19EFEF7A-79303331", "0B3F4C21-11223344")
    )
    assert address_key(first) == address_key(second)


def test_case_15_a_zone_unknown_is_kept_unknown_and_references_are_found(corpus: Path) -> None:
    reading = reading_of(next(row for row in rows(corpus, "europarl") if row["url"].endswith("20221014IPR43206")))
    assert reading.title == "Car-recharging stations should be available every 60 km, say MEPs"
    assert reading.published == "2022-10-19T13:14:00"
    assert len(reading.links) >= 3


def test_case_16_a_date_after_the_crawl_is_doubted(corpus: Path) -> None:
    row = next(row for row in rows(corpus, "fundus") if row["publisher"] == "KlasseGegenKlasse")
    published = reading_of(row).published
    moment = instant(published) if published else None
    assert moment is None or moment.isoformat() < row["crawled"]


@pytest.mark.parametrize(
    ("language", "publisher"),
    [("de", "SRF"), ("ja", "TokyoShimbun"), ("ar", "LBCGroup")],
)
def test_case_17_texts_in_other_scripts_are_read_whole(language: str, publisher: str, corpus: Path) -> None:
    row = next(row for row in rows(corpus, "fundus") if row["publisher"] == publisher)
    reading = reading_of(row)
    assert (reading.language or "").split("-")[0] == language
    assert f1(reading.text, fundus_body(row["truth"])) > 0.9


@pytest.mark.parametrize("language", ["ru", "ja", "zh", "ko", "de"])
def test_case_17_announcements_in_other_languages_are_read_whole(language: str, corpus: Path) -> None:
    row = next(row for row in announcements(corpus) if row["lang"] == language and "<table" not in row["after"].get("body_html", "<table"))
    reading = read(pairs.dressed_debian(row["after"], row))
    assert reading.title == re.sub(r"<[^>]+>", "", row["after"]["title"]) and (reading.language or "").split("-")[0] == language
    assert f1(reading.text, visible_text(row["after"]["body_html"])) > 0.9


def test_case_18_the_clock_of_the_page_loses_against_the_date_of_the_article() -> None:
    reading = read(page("clock-in-head.html"))
    assert reading.published == "2020-12-03T09:19" and "21 November" not in reading.text


@pytest.mark.parametrize("name", ["usgov-061", "usgov-064", "debian-255"])
def test_case_39_entities_in_titles_and_another_charset_change_nothing(name: str, corpus: Path) -> None:
    pair = next(pair for pair in pairs.load(name.partition("-")[0], corpus) if pair.id == name)
    before, after = (fingerprint(read(side, "text/html")) for side in (pair.before, pair.after))
    assert before.content == after.content


def announcements(corpus: Path) -> list[dict[str, Any]]:
    with gzip.open(corpus / "debian-news-edits" / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines.read().split("\n") if line]


def found(watched: Watch) -> set[str]:
    return {line.item_url for line in watched.house.store.items()}


def shown(watched: Watch, url: str) -> str:
    """Return the text of a release as it was kept."""
    reading = watched.house.store.reading(url, 1)
    assert reading is not None
    return reading.text
