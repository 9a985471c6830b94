"""What the store remembers of passes, and what it answers: the same on SQLite and PostgreSQL."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from service.errors import UsageError
from service.fingerprint import fingerprint
from service.models import (
    Change,
    ChangeFilter,
    ChangeKind,
    Entry,
    Kind,
    Known,
    NewVersion,
    Reading,
    Reason,
    Selectors,
    Significance,
    SourceReport,
    State,
    Step,
    Template,
    Tracked,
    Validators,
)
from service.store import Store, entry_digest
from service.urls import address_key

from .storing import (
    DATABASES,
    OTHER,
    SOURCE,
    START,
    Shelf,
    at,
    edited,
    kept,
    looked,
    news,
    opened,
    passed,
    reading,
    restored,
    url,
    withdrawn,
)
from .test_store_texts import READINGS


@pytest.fixture(params=DATABASES)
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    yield from opened(request.param, tmp_path)


@pytest.fixture
def shelf(store: Store) -> Shelf:
    return Shelf(store, SOURCE, OTHER)


class TestVersions:
    def test_a_first_reading_is_version_1_and_no_change(self, shelf: Shelf) -> None:
        assert shelf.write(at(1), news("a", "Fifteen people.", at(1))) == ()
        item = shelf.item("a")
        assert (item.versions, item.state, item.first_seen_at, item.seen_at) == (1, State.LIVE, at(1), at(1))
        assert item.baseline is not None and item.baseline.reading == reading("Fifteen people.", "a")
        assert item.baseline.fingerprint == fingerprint(item.baseline.reading)
        assert item.entry == Entry(url("a"), "a")

    def test_back_and_forth_is_four_versions_of_two_texts(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        lines = [shelf.edit("a", text, at(hour))[0] for text, hour in (("B", 2), ("A", 3), ("B", 4))]
        assert [(line.before_version, line.after_version) for line in lines] == [(1, 2), (2, 3), (3, 4)]
        versions = shelf.store.version_lines(url("a"))
        assert [(line.number, line.reason) for line in versions] == [(1, "first"), (2, "edit"), (3, "edit"), (4, "edit")]
        assert versions[0].exact_hash == versions[2].exact_hash != versions[1].exact_hash == versions[3].exact_hash
        seen = [shelf.store.release(url("a"), at=at(hour + 0.5)) for hour in (1, 2, 3, 4)]
        assert [found.version.reading.text for found in seen if found and found.version and found.version.reading] == ["A", "B", "A", "B"]

    def test_each_version_was_seen_from_its_first_look_until_its_last(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        for hour in (2, 3):
            shelf.write(at(hour), looked(shelf.item("a"), at(hour)))
        shelf.write(at(4), looked(shelf.item("a"), at(4), "failed", 500))
        shelf.edit("a", "B", at(5))
        one, two = shelf.store.version_lines(url("a"))
        assert (one.seen_from, one.seen_until, two.seen_from, two.seen_until) == (at(1), at(3), at(5), at(5))
        assert shelf.item("a").seen_at == at(5)

    def test_a_withdrawal_is_a_tombstone_and_a_restoration_brings_the_text_back(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        (gone,) = shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
        found = shelf.store.release(url("a"))
        assert found is not None and found.state == "withdrawn"
        assert found.version is not None and found.version.reading is not None
        tombstone = shelf.store.release(url("a"), 2)
        assert tombstone is not None and tombstone.version is not None
        assert (tombstone.version.reason, tombstone.version.title, tombstone.version.reading) == ("tombstone", "a", None)
        (back,) = shelf.write(at(3), restored(shelf.item("a"), at(3)))
        assert [(line.kind, line.before_version, line.after_version) for line in (gone, back)] == [("withdrawn", 1, 2), ("restored", 2, 3)]
        assert shelf.store.readings_of(gone.id) == (reading("A", "a"), None)
        assert shelf.store.readings_of(back.id) == (None, reading("A", "a"))
        assert shelf.item("a").seen_at == at(3)

    def test_restored_with_an_edit_compares_with_the_text_before_the_tombstone(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
        item = shelf.item("a")
        step = restored(item, at(3))
        told = (*step.changes, Change(ChangeKind.EDITED, at(1), at(3)))
        lines = shelf.write(at(3), replace(step, version=kept(Reason.RESTORED, reading("B", "a"), at(3)), changes=told))
        assert [(line.kind, line.before_version, line.after_version) for line in lines] == [("restored", 2, 3), ("edited", 1, 3)]
        assert shelf.store.readings_of(lines[1].id) == (reading("A", "a"), reading("B", "a"))

    def test_a_rebase_is_the_new_baseline_and_no_change(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.write(at(2), looked(shelf.item("a"), at(2), "rebased", version=kept(Reason.REBASE, reading("A and more", "a"), at(2))))
        item = shelf.item("a")
        assert item.baseline is not None and item.baseline.version == 2
        assert shelf.store.changes(ChangeFilter()) == ()

    @pytest.mark.parametrize("text", ["", "\x00NUL", "\ud83d\ude00 and \udfff alone", "é" * 10, "x" * 5_000_000])
    def test_any_text_comes_back(self, shelf: Shelf, text: str) -> None:
        shown = reading(text, f"title {text[:20]}")
        shelf.write(at(1), news("a", "A", at(1), version=kept(Reason.FIRST, shown, at(1))))
        item = shelf.item("a")
        assert item.baseline is not None and item.baseline.reading == shown
        assert shelf.store.reading(url("a"), 1) == shown

    def test_equal_texts_are_stored_once_and_keep_their_own_rest(self, shelf: Shelf) -> None:
        one, two = reading("Same", "t", language="en"), reading("Same", "t", language="fr", method="pdf")
        shelf.write(at(1), news("a", "", at(1), version=kept(Reason.FIRST, one, at(1))))
        shelf.write(at(1), news("b", "", at(1), version=kept(Reason.FIRST, two, at(1))))
        assert (shelf.store.reading(url("a"), 1), shelf.store.reading(url("b"), 1)) == (one, two)

    def test_long_chains_of_edits_and_rewritings_come_back(self, shelf: Shelf) -> None:
        long = " ".join(f"word{number}" for number in range(400))
        texts = [long if turn % 3 else f"{long[turn * 100 :]} quite other {turn * 7}" for turn in range(12)]
        texts = [f"{text} edit {turn}" for turn, text in enumerate(texts)]
        shelf.write(at(0), news("a", texts[0], at(0)))
        for turn, text in enumerate(texts[1:], start=1):
            shelf.edit("a", text, at(turn))
        found = [shelf.store.reading(url("a"), number) for number in range(1, 13)]
        assert [one.text for one in found if one] == texts


class TestDuplicates:
    LONG = "A long text that tells one release from any other. " * 6

    def test_the_same_text_in_the_source_and_in_another_is_told_once_each(self, shelf: Shelf) -> None:
        assert shelf.write(at(1), news("a", self.LONG, at(1))) == ()
        (here,) = shelf.write(at(2), news("b", self.LONG, at(2)))
        (there,) = shelf.write(at(3), news("a", self.LONG, at(3), OTHER), source=OTHER)
        assert [(line.kind, line.item_url, line.related, line.significance) for line in (here, there)] == [
            ("duplicate", url("b"), url("a"), "cosmetic"),
            ("duplicate", url("a", OTHER), url("a"), "cosmetic"),
        ]
        assert (here.before_version, here.after_version) == (None, 1)

    def test_within_one_pass_the_first_is_the_original(self, shelf: Shelf) -> None:
        lines = shelf.write(at(1), *(news(name, self.LONG, at(1)) for name in "abc"))
        assert [(line.item_url, line.related) for line in lines] == [(url("b"), url("a")), (url("c"), url("a"))]

    def test_what_is_withdrawn_or_now_says_something_else_has_no_duplicate(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", self.LONG, at(1)))
        shelf.write(at(2), withdrawn(shelf.item("a"), at(2)))
        assert shelf.write(at(3), news("b", self.LONG, at(3))) == ()
        shelf.edit("b", self.LONG + " And more.", at(4))
        assert shelf.write(at(5), news("c", self.LONG, at(5))) == ()

    def test_pages_without_a_text_are_not_alike(self, shelf: Shelf) -> None:
        empty = Reading("Photo report", method="generic")
        steps = [news(name, "", at(1), version=kept(Reason.FIRST, empty, at(1))) for name in "ab"]
        assert shelf.write(at(1), *steps) == ()


class TestAddresses:
    def test_a_move_keeps_the_item_and_both_its_addresses(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        told = Change(ChangeKind.MOVED, at(1), at(2), Significance.MINOR)
        (line,) = shelf.write(at(2), looked(shelf.item("a"), at(2), aliases=(url("b"),), moved_to=url("b"), changes=(told,)))
        assert (line.kind, line.item_url, line.related, line.after_version) == ("moved", url("a"), url("b"), None)
        assert shelf.store.release(url("a")) == shelf.store.release(url("b"))
        assert shelf.item("a") == shelf.item("b") and shelf.item("a").url == url("b")
        assert len(shelf.store.items()) == 1

    def test_what_is_listed_at_its_new_address_is_no_news_in_the_pass_that_sees_it_move(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        told = Change(ChangeKind.MOVED, at(1), at(2))
        moved = looked(shelf.item("a"), at(2), aliases=(url("b"),), moved_to=url("b"), changes=(told,))
        lines = shelf.write(at(2), news("b", "A", at(2)), moved)
        assert [line.kind for line in lines] == ["moved"]
        assert len(shelf.store.items()) == 1

    def test_an_address_that_belongs_to_another_item_is_not_taken_from_it(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)), news("b", "B", at(1)))
        told = Change(ChangeKind.MOVED, at(1), at(2))
        assert shelf.write(at(2), looked(shelf.item("a"), at(2), aliases=(url("b"),), moved_to=url("b"), changes=(told,))) == ()
        assert (shelf.item("a").url, shelf.item("b").url) == (url("a"), url("b"))

    def test_news_that_leads_to_a_known_item_is_that_item(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.write(at(2), news("short", "A", at(2), aliases=(url("a"),)))
        assert [line.item_url for line in shelf.store.items()] == [url("a")]
        assert shelf.item("short").id == shelf.item("a").id

    def test_news_named_twice_in_a_list_is_one_item(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)), news("a", "A", at(1)), news("x", "A", at(1), aliases=(url("a"),)))
        assert len(shelf.store.items()) == 1
        assert len(shelf.store.version_lines(url("x"))) == 1

    def test_an_address_of_four_kilobytes_is_an_address(self, shelf: Shelf) -> None:
        long = "long?" + "q" * 3_900
        shelf.write(at(1), news(long, "A", at(1)))
        assert shelf.item(long).url == url(long)

    def test_known_tells_aliases_and_what_the_list_said(self, shelf: Shelf) -> None:
        entry = Entry(url("a"), "Title", "2026-01-01", None, "guid-1")
        shelf.write(at(1), news("a", "A", at(1), entry=entry, aliases=(url("b"),)))
        number, source_id = shelf.item("a").id, shelf.plan(START).source_id
        keys = [address_key(url(name)) for name in ("a", "b", "c", *(f"n{n}" for n in range(1200)))]
        assert number is not None
        assert shelf.store.known(source_id, keys) == {keys[0]: Known(number, entry_digest(entry)), keys[1]: Known(number, "")}
        assert set(shelf.store.items_by_key(source_id, keys)) == set(keys[:2])

    def test_what_the_list_says_anew_is_noted(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        item, entry = shelf.item("a"), Entry(url("a"), "Other title", None, "2026-02-02", "guid")
        shelf.write(at(2), looked(replace(item, entry=entry), at(2)))
        key = address_key(url("a"))
        assert shelf.item("a").entry == entry
        assert shelf.store.known(shelf.plan(START).source_id, [key])[key].entry_digest == entry_digest(entry)

    def test_guids_that_change_all_at_once_say_nothing(self) -> None:
        entry = Entry(url("a"), "Title", "2026-01-01", "2026-01-02", "guid-1", "summary")
        assert entry_digest(replace(entry, guid="guid-2", summary="other")) == entry_digest(entry)
        assert entry_digest(replace(entry, updated="2026-01-03")) != entry_digest(entry)


class TestPasses:
    def test_a_pass_written_twice_is_written_once(self, shelf: Shelf) -> None:
        first = passed(shelf.plan(at(1)), [news("a", "A", at(1))], at(1))
        shelf.store.record(first)
        assert shelf.store.record(first) == ()
        second = passed(shelf.plan(at(2)), [edited(shelf.item("a"), "B", at(2))], at(2))
        assert [len(shelf.store.record(second)) for _ in range(2)] == [1, 0]
        assert len(shelf.store.version_lines(url("a"))) == 2

    def test_a_step_decided_on_an_older_state_is_passed_over(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        stale = shelf.item("a")
        shelf.edit("a", "B", at(2))
        assert shelf.write(at(3), edited(stale, "B", at(3))) == ()
        assert shelf.item("a").seen_at == at(2)

    def test_news_without_room_is_written_down_and_due(self, shelf: Shelf) -> None:
        item = Tracked(url("a"), address_key(url("a")))
        shelf.write(at(1), Step(item, State.LIVE, at(1), entry=Entry(item.url, "A")))
        (due,) = shelf.plan(at(1)).due
        assert (due.url, due.versions, due.baseline, due.entry) == (url("a"), 0, None, Entry(item.url, "A"))
        shelf.write(at(2), replace(news("a", "A", at(2)), item=due))
        assert [line.number for line in shelf.store.version_lines(url("a"))] == [1]

    def test_a_first_look_that_fails_is_tried_again_and_then_is_the_first_version(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "", at(1), version=None, outcome="failed", status=500))
        shelf.write(at(2), replace(news("a", "A", at(2)), item=shelf.item("a")))
        assert shelf.item("a").versions == 1

    def test_the_plan_names_what_is_due_the_longest_due_first(self, shelf: Shelf) -> None:
        steps = [news(name, name, at(1), next_look_at=at(hour)) for name, hour in (("a", 5), ("b", 3), ("c", 4), ("d", 9))]
        shelf.write(at(1), *steps)

        def named(**more: object) -> list[str]:
            return [item.url[-1] for item in shelf.store.plan(SOURCE, at(5), **more).due]  # type: ignore[arg-type] # options of plan

        assert named() == ["b", "c", "a"]
        assert named(batch=2) == ["b", "c"]
        assert named(recheck=True) == ["b", "c", "a", "d"]
        assert named(urls=[address_key(url(name)) for name in ("d", "nowhere", "a")]) == ["d", "a"]

    def test_the_plan_remembers_the_list_and_what_was_learned(self, shelf: Shelf) -> None:
        template = Template(2, "main", frozenset({"main/nav"}), frozenset({("p", "text")}), frozenset({"# views"}))
        learned = {
            "kind": Kind.FEED,
            "list_url": "https://news.example/feed",
            "list_validators": Validators('"e"', "yesterday"),
            "list_digest": "ab" * 32,
            "template": template,
        }
        fresh = shelf.plan(at(1))
        assert (fresh.kind, fresh.baselined, fresh.list_due, fresh.template) == (Kind.AUTO, False, True, Template())
        shelf.write(at(1), **learned)
        plan = shelf.plan(at(1.5))
        assert {name: getattr(plan, name) for name in learned} == learned
        assert (plan.baselined, plan.baselined_at, plan.list_due) == (True, at(1), False)
        assert shelf.store.plan(SOURCE, at(1.5), list_due=True).list_due

    def test_a_pass_for_items_alone_does_not_put_off_the_list(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)), list_digest="ab" * 32)
        plan = shelf.store.plan(SOURCE, at(1.5), recheck=True, list_due=False)
        shelf.store.record(passed(plan, [looked(plan.due[0], at(1.5))], at(1.5), next_list_at=at(99)))
        assert shelf.plan(at(2)).list_due and shelf.plan(at(2)).list_digest == "ab" * 32

    def test_looks_that_find_the_same_are_one_run(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        for hour, outcome in ((2, "unchanged"), (3, "unchanged"), (4, "failed"), (5, "unchanged")):
            shelf.write(at(hour), looked(shelf.item("a"), at(hour), outcome))
        (line,) = shelf.store.items()
        assert (line.outcome, line.last_look, line.next_look, line.versions, line.edits) == ("unchanged", at(5), at(6), 1, 0)
        with shelf.store._database.read() as connection:
            runs = connection.exec_driver_sql("SELECT outcome, count FROM observation ORDER BY id").all()
        assert [tuple(run) for run in runs] == [("first", 1), ("unchanged", 2), ("failed", 1), ("unchanged", 1)]

    def test_misses_are_remembered(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        shelf.write(at(2), looked(shelf.item("a"), at(2), "missed", 404, state=State.SUSPECT, misses=1, missing_since=at(2)))
        item = shelf.item("a")
        assert (item.state, item.misses, item.missing_since, item.seen_at) == (State.SUSPECT, 1, at(2), at(1))


class TestSources:
    def test_a_source_not_configured_has_no_plan(self, store: Store) -> None:
        with pytest.raises(UsageError, match="news"):
            store.plan(SOURCE, START)

    def test_one_that_is_gone_is_switched_off_and_keeps_its_history(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)))
        told = []
        for configured in ([OTHER], [SOURCE, OTHER]):
            shelf.store.sync_sources(configured, at(2))
            told += [(line.enabled, line.health) for line in shelf.store.sources() if line.id == "news"]
        assert told == [(False, "switched off"), (True, "well: 1 release")]
        assert shelf.item("a").versions == 1

    @pytest.mark.parametrize(
        "changed", [replace(SOURCE, url="https://news.example/other"), replace(SOURCE, selectors=Selectors(link="a.x"))]
    )
    def test_another_address_or_selector_forgets_the_list(self, shelf: Shelf, changed: object) -> None:
        assert isinstance(changed, type(SOURCE))
        shelf.write(at(1), kind=Kind.FEED, list_validators=Validators('"e"'), list_digest="ab" * 32, next_list_at=at(50))
        shelf.store.sync_sources([changed, OTHER], at(2))
        plan = shelf.plan(at(2), changed)
        assert (plan.kind, plan.list_validators, plan.list_digest, plan.list_due) == (Kind.AUTO, Validators(), "", True)
        assert plan.baselined is (changed.url == SOURCE.url)

    def test_health_is_told_in_words(self, shelf: Shelf) -> None:
        def health() -> str:
            return next(line.health for line in shelf.store.sources() if line.id == "news")

        assert health() == "waiting for its first look"
        shelf.write(at(1), outcome="failed", errors=("connection refused",))
        assert health() == "not reached since 2026-01-01 13:00 UTC: connection refused"
        for hour in (2, 3):
            shelf.write(at(hour), outcome="failed", errors=("answers 403 Forbidden",))
        assert health() == "answers 403 Forbidden (3 times in a row)"
        assert shelf.plan(at(4)).failures == 3
        shelf.write(at(4), news("a", "A", at(4)), news("b", "B", at(4)))
        assert health() == "well: 2 releases"
        assert [(line.outcome, line.error) for line in shelf.store.passes("news", 2)] == [("ok", ""), ("failed", "answers 403 Forbidden")]

    def test_old_passes_are_forgotten(self, shelf: Shelf) -> None:
        for hour in (1, 2, 3):
            shelf.write(at(hour))
        shelf.store.forget_passes(at(2.5))
        assert [line.finished_at for line in shelf.store.passes("news", None)] == [at(3)]

    def test_counts_add_up(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)), news("b", "B", at(1)))
        shelf.edit("a", "A2", at(2))
        shelf.write(at(2), outcome="failed", errors=("timed out",), source=OTHER)
        counts = shelf.store.counts()
        assert (counts.sources, counts.enabled, counts.failing, counts.releases, counts.edits) == (2, 2, 1, 2, 1)
        assert [(line.releases, line.edits) for line in shelf.store.sources()] == [(2, 1), (0, 0)]


class TestChangeLog:
    @pytest.fixture
    def log(self, shelf: Shelf) -> Shelf:
        for name, source in (("a", SOURCE), ("b", SOURCE), ("c", OTHER)):
            shelf.write(at(1), news(name, f"text of {name}", at(1), source), source=source)
        shelf.edit("a", "text two of a", at(2))
        shelf.edit("b", "text two of b", at(3))
        told = edited(shelf.item("c", OTHER), "text two of c", at(4))
        told = replace(told, changes=(replace(told.changes[0], classes=("title", "name"), significance=Significance.MINOR),))
        shelf.write(at(4), told, source=OTHER)
        shelf.write(at(5), withdrawn(shelf.item("a"), at(5)))
        return shelf

    ASKED = (
        (ChangeFilter(), [0, 1, 2, 3]),
        (ChangeFilter(limit=2), [2, 3]),
        (ChangeFilter(source="other"), [2]),
        (ChangeFilter(kind="withdrawn"), [3]),
        (ChangeFilter(change_class="name"), [2]),
        (ChangeFilter(change_class="number"), [0, 1]),
        (ChangeFilter(change_class="numb"), []),
        (ChangeFilter(change_class="%"), []),
        (ChangeFilter(significance="minor"), [2]),
        (ChangeFilter(since=at(3), until=at(4)), [1, 2]),
        (ChangeFilter(item_url=url("a").replace("https", "http") + "/"), [0, 3]),
        (ChangeFilter(item_url="no address"), []),
    )

    def test_is_asked_in_many_ways(self, log: Shelf) -> None:
        every = log.store.changes(ChangeFilter())
        assert len(every) == 4
        for wanted, expected in self.ASKED:
            assert log.store.changes(wanted) == tuple(every[place] for place in expected), wanted

    def test_an_id_is_a_cursor(self, log: Shelf) -> None:
        every = log.store.changes(ChangeFilter())
        assert log.store.changes(ChangeFilter(after=every[0].id, limit=2)) == every[1:3]
        assert log.store.changes(ChangeFilter(after=every[-1].id)) == ()
        assert [log.store.change(line.id) for line in every] == list(every)
        assert log.store.change(10_000) is None and log.store.readings_of(10_000) == (None, None)

    def test_a_line_tells_what_was_decided(self, log: Shelf) -> None:
        line = log.store.changes(ChangeFilter())[0]
        assert (line.source, line.item_url, line.title, line.kind, line.classes) == ("news", url("a"), "a", "edited", ("number",))
        assert (line.not_before, line.not_after, line.detected_at) == (at(1), at(2), at(2))
        assert (line.fields, line.words_added, line.words_removed, line.summary) == (("body",), 1, 0, "text two of a")
        before, after = log.store.readings_of(line.id)
        assert before is not None and after is not None
        assert (before.text, after.text) == ("text of a", "text two of a")


class TestReleases:
    def test_an_unknown_one_is_none(self, shelf: Shelf) -> None:
        assert shelf.store.release(url("a")) is None
        assert shelf.store.release("no address") is None
        assert shelf.store.version_lines(url("a")) == ()
        assert shelf.store.reading(url("a"), 1) is None

    def test_the_version_asked_for_is_read(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1), version=kept(Reason.FIRST, reading("A", "a", language="en"), at(1))))
        shelf.edit("a", "B", at(3))
        found = [shelf.store.release(url("a"), version, moment) for version, moment in ((None, None), (1, None), (None, at(2)), (7, None))]
        assert [one.version.number if one and one.version else None for one in found] == [2, 1, 1, None]
        assert found[1] is not None and (found[1].language, found[1].versions, found[1].source) == ("en", 2, "news")
        early = shelf.store.release(url("a"), at=at(0))
        assert early is not None and early.version is None

    def test_items_tell_the_latest_found_first_and_else_as_the_list_does(self, shelf: Shelf) -> None:
        shelf.write(at(1), news("a", "A", at(1)), news("b", "B", at(1)))
        shelf.write(at(2), news("c", "C", at(2), OTHER), source=OTHER)
        assert [line.title for line in shelf.store.items()] == ["c", "a", "b"]
        assert [line.title for line in shelf.store.items("news", 1)] == ["a"]


class TestOrders:
    def test_an_order_is_asked_followed_and_forgotten(self, store: Store) -> None:
        number = store.order(["news"], [url("a")], True, at(1))
        (order,) = store.open_orders()
        assert (order.id, order.sources, order.urls, order.recheck, order.asked_at) == (number, ("news",), (url("a"),), True, at(1))
        report = SourceReport("news", "ok", new=3, errors=("one", "two"))
        done = replace(order, started_at=at(2), finished_at=at(3), done=4, total=5, reports=(report,))
        store.update_order(done)
        assert (store.order_state(number), store.open_orders()) == (done, ())
        store.forget_orders(at(2))
        assert store.order_state(number) == done
        store.forget_orders(at(4))
        assert store.order_state(number) is None
        assert store.order((), (), False, at(5)) > number


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(READINGS)
def test_a_reading_read_back_is_the_one_written(shelf: Shelf, shown: Reading) -> None:
    when = at(1)
    shelf.write(
        when, Step(Tracked(url("a"), address_key(url("a"))), State.LIVE, when, when, "first", 200, version=kept(Reason.FIRST, shown, when))
    )
    item = shelf.item("a")
    step = looked(item, when, "rebased", version=NewVersion(Reason.REBASE, when, shown, fingerprint(shown)))
    shelf.write(when, step)
    assert shelf.store.reading(url("a"), item.versions + 1) == shown
