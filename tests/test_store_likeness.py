"""Which releases say nearly the same: linked in any source, told of news alone, and found by one query among many."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, func, select

from service.models import Reason
from service.store import Store
from service.store.tables import sketch, sketch_key

from .storing import DATABASES, OTHER, SOURCE, Shelf, at, edited, kept, looked, news, opened, reading, url, withdrawn


def text(name: str, words: int = 200) -> str:
    return " ".join(f"{name}{number}" for number in range(words))


A = text("a")
NEAR_A = A.replace("a100 ", "other ")
FAR_FROM_A = " ".join([*A.split()[:80], *text("b", 120).split()])


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request.param, tmp_path)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    """Two sources that were read for the first time, and had nothing."""
    shelf = Shelf(store, SOURCE, OTHER)
    shelf.write(at(0))
    shelf.write(at(0), source=OTHER)
    return shelf


def linked(shelf: Shelf, *names: str) -> dict[str, tuple[str, int]]:
    found = {name: release.repeats for name in names if (release := shelf.store.release(url(name)))}
    return {name: (met.item_url, met.percent) for name, met in found.items() if met}


class TestTold:
    def test_nearly_the_same_text_is_told_with_how_much_of_it(self, shelf: Shelf) -> None:
        assert shelf.write(at(1), news("a", A, at(1))) == ()
        (line,) = shelf.write(at(2), news("b", NEAR_A, at(2)))
        assert (line.kind, line.item_url, line.related, line.classes, line.significance) == (
            "duplicate", url("b"), url("a"), ("near",), "cosmetic",
        )  # fmt: skip
        assert line.summary == f"nearly the same text as {url('a')} ({linked(shelf, 'b')['b'][1]} % of it)"
        assert 90 <= linked(shelf, "b")["b"][1] <= 99
        assert (line.before_version, line.after_version) == (None, 1)

    def test_across_sources_too(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)))
        (line,) = shelf.write(at(2), news("a", NEAR_A, at(2), OTHER), source=OTHER)
        assert (line.item_url, line.related, line.classes) == (url("a", OTHER), url("a"), ("near",))

    def test_the_same_text_is_the_same_and_not_nearly(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)), news("near", NEAR_A, at(1)))
        (line,) = shelf.write(at(2), news("b", A, at(2)))
        assert (line.related, line.classes, line.summary) == (url("a"), (), f"the same text as {url('a')}")
        assert linked(shelf, "b") == {"b": (url("a"), 100)}

    def test_within_one_pass_the_later_is_like_the_earlier(self, shelf: Shelf) -> None:
        lines = shelf.write(at(1), news("b", NEAR_A, at(1)), news("a", A, at(1)), news("c", text("c"), at(1)))
        assert [(line.item_url, line.related) for line in lines] == [(url("a"), url("b"))]

    def test_the_nearest_of_several_is_named(self, shelf: Shelf) -> None:
        further = A.replace("a20 ", "x ").replace("a60 ", "y ").replace("a140 ", "z ").replace("a180 ", "q ")
        shelf.write(at(1), news("further", further, at(1)))
        shelf.write(at(2), news("a", A, at(2)))
        (line,) = shelf.write(at(3), news("b", NEAR_A, at(3)))
        assert line.related == url("a")

    @pytest.mark.parametrize("other", [FAR_FROM_A, text("z"), "Photo report", ""], ids=["a third", "another", "short", "empty"])
    def test_what_shares_little_or_is_short_is_news(self, shelf: Shelf, other: str) -> None:
        assert shelf.write(at(1), news("a", A, at(1)), news("short", "Photo reports", at(1))) == ()
        assert shelf.write(at(2), news("b", other, at(2))) == ()
        assert linked(shelf, "b") == {}

    def test_an_edit_that_comes_near_another_release_is_an_edit_alone(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)), news("b", text("b"), at(1)))
        (line,) = shelf.edit("b", NEAR_A, at(2))
        assert line.kind == "edited" and linked(shelf, "b") == {}

    def test_both_keep_their_own_versions(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)))
        shelf.write(at(2), news("b", NEAR_A, at(2)))
        shelf.edit("b", NEAR_A + " more", at(3))
        assert [len(shelf.store.version_lines(url(name))) for name in "ab"] == [1, 2]


class TestKept:
    def test_what_counts_is_what_a_release_says_now(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)))
        shelf.edit("a", text("new"), at(2))
        assert shelf.write(at(3), news("b", NEAR_A, at(3))) == ()
        (line,) = shelf.write(at(4), news("c", text("new") + " more", at(4)))
        assert line.related == url("a")

    def test_an_edit_in_the_same_pass_is_known_to_its_news(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", text("old"), at(1)))
        lines = shelf.write(at(2), news("b", NEAR_A, at(2)), edited(shelf.item("a"), A, at(2)))
        assert [(line.kind, line.related) for line in lines if line.item_url == url("b")] == [("duplicate", url("a"))]

    def test_a_rebase_is_remembered(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", text("chrome", 60) + " " + A, at(1)))
        item = shelf.item("a")
        shelf.write(at(2), looked(item, at(2), "rebased", version=kept(Reason.REBASE, reading(A, "a"), at(2))))
        (line,) = shelf.write(at(3), news("b", NEAR_A, at(3)))
        assert line.related == url("a")

    def test_what_was_withdrawn_is_not_repeated(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", A, at(1)), news("c", text("c"), at(1)))
        shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
        assert shelf.write(at(3), news("b", NEAR_A, at(3))) == ()
        gone = withdrawn(shelf.item("c"), at(4))
        lines = shelf.write(at(4), news("d", text("c") + " more", at(4)), gone)
        assert [line.kind for line in lines] == ["withdrawn"]

    def test_what_is_too_short_to_tell_leaves_nothing(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "Photo report", at(1)), news("b", text("b"), at(1)))
        shelf.edit("b", "Photo report", at(2))
        with shelf.store._database.read() as connection:
            assert [connection.scalar(select(func.count()).select_from(table)) for table in (sketch, sketch_key)] == [0, 0]


class TestFirstPass:
    """A source that is read for the first time may have a hundred releases that nearly repeat another: linked, and no word in the log."""

    def test_nothing_is_told_and_all_is_linked(self, store: Store) -> None:
        shelf = Shelf(store, SOURCE, OTHER)
        assert shelf.write(at(1), news("a", A, at(1)), news("b", NEAR_A, at(1)), news("c", text("c"), at(1))) == ()
        found = linked(shelf, "a", "b", "c")
        assert list(found) == ["b"] and found["b"][0] == url("a") and found["b"][1] < 100
        assert shelf.write(at(2), news("a", NEAR_A + " more", at(2), OTHER), source=OTHER) == ()

    def test_what_a_first_pass_had_no_room_for_is_no_news_either(self, store: Store) -> None:
        shelf = Shelf(store, SOURCE, OTHER)
        unread = news("b", A, at(1), version=None, looked_at=None, outcome="")
        shelf.write(at(1), news("a", A, at(1)), unread)
        late = looked(shelf.item("b"), at(2), "first", version=kept(Reason.FIRST, reading(NEAR_A, "b"), at(2)))
        assert shelf.write(at(2), late) == ()
        assert linked(shelf, "b")["b"][0] == url("a")


class TestCost:
    def test_a_standing_phrase_of_thousands_does_not_make_a_thousand_candidates(self, shelf: Shelf) -> None:
        phrase = text("phrase", 60)
        shelf.write(at(1), *(news(f"n{number}", f"{phrase} {text(f'own{number}x', 12)}", at(1)) for number in range(120)))
        with shelf.store._database.read() as connection:
            crowd = select(func.count()).select_from(sketch_key).group_by(sketch_key.c.hash).order_by(func.count().desc()).limit(1)
            assert connection.scalar(crowd) == 50
        (line,) = shelf.write(at(2), news("last", f"{phrase} {text('own7x', 12)} more", at(2)))
        assert line.related == url("n7") or line.classes == ("near",)

    def test_one_question_finds_the_candidates_of_a_release_and_of_fifty(self, shelf: Shelf) -> None:
        shelf.write(at(1), *(news(f"old{number}", text(f"old{number}x"), at(1)) for number in range(50)))
        asked: list[str] = []
        engine = shelf.store._database._engine
        event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
        for hour, names in ((2, ["one"]), (3, [f"new{number}" for number in range(50)])):
            asked.clear()
            shelf.write(at(hour), *(news(name, text(f"{name}x"), at(hour)) for name in names))
            assert sum("FROM sketch_key" in statement for statement in asked) == 1
