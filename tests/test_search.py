"""Full-text search: what versions said first, and what edits and withdrawals took away; the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.doors.daemon import Daemon
from service.errors import StateError
from service.models import Hit, Reason, SearchFilter
from service.query import fits, parse, words
from service.store import Store

from .newsroom import DrupalSite
from .storing import DATABASES, OTHER, SOURCE, Shelf, at, kept, looked, news, opened, reading, restored, withdrawn
from .watching import source, watch


@pytest.fixture(params=DATABASES)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    for store in opened(request.param, tmp_path):
        yield Shelf(store, SOURCE, OTHER)


def indexed(store: Store) -> None:
    while store.index():
        pass


def found(shelf: Shelf, asked: str, **more: object) -> tuple[Hit, ...]:
    indexed(shelf.store)
    return shelf.store.search(SearchFilter(parse(asked), **more))  # type: ignore[arg-type] # fields of SearchFilter


def told(hits: tuple[Hit, ...]) -> list[tuple[str, int]]:
    return [(hit.item_url.rsplit("/", 1)[-1], hit.version) for hit in hits]


def test_a_hit_says_which_version_brought_the_words(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "15 peacekeepers left.\nThey will be back.", at(1)), news("b", "Nothing else.", at(1)))
    (change,) = shelf.edit("a", "51 peacekeepers left.\nThey will be back.", at(2))
    assert told(found(shelf, "back")) == [("a", 1)]
    first, second = found(shelf, "51 peacekeepers"), found(shelf, "15 peacekeepers")
    assert told(first) == [("a", 2)] and told(second) == [("a", 1)]
    assert first[0].change == change.id and second[0].change is None
    assert first[0].seen_at == at(2)
    assert first[0].snippet == (("51 peacekeepers", True), (" left.", False))


def test_removed_finds_only_what_was_taken_away(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "15 peacekeepers left.\nThey will not be deployed.", at(1)))
    shelf.edit("a", "51 peacekeepers left.\nThey will be deployed.", at(2))
    assert told(found(shelf, "15", removed=True)) == [("a", 2)]
    assert told(found(shelf, "not", removed=True)) == [("a", 2)]
    assert found(shelf, "peacekeepers", removed=True) == ()
    assert found(shelf, "not", removed=True)[0].snippet == (("They will ", False), ("not", True), (" be deployed.", False))


def test_what_is_withdrawn_is_gone_and_what_is_restored_is_not_said_anew(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "Peacekeepers left.", at(1)))
    shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
    assert told(found(shelf, "peacekeepers", removed=True)) == [("a", 2)]
    assert found(shelf, "peacekeepers")[0].state == "withdrawn"
    shelf.write(at(3), restored(shelf.item("a"), at(3)))
    assert told(found(shelf, "peacekeepers")) == [("a", 1)]


def test_what_a_rebase_drops_was_removed_by_no_edit(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "Words of the release.\nShare this page.", at(1)))
    shelf.write(at(2), looked(shelf.item("a"), at(2), rebase=kept(Reason.REBASE, reading("Words of the release.", "a"), at(2))))
    assert found(shelf, "share", removed=True) == ()
    assert told(found(shelf, "share")) == [("a", 1)]


def test_the_newest_comes_first_and_a_cursor_goes_on(shelf: Shelf) -> None:
    for hour, name in enumerate("abc", 1):
        shelf.write(at(hour), news(name, "Peacekeepers.", at(hour)))
    first = found(shelf, "peacekeepers", limit=2)
    assert told(first) == [("c", 1), ("b", 1)]
    assert told(found(shelf, "peacekeepers", limit=2, before=first[-1].id)) == [("a", 1)]


def test_by_source_and_time(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "Peacekeepers.", at(1)))
    shelf.write(at(5), news("b", "Peacekeepers, too.", at(5), OTHER), source=OTHER)
    assert [hit.source for hit in found(shelf, "peacekeepers", source="other")] == ["other"]
    assert told(found(shelf, "peacekeepers", since=at(2))) == [("b", 1)]
    assert told(found(shelf, "peacekeepers", until=at(2))) == [("a", 1)]
    assert found(shelf, "peacekeepers", source="unknown") == ()


def test_titles_and_attachments_are_searched(shelf: Shelf) -> None:
    shelf.write(at(1), news("Headline", "Body.", at(1)))
    assert told(found(shelf, "headline")) == [("Headline", 1)]


def test_a_long_text_is_searched_to_its_end_and_phrases_over_the_joints(shelf: Shelf) -> None:
    many = [f"w{number}" for number in range(20_000)]
    shelf.write(at(1), news("a", " ".join(many), at(1)))
    for place in (0, 5_990, 5_999, 6_000, 11_970, 19_995):
        assert told(found(shelf, f'"{" ".join(many[place : place + 5])}"')) == [("a", 1)], place


def test_a_kill_between_pass_and_index_loses_nothing(shelf: Shelf) -> None:
    shelf.write(at(1), *(news(f"n{number}", f"Release {number}.", at(1)) for number in range(250)))
    assert shelf.store.index() == 200  # the rest is not yet searchable, and not forgotten
    assert told(found(shelf, "249")) == [("n249", 1)]
    assert shelf.store.index() == 0


@pytest.mark.parametrize("lost", ["the words", "what waits"])
def test_an_index_that_is_lost_is_made_anew(shelf: Shelf, lost: str) -> None:
    shelf.write(at(1), *(news(f"n{number}", f"Release {number}.\n1500 of them.", at(1)) for number in range(210)))
    shelf.edit("n7", "Release 7.\n5100 of them.", at(2))
    words = "DELETE FROM passage_words_data" if shelf.store._database.on_sqlite else "TRUNCATE passage_words"
    if lost == "the words":
        indexed(shelf.store)
    with shelf.store._database.write() as connection:
        connection.exec_driver_sql(words if lost == "the words" else "DELETE FROM unindexed")
    if lost == "the words" and shelf.store._database.on_sqlite:
        with pytest.raises(StateError, match="`presswatch db reindex` makes it anew"):
            found(shelf, "5100")
    shelf.store.unindex()
    assert told(found(shelf, "5100")) == [("n7", 2)] and told(found(shelf, "1500", removed=True)) == [("n7", 2)]
    assert len(found(shelf, "release", limit=1000)) == 210


def test_what_no_database_takes_does_no_harm(shelf: Shelf) -> None:
    shelf.write(at(1), news("a", "nul \0 and half \ud800 a pair, 'quoted' \\ & | ! :* (x)", at(1)))
    assert told(found(shelf, "half pair")) == [("a", 1)]
    assert told(found(shelf, "'quoted' x")) == [("a", 1)]


TEXT = st.lists(st.sampled_from("not be deployed 15 51 ёлка café 和平 COVID-19 the".split()), min_size=1, max_size=6).map(" ".join)
ASKED = st.lists(
    st.sampled_from(["not", '"be deployed"', "de*", "OR", "-15", '-"not be"', "елка", "和", '"covid 19"', "cafe"]), min_size=1, max_size=4
).map(" ".join)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(TEXT, min_size=1, max_size=5), ASKED)
def test_every_database_finds_what_fits(shelf: Shelf, texts: list[str], asked: str) -> None:
    """The database as an index; what fits is said by the pure function."""
    marker = shelf.store.counts().releases
    names = [f"m{marker}x{number}" for number in range(len(texts))]
    shelf.write(at(marker + 1), *(news(name, text, at(marker + 1)) for name, text in zip(names, texts, strict=True)))
    try:
        query = parse(asked)
    except Exception:  # noqa: BLE001 - no question
        return
    due = sorted(name for name, text in zip(names, texts, strict=True) if fits(query, words([name, text])))
    assert sorted(name for name, _ in told(found(shelf, asked, limit=10_000)) if name in names) == due


def test_nothing_is_found_in_nothing(shelf: Shelf) -> None:
    assert found(shelf, "anything") == ()


def test_the_daemon_makes_searchable_what_its_passes_brought(site: DrupalSite, tmp_path: Path) -> None:
    with watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
        word = watched.house.store.items(limit=1)[0].title.split()[0]
        asked = SearchFilter(parse(word))
        assert watched.house.store.search(asked) == ()
        Daemon(watched.house).index()
        assert watched.house.store.search(asked)
