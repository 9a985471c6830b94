"""What befalls a release over days, as scripts: each step does something to it and says what an honest observer must report of it.

Between two steps at least a day passes in which the release is looked at. ``LIVES`` names the scripts, the single edits among them.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

from . import prose
from .bitrix import BitrixSite
from .edits import EDITS, Edit
from .releases import Release, visible_text
from .site import Site
from .small import PdfSite
from .wordpress import WordPressSite

EDITED, WITHDRAWN, RESTORED, MOVED = "edited", "withdrawn", "restored", "moved"
DELISTED, DUPLICATE = "delisted", "duplicate"


@dataclass(frozen=True, slots=True)
class Deed:
    """What was done to a release (``id``), and what is to be reported of it.

    ``must``: the kinds of changes that are reported, each once. ``may``: kinds that are no mistake. ``classes``: of which an edit has
    at least one. ``declared``: what is said of the publisher's honesty, where the site shows stamps at all. ``cosmetic``: an edit that must
    not be reported as more.
    """

    kind: str
    id: int
    must: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    classes: frozenset[str] = frozenset()
    declared: str = ""
    cosmetic: bool = False


@dataclass(slots=True)
class Scene:
    """A release on its site, whatever its address becomes."""

    site: Site
    rng: random.Random
    id: int

    @property
    def release(self) -> Release:
        return next(release for release in self.site.releases if release.id == self.id)

    @property
    def slug(self) -> str:
        return self.release.slug

    def apply(self, edit: Edit, *, declared: bool = True) -> bool:
        """Edit the release; False, and nothing done, where a reader would see nothing of it."""
        before = self.release
        after = edit.make(before, self.rng)
        if shown(self.site, before) == shown(self.site, after):
            return False
        self.site.put(after, declared=declared)
        return True

    def number(self, *, declared: bool = True) -> None:
        """Make an edit that any release has room for, and that is never made twice alike."""
        first, mark, rest = self.release.body.partition("</p>")
        said = f"{first} It was attended by {self.rng.randrange(10**6)} people.{mark}{rest}"
        self.site.put(replace(self.release, body=said), declared=declared)


def shown(site: Site, release: Release) -> tuple[object, ...]:
    """Return what the pages of a site show of a release: PDFs no links and no date, some Bitrix pages no date."""
    if isinstance(site, PdfSite):
        return (release.title, visible_text(release.body))
    dated = not isinstance(site, BitrixSite) or release.date_form != "none"
    return (release.title, release.published.date() if dated else None, release.body)


Life = Callable[[Scene], Iterator[Deed]]


def edited(kind: str) -> Life:
    edit = EDITS[kind]

    def life(scene: Scene) -> Iterator[Deed]:
        if not scene.apply(edit):
            return
        if edit.cosmetic:
            yield Deed(kind, scene.id, cosmetic=True)
        else:
            moved_back = edit is EDITS["published date"]  # an honest stamp beside it makes up for nothing
            yield Deed(kind, scene.id, (EDITED,), classes=edit.classes, declared="back-dated" if moved_back else "declared")

    return life


def owned_up(scene: Scene) -> Iterator[Deed]:
    """An edit that the page itself owns up to, in a line of its own."""
    scene.number()
    word = "Обновлено" if scene.site.world is prose.RUSSIAN else "Updated"
    line = f"<p>{word}: {scene.site.now():%d.%m.%Y, %H:%M}</p>"
    scene.site.put(replace(scene.release, body=f"{scene.release.body}\n{line}"))
    yield Deed("updated line", scene.id, (EDITED,), classes=frozenset(["number", "sentence-added"]), declared="declared")


def stealth(scene: Scene) -> Iterator[Deed]:
    scene.number(declared=False)
    yield Deed("stealth edit", scene.id, (EDITED,), declared="stealth")


def back_dated(scene: Scene) -> Iterator[Deed]:
    """An edit, with a stamp of weeks ago; where there was none before, a template may have begun to print it."""
    had_one = scene.release.modified is not None or not isinstance(scene.site, WordPressSite)
    scene.number(declared=True)
    release = scene.release
    assert release.modified is not None
    scene.site.put(replace(release, modified=release.modified - timedelta(days=40)), declared=False)
    yield Deed("back-dated edit", scene.id, (EDITED,), declared="back-dated" if had_one else "stealth")


def stamped(scene: Scene) -> Iterator[Deed]:
    scene.site.touch(scene.slug)
    yield Deed("stamp without an edit", scene.id)


def to_and_fro(scene: Scene) -> Iterator[Deed]:
    """A -> B -> A -> B: three edits."""
    first = scene.release
    scene.number()
    second = scene.release
    yield Deed("A -> B -> A -> B", scene.id, (EDITED,))
    for version in (first, second):
        scene.site.put(version)
        yield Deed("A -> B -> A -> B", scene.id, (EDITED,))


def withdrawn(kind: str, status: int, *, edits: bool = False) -> Life:
    def life(scene: Scene) -> Iterator[Deed]:
        scene.site.withdraw(scene.slug, status)
        yield Deed(f"withdrawn: {kind}", scene.id, (WITHDRAWN,))
        if edits:
            scene.number()
        scene.site.restore(scene.slug)
        yield Deed("restored with an edit", scene.id, (RESTORED, EDITED)) if edits else Deed("restored", scene.id, (RESTORED,))

    return life


def emptied(scene: Scene) -> Iterator[Deed]:
    """The page without its text: whoever takes it for withdrawn is not wrong, nor, where some standing words are left, for edited."""
    before = scene.release
    scene.site.put(replace(before, body=""), declared=False)
    yield Deed("emptied", scene.id, may=(WITHDRAWN, EDITED))
    scene.site.put(before, declared=False)
    yield Deed("emptied", scene.id, may=(RESTORED, EDITED))


def moved(kind: str) -> Life:
    def life(scene: Scene) -> Iterator[Deed]:
        site, slug = scene.site, f"{scene.slug[:60]}-{kind[:3]}{scene.id}"
        if kind == "canonical link":
            site.mirror(scene.slug, slug)
        else:
            site.move(scene.slug, slug, redirect=kind == "301")
        yield Deed(f"moved: {kind}", scene.id, (MOVED,))
        scene.number()
        yield Deed("edited after a move", scene.id, (EDITED,))

    return life


def delisted(scene: Scene) -> Iterator[Deed]:
    """Taken out from among others: of the oldest nobody can tell whether the list is a window that has moved on, nor of those of a day."""
    if sum(one.published.date() < scene.release.published.date() for one in scene.site.listed()) < 4:
        return
    scene.site.delist(scene.slug)
    yield Deed("delisted", scene.id, (DELISTED,))
    scene.number()
    yield Deed("edited after it was delisted", scene.id, (EDITED,))


def duplicated(scene: Scene) -> Iterator[Deed]:
    second = _second(scene, scene.release, "again")
    yield Deed("duplicate", second.id, (DUPLICATE,))


def nearly_duplicated(scene: Scene) -> Iterator[Deed]:
    """A release that differs from another by a sentence: two releases, linked or not."""
    said = prose.fill(scene.rng, scene.site.world, scene.site.world.sentences[0], scene.site.now())
    second = _second(scene, replace(scene.release, body=f"{scene.release.body}\n<p>{said}</p>"), "nearly")
    yield Deed("near-duplicate", second.id, may=(DUPLICATE,))


def _second(scene: Scene, release: Release, word: str) -> Release:
    """Publish a release under a second address."""
    highest = max(one.id for one in scene.site.releases)
    return scene.site.add(replace(release, slug=f"{release.slug[:60]}-{word}", address="", id=highest + 1))


LIVES: dict[str, Life] = {
    **{kind: edited(kind) for kind in EDITS},
    "updated line": owned_up,
    "stealth edit": stealth,
    "back-dated edit": back_dated,
    "stamp without an edit": stamped,
    "A -> B -> A -> B": to_and_fro,
    "withdrawn: 404": withdrawn("404", 404),
    "withdrawn: 410": withdrawn("410", 410, edits=True),
    "withdrawn: error page with 200": withdrawn("error page with 200", 200, edits=True),
    "withdrawn: redirect to the list": withdrawn("redirect to the list", 302),
    "withdrawn: redirect to the front page": withdrawn("redirect to the front page", 301),
    "emptied": emptied,
    "moved: 301": moved("301"),
    "moved: 404 and a new address": moved("404 and a new address"),
    "moved: canonical link": moved("canonical link"),
    "delisted": delisted,
    "duplicate": duplicated,
    "near-duplicate": nearly_duplicated,
}
