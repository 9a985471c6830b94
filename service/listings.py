"""A source's list, read as far back as it must be: its first part always, more of it while it brings news, all of it now and then."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from . import urls
from .captures import is_wall
from .discover import discover
from .errors import Unreadable
from .excuses import excuse
from .models import Answer, Entry, Failed, Fault, Found, Kind, Missing, NotModified, Plan, Snapshot, Validators

Ask = Callable[[str, Validators], Answer]

# The parts of a sitemap index are no pages of a listing: all belong to the list, up to this many.
_MOST_SITEMAPS = 50
_LOST_AFTER = 3  # failures in a row
_GONE = (404, 410)


@dataclass(frozen=True, slots=True)
class Listed:
    """What a source's list told: its entries, newest page first, or why it told nothing.

    ``unchanged`` where the server or equal bytes say that there is nothing new. ``url`` is where the list really is: a feed that the
    configured page announces, for instance. ``sent`` where the server sent it whole, changed or not. ``torn`` where a further part of it
    could not be had: all is to be read again. ``size`` counts the entries of its first part; ``in_margin`` where they stand
    in what looks like a sidebar: they may be what is left of the page without its list.
    """

    kind: Kind
    url: str
    entries: tuple[Entry, ...] = ()
    validators: Validators = Validators()
    digest: str = ""
    unchanged: bool = False
    sent: bool = False
    torn: bool = False
    fault: Failed | None = None
    warnings: tuple[str, ...] = ()
    title: str = ""
    feeds: tuple[str, ...] = ()
    size: int = 0
    in_margin: bool = False


def read_list(plan: Plan, ask: Ask, unknown: Callable[[Sequence[Entry]], bool]) -> Listed:
    """Read the list of a plan's source.

    ``ask`` fetches an address, ``unknown`` tells whether any of these entries is new to us. Never raises for what the network
    or the page does: ``Listed.fault`` says it in words.
    """
    url, kind = _place(plan)
    listed = _asked(plan, url, kind, ask, unknown)
    if plan.kind is Kind.PAGE and listed.fault is not None and _speaks_of_page(listed.fault):
        return _asked(plan, url, Kind.PAGE, ask, unknown)  # what became of a page that is a source of its own is told of that page
    # what cannot be read says nothing of where the list is
    return listed if listed.fault is None else replace(listed, kind=plan.kind, url=plan.list_url or plan.source.url)


def _speaks_of_page(fault: Failed) -> bool:
    return fault.fault in (Fault.UNREADABLE, Fault.EXCUSE) or fault.status in _GONE


def _asked(plan: Plan, url: str, kind: Kind, ask: Ask, unknown: Callable[[Sequence[Entry]], bool]) -> Listed:
    if kind is Kind.PAGE:
        return Listed(kind, url, (Entry(url=urls.clean(plan.source.url)),))
    answer = ask(url, Validators() if plan.thorough else plan.list_validators)
    match answer:
        case NotModified():
            return Listed(kind, url, unchanged=True, validators=plan.list_validators, digest=plan.list_digest)
        case Failed():
            return Listed(kind, url, fault=answer)
        case Missing():
            words = f"the list is gone: {url} answers {answer.status}"
            return Listed(kind, url, fault=Failed(url, Fault.STATUS, words, answer.fetched_at, answer.status))
        case Snapshot() if answer.digest == plan.list_digest and not plan.thorough:
            return Listed(kind, url, unchanged=True, sent=True, validators=answer.validators, digest=answer.digest)
    return _read(plan, kind, answer, ask, unknown)


def _place(plan: Plan) -> tuple[str, Kind]:
    """Return where the list is, and what.

    A feed that a page announced once, and that fails again and again, is looked for anew; so is what seemed to be a single page, now
    and then: it may have been a page of excuses where a list belongs.
    """
    if plan.source.kind is not Kind.AUTO:
        return plan.list_url or plan.source.url, plan.source.kind
    lost = plan.failures >= _LOST_AFTER and plan.list_url != plan.source.url
    if lost or (plan.kind is Kind.PAGE and plan.thorough):
        return plan.source.url, Kind.AUTO
    return plan.list_url or plan.source.url, plan.kind


def _read(plan: Plan, kind: Kind, snapshot: Snapshot, ask: Ask, unknown: Callable[[Sequence[Entry]], bool]) -> Listed:
    try:
        found = discover(snapshot, plan.source, kind)
        if kind is Kind.AUTO and found.kind is Kind.PAGE:
            snapshot, found = _announced_feed(plan, found.feeds, ask) or (snapshot, _watched_page(plan, snapshot, found))
    except Unreadable as error:
        return Listed(kind, snapshot.url, fault=_fault(snapshot, plan, str(error)))
    entries, warnings, torn = _follow(plan, found, ask, unknown)
    # an index may stay as it is while what it points to changes
    lasting = not torn and not (found.kind is Kind.SITEMAP and found.more)
    return Listed(
        kind=found.kind,
        url=snapshot.url,
        entries=entries,
        validators=snapshot.validators if lasting else Validators(),
        digest=snapshot.digest if lasting else "",
        sent=True,
        torn=torn,
        warnings=(*found.warnings, *warnings),
        title=found.title,
        feeds=found.feeds,
        size=len(found.entries),
        in_margin=found.in_margin,
    )


def _fault(snapshot: Snapshot, plan: Plan, words: str) -> Failed:
    """Return why no list could be read: for what came in its place, where that says so itself."""
    found = excuse(snapshot, plan.source)
    fault = Fault.UNREADABLE if not found else Fault.WALL if is_wall(found) else Fault.EXCUSE
    return Failed(
        snapshot.url, fault, f"{found} stands where a list or a release should be" if found else words, snapshot.fetched_at, snapshot.status
    )


def _watched_page(plan: Plan, snapshot: Snapshot, found: Found) -> Found:
    """Return a page that is a source of its own. Raises ``Unreadable`` where a list used to be, and for a page of excuses."""
    if plan.kind not in (Kind.AUTO, Kind.PAGE):
        raise Unreadable(f"no {plan.kind} is to be found at {snapshot.url} any more")
    if excuse(snapshot, plan.source):
        raise Unreadable("neither a list nor a release")
    return found


def _announced_feed(plan: Plan, feeds: Iterable[str], ask: Ask) -> tuple[Snapshot, Found] | None:
    for feed in feeds:
        answer = ask(feed, Validators())
        if not isinstance(answer, Snapshot):
            continue
        try:
            found = discover(answer, plan.source, Kind.FEED)
        except Unreadable:
            continue
        if found.entries:
            return replace(answer, url=feed), found
    return None


class _Unreachable(Unreadable):
    """A part of a list that may be had another time."""


def _follow(
    plan: Plan, found: Found, ask: Ask, unknown: Callable[[Sequence[Entry]], bool]
) -> tuple[tuple[Entry, ...], tuple[str, ...], bool]:
    """Return the entries of the list and of its further parts, warnings, and whether a part could not be reached.

    A part that repeats what was seen, or cannot be read, ends the list.
    """
    entries = _by_key(found.entries)
    asked, waiting, warnings, torn = {plan.source.url}, list(found.more), [], False
    going_back = found.kind is not Kind.SITEMAP
    parts_left = _most_parts(plan, found.kind)
    fresh = not going_back or _leads_on(plan, found.entries, unknown)
    while waiting and parts_left > 1 and fresh:
        url = waiting.pop(0)
        if url in asked:
            continue
        asked.add(url)
        parts_left -= 1
        try:
            part = _part(plan, found, url, ask)
        except Unreadable as error:
            warnings.append(f"{url}: {error}")
            torn |= isinstance(error, _Unreachable)
            fresh = not going_back
            continue
        news = _by_key(part.entries)
        if going_back:
            fresh = bool(news.keys() - entries.keys()) and _leads_on(plan, part.entries, unknown)
            waiting = list(part.more)
            for key, entry in news.items():
                entries.setdefault(key, entry)
        else:
            waiting += part.more
            entries = {**news, **entries}
    return tuple(entries.values()), tuple(warnings), torn


def _by_key(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {urls.address_key(entry.url): entry for entry in entries}


def _most_parts(plan: Plan, kind: Kind) -> int:
    return max(plan.source.pages, _MOST_SITEMAPS) if kind is Kind.SITEMAP else plan.source.pages


def _leads_on(plan: Plan, entries: Sequence[Entry], unknown: Callable[[Sequence[Entry]], bool]) -> bool:
    """Return whether the part of the list behind these entries is wanted: where all is to be read, or any of them is news."""
    return plan.thorough or not plan.baselined or unknown(entries)


def _part(plan: Plan, first: Found, url: str, ask: Ask) -> Found:
    match ask(url, Validators()):
        case Snapshot() as snapshot:
            return discover(snapshot, plan.source, first.kind, first.links)
        case Failed() as failed:
            raise _Unreachable(failed.words)
        case Missing() as missing:
            raise Unreadable(f"answers {missing.status}")
        case _:
            raise Unreadable("answers 304 to a first question")
