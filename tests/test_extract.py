"""What is read of a page: body, title, dates, links; and what is said of what is no page."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import Unreadable
from service.extract import extract
from service.extract.titles import without_site
from service.models import Link, Reading, Selectors, Source, Template
from service.noise import skeleton
from tests.reading import NONE, URL, page, read, snapshot

BITRIX = Selectors(body="div.news-detail", ignore=("div.news-detail-share",))
TEXT = "The Council met in Norhaven and adopted the annual plan of the rescue services for all of its member states. "
ARTICLE = f"<article><h1>A plan was adopted</h1>{{}}<p>{TEXT * 2}</p><p>{TEXT.replace('Council', 'Board') * 2}</p></article>"


def article(inside: str = "", head: str = "") -> str:
    return f"<!DOCTYPE html><html><head><title>A plan was adopted</title>{head}</head><body>{ARTICLE.format(inside)}</body></html>"


# A news.detail page of 1C-Bitrix


@pytest.mark.parametrize("selectors", [BITRIX, Selectors()], ids=["selectors", "generic"])
def test_bitrix_title_once_date_clean_body(selectors: Selectors) -> None:
    reading = read(page("bitrix-detail.html"), selectors=selectors)
    texts = [block.text for block in reading.blocks]
    assert reading.title == "The Council met in Norhaven"
    assert reading.published == "2019-06-27"
    assert texts[0].startswith("On June 27, 2019, a meeting")
    assert "A total of 8 documents were signed." in texts
    assert not any("Norhaven 27.06" in text or "* * *" in text or "July 2024" in text or ".jpg" in text.lower() for text in texts)
    assert any(text.startswith("“The first document") for text in texts)
    assert reading.language == "en"
    assert reading.attachments == (Link("https://news.example/upload/iblock/200/plan.docx", "the plan (244 Kb)"),)
    assert Link("https://news.example/exercises/", "will be held") in reading.links
    assert not any("social" in link.url or link.url.endswith(".JPG") for link in reading.links)
    assert {"ZVF_6872.JPG", "Встреча в Норхавене 27 июня 2019 года.jpg"} <= {image.text for image in reading.images}


def test_selectors_give_places_and_split_at_double_breaks() -> None:
    reading = read(page("bitrix-detail.html"), selectors=BITRIX)
    assert reading.method == "selectors"
    assert reading.blocks[0].path == "div.workarea/div.content/div.news-detail/p"
    own = [block.text for block in reading.blocks if block.tag == "div"]
    assert own == [
        "“The first document is the list of measures,” Jonas Feld noted. It was adopted by all.",
        "The second document prepares joint trainings of the rescue services for the period up to 2024.",
    ]


def test_teasers_that_roll_above_the_title_do_not_touch_the_generic_body() -> None:
    before = page("bitrix-detail.html").decode()
    after = before.replace("graduates of the school of diplomacy visited", "other guests came to see").replace("25.07.2024", "30.07.2024")
    assert before != after
    assert read(before) == read(after)


# Body


def test_a_body_selector_wins_with_all_its_matches_in_order_and_nested_ones_once() -> None:
    html = '<main><div class="t">one<div class="t">two</div></div><p>no</p><div class="t">three</div><i class="x">four</i></main>'
    reading = read(html, selectors=Selectors(body=".x, .t"))
    assert [block.text for block in reading.blocks] == ["one", "two", "three", "four"]


def test_what_is_to_be_ignored_is_no_part_of_the_page() -> None:
    html = article('<p class="ad">Buy <b class="ad">now</b> what the sponsor of this page has to offer to its readers.</p>')
    for selectors in (Selectors(ignore=(".ad",)), Selectors(body="article", ignore=(".ad",))):
        assert "sponsor" not in read(html, selectors=selectors).text
    assert "sponsor" in read(html, selectors=Selectors(body="article")).text


def test_a_selector_that_finds_nothing_leaves_the_body_to_the_generic_reader() -> None:
    assert read(article(), selectors=Selectors(body=".gone")).method == "generic"


def test_a_selector_that_is_none_is_told() -> None:
    with pytest.raises(Unreadable, match="selector"):
        read(article(), selectors=Selectors(body="div..x["))


def test_what_the_template_knows_as_noise_is_left_out() -> None:
    html = article("<p>Seen 15 times</p>")
    template = Template(1, volatile=frozenset([skeleton("Seen 3 times")]))
    source = Source("test", URL, selectors=Selectors(body="article"))
    assert "Seen" in extract(snapshot(html), source).text
    assert "Seen" not in extract(snapshot(html), source, template).text


def test_a_page_without_a_text_is_a_reading_without_blocks() -> None:
    reading = read("<html><head><title>Nothing here</title></head><body><nav><a href=/>Home</a></nav></body></html>")
    assert reading.title == "Nothing here"
    assert reading.blocks == ()


def test_the_date_line_and_title_leave_the_body_but_a_sentence_with_a_date_stays() -> None:
    html = article("<p>A plan was adopted 27.06.2019</p><p>27.06.2019</p><p>On June 27, 2019, it was adopted.</p>")
    reading = read(html, selectors=Selectors(body="article"))
    assert reading.blocks[0].text == "On June 27, 2019, it was adopted."
    assert reading.published == "2019-06-27"


def test_a_list_among_the_paragraphs_is_text_though_its_items_link_elsewhere() -> None:
    events = "".join(
        f'<li>Town {day}: {day} June 2026 - <a href="/{day}">You can register for this event here</a></li>' for day in range(9)
    )
    related = "".join(f'<li><a href="/r{day}">What happened in town {day} and what did not</a></li>' for day in range(9))
    html = article().replace("</article>", f"<h3>Events</h3><ul>{events}</ul><h3>Related</h3><ul>{related}</ul></article>")
    text = read(html).text
    assert "Events\n\nTown 0: 0 June 2026 - You can register" in text and "Town 8: 8 June" in text
    assert text.count("Town 4:") == 1 and text.startswith("The Council met")


@pytest.mark.parametrize("rule", ["__", "* * *", "_ _", "•••"])
def test_a_rule_of_signs_under_a_paragraph_is_none_of_its_words(rule: str) -> None:
    html = article().replace(TEXT * 2, f"{TEXT * 2}{rule}", 1)
    assert read(html).text == read(article()).text


# Photo names that stand as text


@pytest.mark.parametrize(
    ("text", "left", "names"),
    [
        ("ZVF_6872.JPG“The first document", "“The first document", ["ZVF_6872.JPG"]),
        ("IMG-20190301-WA0012.jpgIn the period", "In the period", ["IMG-20190301-WA0012.jpg"]),
        ("The end. DSC_4960.JPG The next", "The end. The next", ["DSC_4960.JPG"]),
        ("Встреча в Циндао 9 июня 2018 года.jpg", "", ["Встреча в Циндао 9 июня 2018 года.jpg"]),
        ("Save the map as plan.png before you go.", "Save the map as plan.png before you go.", []),
        ("The file logo.jpg was wrong. The new one is emblem.jpg", "The file logo.jpg was wrong. The new one is emblem.jpg", []),
    ],
)
def test_photo_names(text: str, left: str, names: list[str]) -> None:
    reading = read(article(f"<p>{text}</p>"), selectors=Selectors(body="article"))
    assert ([left] if left else []) == [block.text for block in reading.blocks][: 1 if left else 0]
    assert [image.text for image in reading.images] == names


# Title


@pytest.mark.parametrize(
    ("html", "title"),
    [
        ("<title>News</title><h1>Ministry of Roads</h1>", "Ministry of Roads"),
        ("<title>The law passed in spring - Ministry of Roads</title><h1>Ministry of Roads</h1>", "The law passed in spring"),
        ("<title>The law passed in spring | Ministry</title><h1>The law  passed in\nspring</h1>", "The law passed in spring"),
        (
            "<title>x</title><meta property='og:title' content='Law passed in spring'><h1>Law passed in Spring, at last</h1>",
            "Law passed in Spring, at last",
        ),
        ("<title>Ministry</title><h1 hidden>Hidden</h1><h1>Shown</h1>", "Shown"),
        ("<title>Russia - Ukraine talks</title>", "Russia - Ukraine talks"),
        ("<title>A long title of a law | Press | Ministry of Roads</title>", "A long title of a law"),
        ("<title>Session of the Council September 15, 2015</title>", "Session of the Council September 15, 2015"),
        ("<p>no title</p>", ""),
    ],
)
def test_titles(html: str, title: str) -> None:
    assert read(html).title == title


def test_a_title_selector_wins() -> None:
    assert read(article('<p class="t">Chosen  words</p>'), selectors=Selectors(title=".t")).title == "Chosen words"


@given(st.text(max_size=80), st.text(max_size=20))
@settings(deadline=None, max_examples=60)
def test_a_title_without_its_site_is_a_part_of_it(title: str, site: str) -> None:
    assert without_site(title, site) in title


# Dates


def dated(html: str, selectors: Selectors = NONE, language: str | None = None) -> tuple[str | None, str | None]:
    reading = read(html, selectors=selectors, language=language)
    return reading.published, reading.modified


def ld(**facts: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **facts})}</script>'


@pytest.mark.parametrize(
    ("inside", "head", "published", "modified"),
    [
        ("", ld(datePublished="2020-05-05T09:30:00+02:00", dateModified="2020-05-06"), "2020-05-05T09:30:00+02:00", "2020-05-06"),
        ("", "<meta property=article:published_time content=2020-05-05T09:30Z>", "2020-05-05T09:30+00:00", None),
        ("", "<meta name=DC.date content=20200505>", "2020-05-05", None),
        ('<time datetime="2020-05-05 09:30">Tuesday</time>', "", "2020-05-05T09:30", None),
        ('<time itemprop=datePublished datetime="2022-10-19T13:14">19-10-2022 - 13:14</time>', "", "2022-10-19T13:14", None),
        ("<p>Published 12 January 2021</p><p>Last updated 2 February 2021</p>", "", "2021-01-12", "2021-02-02"),
        ("<p>Published: 12 January 2021 | Updated: 2 February 2021, 10:00</p>", "", "2021-01-12", "2021-02-02T10:00"),
        ("<p>Updated: <time datetime=2021-02-02>today</time></p>", "", None, "2021-02-02"),
        ('<span class="news-date-time">27.06.2019</span>', "", "2019-06-27", None),
        ("<p>01.06.2023 | 21:31</p>", "", "2023-06-01T21:31", None),
        ("<p>GENEVA, 3 May 2019 - The talks of the delegations ended with a statement.</p>", "", "2019-05-03", None),
        ("<p>November 27-28, 2019</p>", "", None, None),
        ("<p>33 minutes ago</p>", "", None, None),
        ("<p>On June 27, 2019, a meeting of many people from nine states was held in the capital.</p>", "", None, None),
        ("", "", None, None),
    ],
)  # fmt: skip
def test_dates(inside: str, head: str, published: str | None, modified: str | None) -> None:
    assert dated(article(inside, head)) == (published, modified)


def test_a_date_above_the_title_in_the_same_article_is_its_date() -> None:
    html = article().replace("<h1>", "<p>3 May 2019</p><h1>")
    assert dated(html)[0] == "2019-05-03"


def test_the_clock_of_the_page_loses_against_the_date_of_the_article() -> None:
    reading = read(page("clock-in-head.html"))
    assert reading.published == "2020-12-03T09:19"
    assert reading.title == "Forests of the west were inspected"
    assert "21 November" not in reading.text


def test_the_clock_alone_is_no_date() -> None:
    html = page("clock-in-head.html").decode().replace("03 December 2020, 09:19", "").replace("3 December", "Thursday")
    assert dated(html) == (None, None)


def test_dates_in_furniture_are_nobodys() -> None:
    chrome = "<nav><time datetime=2001-01-01></time></nav><footer>2 January 2002</footer><aside><p>3 January 2003</p></aside>"
    assert dated(article().replace("<body>", f"<body>{chrome}")) == (None, None)


@pytest.mark.parametrize(("entries", "told"), [(1, "2019-05-03"), (3, None), (5, None)])
def test_entries_of_a_list_that_are_of_one_day_tell_no_date(entries: int, told: str | None) -> None:
    strip = '<div class="latest"><span class="date">03.05.2019</span><p><a href="/other/">Another release</a></p></div>' * entries
    assert dated(article().replace("<h1>", f"{strip}<h1>"))[0] == told
    assert dated(article("<p>5 May 2019</p>").replace("<h1>", f"{strip}<h1>"))[0] == "2019-05-05"


def test_the_title_tells_the_date_when_nothing_else_does() -> None:
    html = article().replace("A plan was adopted", "Session of the Council September 15, 2015")
    assert dated(html)[0] == "2015-09-15"


def test_a_date_after_the_look_is_believed_only_when_alone() -> None:
    head = "<meta property=article:published_time content=2031-05-03>"
    assert dated(article("<p>5 March 2021</p>", head))[0] == "2021-03-05"
    assert dated(article("", head))[0] == "2031-05-03"


def test_day_and_month_are_in_the_order_of_the_language() -> None:
    html = article("<p>03/04/2021</p>")
    assert dated(html, language="en-GB")[0] == "2021-04-03"
    assert dated(html, language="en-US")[0] == "2021-03-04"


def test_a_date_selector_wins_and_may_be_in_any_language() -> None:
    html = article('<p>1 May 2019</p><p class="d">27 जून 2019</p>')
    assert dated(html, selectors=Selectors(date=".d"), language="hi")[0] == "2019-06-27"


def test_broken_json_ld_is_read_as_far_as_it_is_sure() -> None:
    reading = read(page("broken-jsonld.html"))
    assert reading.title == "A bridge for Kirholm"
    assert reading.modified == "2020-05-06T10:00:00+02:00"
    assert reading.language == "de-AT"
    assert reading.published is None, "two values stand there, and nothing tells which is the article's"


def test_listed_articles_are_not_the_page() -> None:
    reading = read(page("government.html"))
    assert (reading.published, reading.modified) == ("2021-01-12", "2021-02-02")


# Links


def test_links_attachments_canonical_are_absolute_and_distinct() -> None:
    reading = read(page("government.html"))
    assert reading.title == "Rescue services: annual report"
    assert reading.canonical == "https://news.example/government/publications/rescue-services-report"
    assert reading.attachments == (Link("https://news.example/media/report.pdf", "Annual report of the rescue services (244KB)"),)
    assert Link("https://news.example/news/missions", "9,112") in reading.links
    assert not any("244KB" in block.text or "Nobody" in block.text for block in reading.blocks)


def test_only_the_size_of_a_file_changed_is_no_change_of_the_text() -> None:
    before, after = page("government.html").decode(), page("government.html").decode().replace("244KB", "245KB")
    one, two = read(before), read(after)
    assert one.blocks == two.blocks
    assert [link.url for link in one.attachments] == [link.url for link in two.attachments]
    assert one.attachments != two.attachments


def test_links_are_relative_to_the_base() -> None:
    html = article('<p>See <a href="x">the list</a> and <a href="x">again</a> and <a href="javascript:no()">no</a>.</p>', "<base href=/a/>")
    assert read(html, selectors=Selectors(body="article")).links == (Link("https://news.example/a/x", "the list"),)


# Language


@pytest.mark.parametrize(
    ("html", "language"),
    [
        ('<html lang="ru"><body>x', "ru"),
        ('<html lang="en_US"><body>x', "en-US"),
        ('<html lang=""><meta http-equiv="content-language" content="kk, ru"><body>x', "kk"),
        ("<html><meta property=og:locale content=de_AT><body>x", "de-AT"),
        ("<html><body>x", None),
    ],
)
def test_the_language_is_what_the_page_says(html: str, language: str | None) -> None:
    assert read(html).language == language


def test_the_language_of_the_source_comes_first_and_a_guess_last() -> None:
    text = "Секретариат обсудил вопросы охраны границы и подготовки кадров с представителями всех государств. " * 4
    pytest.importorskip("py3langid", reason="the lang extra is not installed")
    assert read(f"<article><p>{text}</p></article>").language == "ru"
    assert read(f'<html lang="en"><article><p>{text}</p></article>', language="be").language == "be"


# What is no page


@pytest.mark.parametrize(
    ("body", "content_type", "words"),
    [
        (b"", "text/html", "empty"),
        (b" \r\n\t ", "text/html", "empty"),
        (b"\xef\xbb\xbf", "text/html", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "image/png", "image"),
        (b"PK\x03\x04" + bytes(50), "application/zip", "office document"),
        (bytes(range(256)) * 20, "text/html", "binary"),
        (b'{"a": 1}', "application/json", "application/json"),
        (b'<?xml version="1.0"?>\n<rss version="2.0"><channel/></rss>', "text/xml", "feed"),
        (b"<urlset xmlns='x'></urlset>", "text/xml", "sitemap"),
        (b"<div " + b" ".join(b"a%d=1" % number for number in range(5000)) + b">", "text/html", "attributes"),
    ],
)  # fmt: skip
def test_what_is_no_page_is_told_in_words(body: bytes, content_type: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read(body, content_type)


def test_plain_text_is_read_by_paragraphs() -> None:
    reading = read(f"A plan was adopted\r\n27 June 2019\r\n\r\n{TEXT}\nand on.\r\n\r\nThe end.\r\n", "text/plain; charset=utf-8")
    assert reading.title == "A plan was adopted"
    assert reading.method == "text"
    assert [block.text for block in reading.blocks][-2:] == [f"{TEXT}and on.", "The end."]


def test_a_page_in_utf_16_is_text() -> None:
    assert read(article().encode("utf-16"), "text/html").title == "A plan was adopted"


def test_a_body_that_waits_for_its_scripts_is_shown() -> None:
    html = article().replace("<body>", '<body hidden style="visibility:hidden">')
    assert read(html) == read(article())


# What must be survived


def test_five_megabytes_of_text() -> None:
    html = article("".join(f"<p>Paragraph {number} of the list. {TEXT}</p>" for number in range(30_000)))
    assert len(html) > 4_000_000
    reading = read(html, selectors=Selectors(body="article"))
    assert len(reading.blocks) == 30_002


def test_crowds_take_no_quadratic_time() -> None:
    """Each of these took minutes before its walk was made linear; a suite that hangs here has found it again."""
    crowds = {
        "dates": "".join(f"<time datetime=2020-01-{number % 28 + 1:02d}>{number}</time> " for number in range(20_000)),
        "offers": "".join(f"<a href={number}.pdf>document {number}</a> 12 KB " for number in range(10_000)),
        "depth": "<div class=meta>" * 1000 + "<p class=date>1.01.2020</p>" * 10_000,
        "headings": "<h1>a heading</h1>" * 10_000,
        "photos": "<p>" + "P-0000-" * 100_000 + "x.jpg</p>",
    }
    for crowd in crowds.values():
        html = f"<title>{'a b c | ' * 50_000}</title><div class=body>{crowd}</div>"
        assert read(html, selectors=Selectors(body=".body")).method in ("selectors", "generic")


def test_deep_nesting_and_unclosed_tags() -> None:
    assert "Norhaven" in read("<div>" * 1500 + f"<p>{TEXT}<p>{TEXT}" + "</div>" * 700).text
    assert "Norhaven" in read("<table><b><i><p><a href=<div>" * 40 + TEXT * 3).text


def test_a_text_of_signs_alone() -> None:
    assert "& \u2014 <" in read(f"<main><p>{'&amp; &#8212; &lt; ' * 2000}</p></main>").text


PIECES = """<p> </p> <div|class=news-detail> </div> <h1> </h1> <time|datetime=2020-01-01> <a|href=x.pdf> <br> <li> <table> <td> <script>
<!-- --> 27.06.2019 ZVF_1.JPG Text|of|a|release.| <title> &#0; <html|lang= <article> <nav> *|*|* <p|hidden>
<span|class=sr-only> </span> </script>""".split()
pieces = st.sampled_from([piece.replace("|", " ") for piece in PIECES] + ["\x00", "\ud800", '<script type="application/ld+json">{"@type":'])


@settings(deadline=None, max_examples=60)
@given(st.lists(pieces, max_size=25), st.booleans())
def test_any_markup_is_read_or_refused_in_words_and_always_alike(parts: list[str], with_selector: bool) -> None:
    html = "<p>" + "".join(parts)
    selectors = Selectors(body=".news-detail, td", ignore=("li",)) if with_selector else Selectors()
    try:
        reading = read(html, selectors=selectors)
    except Unreadable as refusal:
        assert str(refusal)
        return
    assert isinstance(reading, Reading)
    assert reading == read(html, selectors=selectors)
    assert all(block.text and block.text == " ".join(block.text.split()) for block in reading.blocks)
