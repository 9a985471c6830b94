"""Notices: to whom they go, in what order, how often, and what becomes of those that cannot be sent; on both databases."""

import base64
import hashlib
import hmac
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from functools import partial
from pathlib import Path

import pytest

from service.fetch import deliver
from service.messenger import Messenger, pause_after
from service.models import Fate, FetchSettings, Message, Outcome, Significance, Target
from service.notify import send
from service.store import Store

from .conftest import HandClock
from .receiving import Hook, hook
from .storing import DATABASES, OTHER, SOURCE, Shelf, at, news, opened, restored, withdrawn

FETCH = FetchSettings(allow_private_hosts=True, connect_timeout=0.5, read_timeout=2)
SECRET = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes ...").decode()


@pytest.fixture(params=DATABASES)
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    for store in opened(request.param, tmp_path):
        yield Shelf(store, SOURCE, OTHER)


@pytest.fixture
def there() -> Iterator[Hook]:
    with hook() as served:
        yield served


def telling(store: Store, clock: HandClock, *targets: Target) -> Messenger:
    def sending(target: Target, message: Message) -> Outcome:
        return send(target, message, partial(deliver, settings=FETCH, clock=clock))

    messenger = Messenger(store, clock, sending, targets)
    messenger.begin()
    return messenger


def target(served: Hook, **more: object) -> Target:
    return replace(Target("desk", served.url, SECRET), **more)  # type: ignore[arg-type] # fields of Target


def edits(shelf: Shelf, count: int, first: int = 1) -> list[int]:
    """Edit a release so many times and return the ids of the changes."""
    if first == 1:
        shelf.write(at(0), news("a", "15 peacekeepers left.", at(0)))
    return [shelf.edit("a", f"{number} peacekeepers left.", at(number))[0].id for number in range(first, first + count)]


def rest(clock: HandClock, seconds: float = 3600) -> None:
    clock.moment += timedelta(seconds=seconds)


def test_each_change_is_told_once_in_order(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there))
    ids = edits(shelf, 3)
    assert messenger.turn() == 3 and messenger.turn() == 0
    assert there.changes() == ids and len(set(there.ids())) == 3
    (body, *_) = there.bodies()
    assert body["id"] == there.ids()[0] and set(body) == {"id", "type", "timestamp", "changes"}
    assert "-15 peacekeepers left.\n+1 peacekeepers left." in body["changes"][0]["diff"]
    assert body["changes"][0]["kind"] == "edited" and body["changes"][0]["item_url"] == "https://news.example/a"


def test_a_target_that_is_down_for_a_while_gets_every_notice_once_it_is_back_once_per_id_in_order(shelf: Shelf, clock: HandClock) -> None:
    with hook() as there:
        port = int(there.url.split(":")[2].split("/")[0])
    messenger = telling(shelf.store, clock, target(there))
    ids = edits(shelf, 4)
    for _ in range(6):
        messenger.turn()
        rest(clock, 60)
    ids += edits(shelf, 4, first=5)
    with hook(port) as back:
        back.answers = [(503, {}), (204, {}), (500, {})]
        for _ in range(6):
            rest(clock)
            messenger.turn()
    assert list(dict.fromkeys(back.changes())) == ids
    answered = list(zip(back.ids(), [503, 204, 500, *[204] * 20], strict=False))
    taken = [name for name, status in answered if status == 204]
    assert len(taken) == len(set(taken)) == 8  # what was refused came again under its own id, and nothing twice
    assert shelf.store.outbox.targets()["desk"].waiting == 0


def test_the_signature_is_what_standard_webhooks_says(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there), replace(target(there), id="plain", secret="any text"))
    edits(shelf, 1)
    messenger.turn()
    for (headers, body), key in zip(there.got, (b"a secret of thirty-two bytes ...", b"any text"), strict=True):
        signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
        expected = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
        assert headers["webhook-signature"] == f"v1,{expected}"
        assert headers["webhook-timestamp"] == str(int(clock.now().timestamp()))
        assert headers["content-type"] == "application/json" and headers["user-agent"].startswith("presswatch/")


def test_a_kill_between_sending_and_its_note_sends_the_same_id_again(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there))
    edits(shelf, 2)
    messenger.gather()
    killed = shelf.store.outbox.take("desk", clock.now(), timedelta(minutes=3), 1)
    assert killed is not None
    assert messenger.turn() == 0  # its lease still holds: nobody sends beside it
    rest(clock)
    assert messenger.turn() == 2
    assert there.ids()[0] == killed.id and len(set(there.ids())) == 2
    assert not shelf.store.outbox.sent(killed, clock.now())  # who lost the lease says nothing any more


def test_two_schedulers_do_not_send_twice(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    here, elsewhere = telling(shelf.store, clock, target(there)), telling(shelf.store, clock, target(there))
    ids = edits(shelf, 5)
    here.gather()
    elsewhere.gather()
    assert shelf.store.outbox.targets()["desk"].waiting == 5
    taken = shelf.store.outbox.take("desk", clock.now(), timedelta(minutes=3), 1)
    assert taken is not None and elsewhere.turn() == 0
    shelf.store.outbox.sent(taken, clock.now())
    assert elsewhere.turn() == 4
    assert there.changes() == ids[1:]


def test_many_at_once_send_each_once_and_in_order(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messengers = [telling(shelf.store, clock, target(there)) for _ in range(4)]
    ids = edits(shelf, 12)
    with ThreadPoolExecutor(4) as pool:
        for _ in range(20):
            list(pool.map(Messenger.turn, messengers))
    assert there.changes() == ids


def test_a_new_target_is_told_of_what_happens_from_then_on(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    edits(shelf, 2)
    telling(shelf.store, clock, target(there)).turn()
    assert there.got == []
    late = edits(shelf, 1, first=3)
    messenger = telling(shelf.store, clock, target(there), replace(target(there), id="later"))
    messenger.turn()
    assert there.changes() == late


def test_switched_off_it_is_told_nothing_and_what_waited_goes_out_when_it_is_on_again(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    waited = edits(shelf, 1)
    telling(shelf.store, clock, target(there))
    waited = edits(shelf, 1, first=2)
    telling(shelf.store, clock, target(there)).gather()
    telling(shelf.store, clock, target(there, enabled=False)).turn()
    edits(shelf, 1, first=3)
    telling(shelf.store, clock, target(there, enabled=False)).turn()
    assert there.got == []
    telling(shelf.store, clock, target(there)).turn()
    assert there.changes() == waited


def test_a_digest_gathers_and_is_the_same_when_it_is_sent_again(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there, digest=timedelta(hours=1)))
    ids = edits(shelf, 3)
    messenger.turn()
    rest(clock, 3599)
    assert messenger.turn() == 0 and there.got == []
    rest(clock, 1)
    there.answers = [(503, {})]
    assert messenger.turn() == 0
    later = edits(shelf, 2, first=4)
    rest(clock, 60)
    assert messenger.turn() == 1
    first, second = there.bodies()
    assert first["id"] == second["id"] and there.changes() == ids * 2
    rest(clock)
    messenger.turn()
    assert there.changes() == ids * 2 + later


def test_quiet_hours_are_kept_by_the_clock_on_the_wall(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    quiet = target(there, quiet=(time(22), time(7)), timezone="Europe/Moscow")
    clock.moment = datetime(2026, 1, 1, 19, 30, tzinfo=UTC)  # half past ten at night in Moscow
    messenger = telling(shelf.store, clock, quiet)
    ids = edits(shelf, 2)
    assert messenger.turn() == 0
    clock.moment = datetime(2026, 1, 2, 3, 59, tzinfo=UTC)
    assert messenger.turn() == 0
    clock.moment = datetime(2026, 1, 2, 4, 0, tzinfo=UTC)
    assert messenger.turn() == 2 and there.changes() == ids


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({"kinds": ("withdrawn",)}, ["withdrawn"]),
        ({"sources": ("other",)}, []),
        ({"sources": ("news",)}, ["edited", "withdrawn", "restored"]),
        ({"classes": ("number", "date")}, ["edited"]),
        ({"declared": ("stealth",)}, []),
        ({"significance": Significance.SUBSTANTIVE}, ["edited", "withdrawn", "restored"]),
        ({"kinds": ("edited",), "classes": ("date",)}, []),
    ],
)
def test_every_filter_must_let_a_change_through(
    shelf: Shelf, there: Hook, clock: HandClock, filters: dict[str, Sequence[str]], expected: list[str]
) -> None:
    messenger = telling(shelf.store, clock, target(there, **filters))
    edits(shelf, 1)
    shelf.write(at(5), withdrawn(shelf.item("a"), at(5)))
    shelf.write(at(6), restored(shelf.item("a"), at(6)))
    messenger.turn()
    assert [body["changes"][0]["kind"] for body in there.bodies()] == expected


LIFE = (
    "Peacekeepers stay.\nThey will not be deployed.",
    "They will not be deployed.\nPeacekeepers stay.",  # moved
    "They will be deployed.\nPeacekeepers stay.",  # not removed
    "They will be deployed.\nThe peacekeepers stay.",  # a word added
    "They will be deployed.\nThe soldiers stay.",  # peacekeepers replaced
    "They will be deployed.\nThe soldiers and peacekeepers stay.",  # and back
)


@pytest.mark.parametrize(
    ("interest", "expected"),
    [
        ({"removed": "peacekeepers"}, [4]),
        ({"removed": '"will not be deployed"'}, [2]),
        ({"removed": "peacekeep* OR not"}, [2, 4]),
        ({"removed": "soldiers"}, []),
        ({"added": "soldiers"}, [4]),
        ({"added": "peacekeepers"}, [5]),
        ({"words": "peacekeepers"}, [4, 5]),
        ({"removed": "not", "added": "soldiers"}, [2, 4]),
    ],
)
def test_a_standing_interest_finds_a_removal_and_nothing_else(
    shelf: Shelf, there: Hook, clock: HandClock, interest: dict[str, str], expected: list[int]
) -> None:
    messenger = telling(shelf.store, clock, target(there, **interest))
    shelf.write(at(0), news("a", LIFE[0], at(0)), news("b", "Peacekeepers, elsewhere.", at(0)))
    made = {shelf.edit("a", text, at(step))[0].id: step for step, text in enumerate(LIFE) if step}
    messenger.turn()
    assert [made[number] for number in there.changes()] == expected


def test_a_withdrawal_takes_all_words_away_and_a_return_brings_them_back(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there, words="peacekeepers"), replace(target(there, removed="ghosts"), id="none"))
    edits(shelf, 1)
    shelf.write(at(5), withdrawn(shelf.item("a"), at(5)))
    shelf.write(at(6), restored(shelf.item("a"), at(6)))
    messenger.turn()
    assert [body["changes"][0]["kind"] for body in there.bodies()] == ["withdrawn", "restored"]


def test_what_cannot_be_sent_for_days_is_given_up_told_and_tried_again_on_demand(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there, give_up_after=timedelta(days=3)))
    ids = edits(shelf, 2)
    there.answers = [(503, {})] * 200
    for _ in range(80):
        messenger.turn()
        rest(clock)
    line = shelf.store.outbox.targets()["desk"]
    assert (line.waiting, line.dead) == (0, 2) and line.error == "http://127.0.0.1: 503 Service Unavailable"
    assert {one.change for one in shelf.store.outbox.dead(10)} == set(ids)
    assert "s3cret" not in repr(shelf.store.outbox.dead(10)) + repr(line)
    there.answers, there.got = [], []
    fresh = edits(shelf, 1, first=3)
    assert shelf.store.outbox.retry("desk", clock.now()) == 2
    messenger.turn()
    assert there.changes() == [*ids, *fresh]


def test_a_message_that_is_refused_for_what_it_says_does_not_hold_up_the_others_for_long(
    shelf: Shelf, there: Hook, clock: HandClock
) -> None:
    messenger = telling(shelf.store, clock, target(there))
    ids = edits(shelf, 2)
    there.answers = [(413, {})] * 5
    for _ in range(6):
        messenger.turn()
        rest(clock, 300)
    assert there.changes() == [ids[0]] * 5 + [ids[1]]
    assert [one.change for one in shelf.store.outbox.dead(10)] == [ids[0]]


def test_410_switches_a_target_off_until_somebody_says_otherwise(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there))
    ids = edits(shelf, 1)
    there.answers = [(410, {})]
    messenger.turn()
    edits(shelf, 1, first=2)
    rest(clock, 1e6)
    assert messenger.turn() == 0 and len(there.got) == 1
    line = shelf.store.outbox.targets()["desk"]
    assert line.off_since is not None and "410 Gone" in line.error
    shelf.store.outbox.retry("desk", clock.now())
    messenger.turn()
    assert there.changes() == [ids[0], ids[0]]  # what happened meanwhile is not told


def test_redirects_are_not_followed_and_a_wish_to_wait_is_heard(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there))
    edits(shelf, 1)
    there.answers = [(302, {"Location": there.url}), (429, {"Retry-After": "600"})]
    messenger.turn()
    assert len(there.got) == 1 and "redirects are not followed" in shelf.store.outbox.targets()["desk"].error
    rest(clock, 60)
    messenger.turn()
    rest(clock, 599)
    assert messenger.turn() == 0
    rest(clock, 1)
    assert messenger.turn() == 1


def test_private_addresses_are_not_told_anything_unless_allowed(there: Hook, clock: HandClock) -> None:
    guarded = FetchSettings(allow_private_hosts=False)
    outcome = send(target(there), Message("m", clock.now(), ()), partial(deliver, settings=guarded, clock=clock))
    assert outcome.fate is Fate.LATER and "on this machine itself" in outcome.words and there.got == []


def test_pauses_grow_to_an_hour() -> None:
    assert [pause_after(failures).total_seconds() for failures in range(4)] == [2, 6, 18, 54]
    assert pause_after(7) == pause_after(10_000) == timedelta(hours=1)


def test_what_was_sent_long_ago_is_forgotten_and_what_waits_is_not(shelf: Shelf, there: Hook, clock: HandClock) -> None:
    messenger = telling(shelf.store, clock, target(there))
    edits(shelf, 3)
    there.answers = [(204, {}), (503, {})]
    messenger.turn()
    shelf.store.outbox.forget(clock.now() + timedelta(days=1))
    assert shelf.store.outbox.targets()["desk"].waiting == 2 and shelf.store.outbox.targets()["desk"].sent == 1
    telling(shelf.store, clock)  # it is configured no more
    shelf.store.outbox.forget(clock.now() + timedelta(days=1))
    assert shelf.store.outbox.targets()["desk"].waiting == 0
