"""What is said of an edit: the classes, the weight and the line of words, on made-up edits and on real ones."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from service.classes import CLASSES, Judgement, classify
from service.diff import diff
from service.models import Block, Link, Reading, Significance
from service.text import displayed

from .labels import by_hand, hand_agreement, read_pairs
from .pairs import load

SUBSTANTIVE, MINOR, COSMETIC = Significance.SUBSTANTIVE, Significance.MINOR, Significance.COSMETIC


def reading(*texts: str, title: str = "A title", path: str = "article/p", **fields: Any) -> Reading:
    return Reading(title, tuple(Block(path, text) for text in texts), **fields)


def judged(before: Reading, after: Reading) -> Judgement:
    return classify(diff(before, after), before, after)


def of_words(old: str, new: str, **fields: Any) -> Judgement:
    return judged(reading(old, **fields), reading(new, **fields))


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("There were 15 dead.", "There were 51 dead.", "number"),
        ("It rose by 1.5 percent.", "It rose by 15 percent.", "number"),
        ("It was -5 degrees.", "It was 5 degrees.", "number"),
        ("It costs £1.4bn a year.", "It costs £1.4m a year.", "number"),
        ("It costs £5 a day.", "It costs $5 a day.", "number"),
        ("About two million people.", "About two billion people.", "number"),
        ("Погибли 15 человек.", "Погибли 51 человек.", "number"),
        ("It is on 24 March.", "It is on 25 March.", "date"),
        ("Announced today (20 September 2021).", "Announced today (17 September 2021).", "date"),
        ("From 1 April 2020 on.", "From 1 April 2021 on.", "date"),
        ("From 28 May 2022 on.", "From 16 June 2022 on.", "date"),
        ("Held in June here.", "Held in July here.", "date"),
        ("Встреча 24 марта.", "Встреча 25 марта.", "date"),
        ("Дата: 24.03.2021.", "Дата: 25.03.2021.", "date"),
        ("They will go.", "They will not go.", "negation"),
        ("It is legal there.", "It is illegal there.", "negation"),
        ("Они не поедут.", "Они поедут.", "negation"),
        ("Das ist wahr.", "Das ist nicht wahr.", "negation"),
        ("They allow it.", "They forbid it.", "modality"),
        ("They may go.", "They must go.", "modality"),
        ("Въезд разрешён.", "Въезд запрещён.", "modality"),
        ("Решили разрешить ввоз.", "Решили запретить ввоз.", "modality"),
        ("Они могут приехать.", "Они должны приехать.", "modality"),
        ("Решение принято.", "Решение не принято.", "negation"),
        ("Стороны договорились.", "Стороны никогда не договорились.", "negation"),
        ("Рост составил 1,5 процента.", "Рост составил 15 процентов.", "number"),
        ("Температура -5 градусов.", "Температура 5 градусов.", "number"),
        ("Выделено 22 млн рублей.", "Выделено 22 млрд рублей.", "number"),
        ("Приехали в 2020 году.", "Приехали в 2021 году.", "date"),
        ("Встреча прошла в июне.", "Встреча прошла в июле.", "date"),
        ("Начало в 18:00.", "Начало в 19:00.", "date"),
        ("По словам Иванова, всё готово.", "По словам Петрова, всё готово.", "attribution"),
        ("Министр заявил, что всё готово.", "Министр отрицает, что всё готово.", "attribution"),
        ("Его встретил Иван Петров.", "Его встретил Олег Сидоров.", "name"),
        ("Сказано: «мы придём» и всё.", "Сказано: «мы уйдём» и всё.", "quotation"),
        ("Это мои долг сейчас.", "Это мой долг сейчас.", "wording"),
        ("Запрещён въезд сюда.", "Запрещён выезд отсюда.", "wording"),
        ("Open from 13.00 - 14.00 here.", "Open from 15.00 - 16.00 here.", "date"),
        ("It pays each employer here.", "It pays each employee here.", "wording"),
        ("Treat hypertension early.", "Treat hypotension early.", "wording"),
        ("Write to press@x.org now.", "Write to help@x.org now.", "wording"),
        ("Follow NHS rules.", "Follow JCVI rules.", "name"),
        ("He went to Iran.", "He went to Iraq.", "name"),
        ("He lives in Austria.", "He lives in Australia.", "name"),
        ("Smith said so.", "Jones said so.", "attribution"),
        ("He said so.", "He denied so.", "attribution"),
        ("They met on the raids.", "They met on the inspections.", "wording"),
        ("It is less than £5.", "It is £5.", "wording"),
        ("They increased it.", "They decreased it.", "wording"),
        ("One is here. Three is here.", "One is here. Two is here now. Three is here.", "sentence-added"),
        ("One is here. Two is here now. Three is here.", "One is here. Three is here.", "sentence-removed"),
    ],
)
def test_what_changes_the_meaning_is_substantive(old: str, new: str, name: str) -> None:
    found = of_words(old, new, language="de" if "ist" in old.split() else None)
    assert name in found.classes
    assert found.significance is SUBSTANTIVE


@pytest.mark.parametrize(
    ("old", "new", "name"),
    [
        ("At Winslow's Resolution Bar.", "At Wilmslow's Resolution Bar.", "typo"),
        ("The structure changed in May.", "The structure changes in May.", "typo"),
        ("Until 1 Janaury here.", "Until 1 January here.", "typo"),
        ("See the the cat.", "See the cat.", "typo"),
        ("The documation is here.", "The documentation is here.", "typo"),
        ("When users being using it.", "When users begin using it.", "typo"),
        ("Une source sure d'information.", "Une source sûre d'information.", "typo"),
        ("Заседание правительсва прошло.", "Заседание правительства прошло.", "typo"),
        ("Released as Jessie 8Beta now.", "Released as Jessie 8 Beta now.", "typographic"),
        ("The Министр said.", "The министр said.", "typographic"),
        ("See https://x.org/a/1 now.", "See https://x.org/b/2 now.", "link"),
        ("Linux 3.16.7-ctk9 here.", "Linux 3.16.7-ckt9 here.", "typo"),
        ("Five cats, whilst out.", "Five cats, while out.", "wording"),
        ("They saw five cats.", "They saw 5 cats.", "number"),
        ("believed that it went.", "I believed that it went.", "wording"),
        ("The COVID-19 cases", "The COVID 19 cases", "typographic"),
        ("The Prime minister", "The prime minister", "typographic"),
        ("By 20 percent now", "By 20 per cent now", "typographic"),
        ("The end.Next one is.", "The end. Next one is.", "typographic"),
        ("Handout (PDF, 244KB, 2 pages)", "Handout (PDF, 245KB, 3 pages)", "attachment"),
    ],
)
def test_what_leaves_the_meaning_alone_is_minor(old: str, new: str, name: str) -> None:
    found = of_words(old, new)
    assert found.classes == (name,)
    assert found.significance is MINOR


def test_a_date_is_no_number() -> None:
    assert of_words("On 20 September we met.", "On 17 September we met.").classes == ("date",)
    assert of_words("Until 2020 only.", "Until 2021 only.").classes == ("date",)


def test_versions_and_addresses_are_no_dates() -> None:
    assert of_words("KDE 4.11.13 is out.", "KDE 4.14.2 is out.").classes == ("number",)
    assert of_words("At 13.33.35.17 now.", "At 13.33.35.19 now.").classes == ("number",)
    assert of_words("Held on 4.11.13 here.", "Held on 5.11.13 here.").classes == ("date",)


def test_names_are_known_by_how_the_release_writes_them_elsewhere() -> None:
    rest = ("They thanked Olympia and Borealis for it.", "Other words stand here.")
    before, after = reading("Olympia opens in spring.", *rest), reading("Borealis opens in spring.", *rest)
    assert judged(before, after).classes == ("name",)
    plain = ("They like spring and winter here.", "Other words stand here.")
    before, after = reading("Spring opens it all.", *plain), reading("Winter opens it all.", *plain)
    assert judged(before, after).classes == ("wording",)
    title = judged(reading(*rest, title="Agency warns after Storm Eunice"), reading(*rest, title="Agency warns after Storm Franklin"))
    assert title.classes == ("title", "name")


def test_a_first_letter_is_mended_where_the_release_has_the_word() -> None:
    rest = "The database was tested with great care."
    before, after = reading(rest, title="A tool for eatabase tests"), reading(rest, title="A tool for database tests")
    assert judged(before, after).classes == ("title", "typo")
    assert "wording" in of_words("Prices will decrease soon.", "Prices will increase soon.").classes


def test_a_change_of_shape_alone_is_cosmetic() -> None:
    found = of_words("“Yes”, he said – once…", '"Yes", he said - once...')
    assert found == Judgement(("typographic",), COSMETIC, "typography only, in 1 place")
    assert of_words("Same.", "Same.") == Judgement((), COSMETIC, "")


def test_a_retitle_by_case_alone_is_minor_and_one_changed_word_in_it_is_told() -> None:
    body = reading("Same.", title="State Declares Drought Over")
    assert judged(body, reading("Same.", title="State declares drought over")) == Judgement(
        ("title", "typographic"), MINOR, 'title: "Declares Drought Over" -> "declares drought over"'
    )
    assert judged(body, reading("Same.", title="State declares drought worse")).significance is SUBSTANTIVE
    mended = judged(reading("Same.", title="Ready for 1 Janaury"), reading("Same.", title="Ready for 1 January"))
    assert mended == Judgement(("title", "typo"), MINOR, 'title: "Janaury" -> "January"')


def test_quotations_are_known_by_their_marks_and_by_their_block() -> None:
    assert "quotation" in of_words('He said "we go home" then.', 'He said "we stay home" then.').classes
    assert "quotation" in of_words("We go home.", "We stay home.", path="article/blockquote/p").classes
    assert "quotation" not in of_words('"So it is", he went.', '"So it is", he stood.').classes


def test_blocks_links_dates_and_notes_are_classes_of_their_own() -> None:
    first, second, third = ("One thing was said here at length.", "Quite another matter stood there.", "At last something else came up.")
    assert judged(reading(first, second), reading(first, second, third)).classes == ("paragraph-added",)
    assert judged(reading(first, second), reading(first)).classes == ("paragraph-removed",)
    moved = judged(reading(first, second, third), reading(second, third, first))
    assert (moved.classes, moved.significance, moved.summary) == (("paragraph-moved",), MINOR, "1 paragraph moved")
    noted = judged(reading(first), reading(first, "Correction: an earlier version of this release gave a wrong figure."))
    assert noted.classes == ("note", "paragraph-added")
    assert judged(reading(first), reading(first, "Исправлено: ранее в тексте была ошибка.")).classes[0] == "note"
    assert judged(reading(first, published="2026-01-01"), reading(first, published="2026-01-02")).classes == ("published",)
    link = judged(reading(first, links=(Link("https://x.org/1", "one"),)), reading(first, links=(Link("https://x.org/2", "one"),)))
    assert (link.classes, link.significance, link.summary) == (("link",), MINOR, "link changed: one")
    file = judged(reading(first), reading(first, attachments=(Link("https://x.org/1.pdf", "one"),)))
    assert (file.classes, file.significance, file.summary) == (("attachment",), SUBSTANTIVE, "1 attachment added")


def test_a_sentence_moved_between_paragraphs_is_a_move() -> None:
    old = reading("Alpha is the first of all. Beta was said in between.", "Gamma ends the whole of it.")
    new = reading("Alpha is the first of all.", "Gamma ends the whole of it. Beta was said in between.")
    assert judged(old, new).classes == ("sentence-moved",)


def test_the_summary_tells_the_weightiest_first_in_one_line() -> None:
    assert of_words("There were 15 dead.", "There were 51 dead.").summary == '"15" -> "51" (number), in paragraph 1'
    before = reading("Colour and flavour of it.", "There were 15 dead.", "Gone for good is this one.")
    after = reading("Colour and flavours of it.", "There were 51 dead.", "Quite new.", "And new again, and longer.")
    assert judged(before, after).summary == (
        '"15" -> "51" (number), in paragraph 2; "flavour" -> "flavours" (typo), in paragraph 1; 1 paragraph removed, 2 added'
    )


words = st.sampled_from('the not не 15 51 -5 £1.5bn May 24 March “yes" said Smith allow forbid . , ! 会议 A-B 5% &'.split())
texts = st.lists(st.lists(words, max_size=9).map(" ".join), max_size=4)


@settings(deadline=None, max_examples=150)
@given(texts, texts)
@example(["& 5%"], ["-5"])
def test_any_difference_is_named_weighed_and_told_in_a_line(old: list[str], new: list[str]) -> None:
    before, after = reading(*old), reading(*new)
    found = diff(before, after)
    judgement = classify(found, before, after)
    assert set(judgement.classes) <= set(CLASSES)
    assert bool(judgement.classes) == bool(found.hunks) == bool(judgement.summary)
    assert len(judgement.summary) <= 120
    assert "\n" not in judgement.summary
    assert judgement == classify(diff(before, after), before, after)
    if not found.hunks:
        assert judgement == Judgement((), COSMETIC, "")


wild = st.text(st.characters(exclude_categories=("Cs", "Co")), max_size=60)


@settings(deadline=None, max_examples=150)
@given(wild, wild, st.sampled_from([None, "en", "de", "ru", "ar", "zh", "xx-Nonsense", ""]))
def test_no_text_makes_it_fail(old: str, new: str, language: str | None) -> None:
    before, after = reading(old, new, title=new, language=language), reading(new, old[:20], title=old, language=language)
    found = judged(before, after)
    assert found == judged(before, after)
    assert set(found.classes) <= set(CLASSES)
    assert len(found.summary) <= 120


@pytest.mark.parametrize(
    ("old", "new"),
    [("15", "51"), ("24 March", "25 March"), ("allow it", "forbid it"), ("now", "not now"), ("1.5", "15"), ("-5", "5"),
     ("24 марта", "25 марта"), ("разрешить", "запретить"), ("можно", "не можно")],
)  # fmt: skip
@settings(deadline=None, max_examples=25)
@given(around=st.lists(words, max_size=6), title=st.booleans())
def test_what_must_never_pass_for_small_never_does(old: str, new: str, around: list[str], title: bool) -> None:
    before, after = (f"we were {part} there {' '.join(around)}" for part in (old, new))
    both = ((reading("x", title=side) if title else reading(side)) for side in (before, after))
    assert judged(*both).significance is SUBSTANTIVE


# Real edits (gov.uk, Open Government Licence v3.0): what a reader of the pages would say of them, what not, and the words that tell it.
REAL = {
    "168": ("title wording", "name", SUBSTANTIVE, '"Services issues" -> "Service issues resolved"'),
    "182": ("title name wording", "", SUBSTANTIVE, 'title: "'),
    "184": ("title number wording", "", SUBSTANTIVE, '"2" added'),
    "186": ("title typo date", "number", SUBSTANTIVE, '"Janaury" -> "January"'),
    "204": ("typo", "name wording", MINOR, '"Winslow\'s" -> "Wilmslow\'s" (typo)'),
    "211": ("typo", "wording", MINOR, '"changed" -> "changes" (typo)'),
    "239": ("name", "", SUBSTANTIVE, '"Create Technologies" -> "Createc" (name)'),
    "246": ("name", "typo", SUBSTANTIVE, '"NHS" -> "JCVI" (name)'),
    "255": ("date", "number", SUBSTANTIVE, '"2020" -> "2021" (date)'),
    "263": ("date", "number", SUBSTANTIVE, '"28 May" -> "16 June" (date)'),
    "274": ("date", "number", SUBSTANTIVE, '"20" -> "17" (date)'),
    "283": ("number", "date", SUBSTANTIVE, '"38" -> "35" (number)'),
    "284": ("number quotation", "date", SUBSTANTIVE, '"85,000" -> "97,500" (number)'),
    "289": ("wording", "typo", SUBSTANTIVE, ""),
    "307": ("number wording", "date", SUBSTANTIVE, '"£22" -> "£20" (number)'),
    "341": ("paragraph-removed", "paragraph-added", SUBSTANTIVE, "1 paragraph removed"),
    "398": ("wording", "name typo", MINOR, '"I" added'),
    "403": ("wording", "typo", SUBSTANTIVE, ""),
    "419": ("wording", "typo", SUBSTANTIVE, '"raids" -> "inspections" (wording)'),
    "420": ("wording", "number", SUBSTANTIVE, '"less than" removed (wording)'),
    "421": ("name", "typo", SUBSTANTIVE, "(name)"),
}
_BLOCKS = "p,h2,h3,h4,h5,h6,li,td,th"


def _of_page(html: str) -> Reading:
    page = LexborHTMLParser(html)
    body = page.css_first(".govspeak, .gem-c-govspeak")
    nodes = [*page.css(".gem-c-lead-paragraph"), *(body.css(_BLOCKS) if body else ())]
    leaves = [node for node in nodes if len(node.css(_BLOCKS)) == 1]
    title = page.css_first("h1")
    blocks = tuple(Block(f"{node.parent.tag if node.parent else ''}/{node.tag}", displayed(node.text())) for node in leaves)
    return Reading(displayed(title.text()) if title else "", blocks)


def _rows(corpus: Path, name: str) -> dict[str, dict[str, Any]]:
    with gzip.open(corpus / name / "pairs.jsonl.gz", "rt", encoding="utf-8") as lines:
        return {row["id"]: row for row in map(json.loads, lines)}


@pytest.fixture(scope="module")
def pairs(corpus: Path) -> dict[str, dict[str, Any]]:
    return _rows(corpus, "govuk-news-edits")


@pytest.mark.parametrize("number", REAL)
def test_real_edits_are_told_as_what_they_are(pairs: dict[str, dict[str, Any]], number: str) -> None:
    row = pairs[f"govuk-{number}"]
    found = judged(_of_page(row["before"]), _of_page(row["after"]))
    wanted, unwanted, weight, told = REAL[number]
    assert set(wanted.split()) <= set(found.classes)
    assert not set(unwanted.split()) & set(found.classes)
    assert found.significance is weight
    assert told in found.summary


def test_retitles_by_case_alone_are_minor_and_an_expanded_abbreviation_is_a_name(corpus: Path) -> None:
    rows = _rows(corpus, "ca-drought-news")
    told = {
        id: judged(*(reading("Same.", title=displayed(row[side]["title"])) for side in ("before", "after"))) for id, row in rows.items()
    }
    by_case = [id for id, row in rows.items() if "title:punct_case_ws" in row["expect"]["labels"]]
    assert len(by_case) >= 24
    assert {told[id].classes for id in by_case} == {("title", "typographic")}
    assert {told[id].significance for id in by_case} == {MINOR}
    expanded = told["ca-drought-news-021"]
    assert {"title", "name"} <= set(expanded.classes)
    assert expanded.significance is SUBSTANTIVE
    assert expanded.summary == 'title: "SWP" -> "State Water Project"'


def test_a_slip_in_a_version_number_of_a_translation_is_a_typo(corpus: Path) -> None:
    row = _rows(corpus, "debian-news-edits")["debian-075"]
    body = {side: LexborHTMLParser(row[side]["body_html"]).body for side in ("before", "after")}
    before, after = (
        reading(*(displayed(node.text()) for node in body[side].css("p, li")), language=row["lang"])  # type: ignore[union-attr] # there is one
        for side in ("before", "after")
    )
    assert "typo" in judged(before, after).classes
    assert '"3.16.7-ctk9" -> "3.16.7-ckt9" (typo)' in judged(before, after).summary


def test_classes_agree_with_a_person_on_a_sample_of_real_edits(corpus: Path) -> None:
    seen = by_hand()
    edits = [edit for name in ("debian", "usgov", "drought") for edit in read_pairs(load(name, corpus), seen)]
    tallies = hand_agreement(edits)
    for name, tally in tallies.items():
        assert tally.right >= 0.9 * (tally.right + len(tally.missed)), (name, tally)
    right, extra = sum(tally.right for tally in tallies.values()), [id for tally in tallies.values() for id in tally.extra]
    assert len(extra) <= 0.15 * (right + len(extra)), extra


def test_pages_without_a_visible_change_say_nothing(pairs: dict[str, dict[str, Any]]) -> None:
    silent = [row for row in pairs.values() if row["expect"]["class"] == "no_visible_change"]
    told = [row["id"] for row in silent[:40] if judged(_of_page(row["before"]), _of_page(row["after"])).classes]
    assert told == []
