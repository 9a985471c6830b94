"""The hunks of what is not body: title, date of publication, links, attachments."""

from collections import defaultdict

from service.models import Hunk, HunkKind, Link, Op, Reading, Run
from service.text import folded
from service.urls import address_key

from .runs import runs
from .sequences import Budget


def title_hunks(before: Reading, after: Reading, budget: Budget) -> list[Hunk]:
    """Return the change of the title, word by word."""
    return _text_hunk("title", before.title, after.title, runs(before.title, after.title, budget))


def published_hunks(before: Reading, after: Reading) -> list[Hunk]:
    """Return the change of the publisher's date, as stamps."""
    old, new = before.published or "", after.published or ""
    return _text_hunk("published", old, new, _swapped(old, new))


def link_hunks(before: Reading, after: Reading) -> list[Hunk]:
    """Return links that came or went; one that kept its words and changed its address is one edit."""
    return _list_hunks("links", _absent(before.links, after.links), _absent(after.links, before.links))


def attachment_hunks(before: Reading, after: Reading, budget: Budget) -> list[Hunk]:
    """Return attachments that came, went, or are described in other words (their size, say)."""
    known = {_key(link): link for link in before.attachments}
    renamed = []
    for link in after.attachments:
        old = known.get(_key(link))
        if old and folded(old.text) != folded(link.text):
            renamed.append(Hunk("attachments", HunkKind.EDITED, runs(_shown(old), _shown(link), budget)))
    gone, come = _absent(before.attachments, after.attachments), _absent(after.attachments, before.attachments)
    return renamed + _list_hunks("attachments", gone, come)


def _text_hunk(field: str, old: str, new: str, found: tuple[Run, ...]) -> list[Hunk]:
    if old == new:
        return []
    kind = HunkKind.EDITED if old and new else HunkKind.ADDED if new else HunkKind.REMOVED
    return [Hunk(field, kind, found)]


def _swapped(old: str, new: str) -> tuple[Run, ...]:
    return tuple(Run(op, text) for op, text in ((Op.REMOVED, old), (Op.ADDED, new)) if text)


def _absent(links: tuple[Link, ...], others: tuple[Link, ...]) -> list[Link]:
    """Return the links whose address the others do not have, each address once, in their order."""
    there = {_key(link) for link in others}
    return list({_key(link): link for link in reversed(links) if _key(link) not in there}.values())[::-1]


def _list_hunks(field: str, gone: list[Link], come: list[Link]) -> list[Hunk]:
    by_words: dict[str, list[Link]] = defaultdict(list)
    for link in reversed(gone):
        by_words[folded(link.text)].append(link)
    hunks: list[Hunk] = []
    kept: set[str] = set()
    for link in come:
        same_words = by_words[folded(link.text)] if link.text else []
        if same_words:
            old = same_words.pop()
            kept.add(old.url)
            hunks.append(Hunk(field, HunkKind.EDITED, _readdressed(old, link)))
        else:
            hunks.append(Hunk(field, HunkKind.ADDED, (Run(Op.ADDED, _shown(link)),)))
    return hunks + [Hunk(field, HunkKind.REMOVED, (Run(Op.REMOVED, _shown(link)),)) for link in gone if link.url not in kept]


def _readdressed(old: Link, new: Link) -> tuple[Run, ...]:
    if old.text != new.text:
        return _swapped(_shown(old), _shown(new))
    return (Run(Op.SAME, f"{new.text} <"), Run(Op.REMOVED, old.url), Run(Op.ADDED, new.url), Run(Op.SAME, ">"))


def _shown(link: Link) -> str:
    return f"{link.text} <{link.url}>" if link.text else link.url


def _key(link: Link) -> str:
    try:
        return address_key(link.url)
    except ValueError:
        return link.url  # mailto and the like
