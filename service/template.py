"""What is noise on the pages of a source: learned from sibling pages and from looks at one page moments apart.

What several siblings show in one place is chrome; the text of a release stands where what they show is their own. The element that
holds nearly all of that is the root of the body; below it, what siblings share all the same is chrome too. Places count:
a teaser that repeats a release's lead word for word stands elsewhere, and so never eats the lead.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial

from .models import Block, Template
from .text import folded

LEAST_SIBLINGS = 5  # below this, chance would be taken for a rule
MOST_SIBLINGS = 32

_OWN_SHARE = 0.9  # of what siblings do not share, in the root of the body
_SHARED_BY, _LEAST_SHARED = 0.1, 3  # of the siblings, but at least three of them: what the root is sought without
_CHROME_BY = 0.5  # of the siblings: what is chrome even inside the body
_STEADY = 0.9  # of the pages that have an element there carry the class
_SENTENCE = 40  # characters: shorter texts between title and body are dates, bylines and sections
_REMEMBERED = 4_096  # paths: the pages of a source have the same ones
_REGION_SHARE = 0.7  # of a region's text that siblings share
_NO_ROOTS = frozenset("p li dt dd td th tr h1 h2 h3 h4 h5 h6 pre blockquote figcaption caption".split())  # they hold one block of a text
_MENU = "=nav"  # what links to other pages: no words of a release, wherever it stands
_EMPTY = Template()


def learn(pages: Sequence[Sequence[Block]], known: Template = _EMPTY) -> Template:
    """Return the template of sibling pages, each given as all its blocks; ``known`` where they teach nothing.

    Of more than ``MOST_SIBLINGS`` pages the first are used; fewer than ``LEAST_SIBLINGS`` teach nothing. What was known to be
    volatile stays known.
    """
    pages = [page for page in pages[:MOST_SIBLINGS] if page]
    if len(pages) < LEAST_SIBLINGS:
        return known
    steady = _steady_classes(pages)
    survey = _Survey([[(_steadied(block.path, steady), folded(block.text)) for block in page] for page in pages])
    root = survey.root()
    if not root:
        return known
    return replace(
        known,
        version=known.version + 1,
        root=root,
        regions=survey.regions(root),
        chrome=survey.chrome(root),
        leads=survey.leads(root),
    )


def with_boilerplate(template: Template, pages: Sequence[Sequence[Block]]) -> Template:
    """Return the template with what most of these texts of releases show as well, each given as the blocks of its body.

    It is meant for the day when the words that all pages share are other ones.
    """
    shown = Counter(block for page in pages for block in {(_tags(block.path), folded(block.text)) for block in page})
    shared = frozenset(block for block, count in shown.items() if count >= max(_LEAST_SHARED, _CHROME_BY * len(pages)))
    if shared <= template.chrome:
        return template
    return replace(template, version=template.version + 1, chrome=template.chrome | shared)


def body_places(blocks: Sequence[Block], template: Template) -> list[int]:
    """Return which of a page's blocks are its release's text, by their positions; none where the page is not of this template.

    A page whose outermost elements alone are others, and name no class (a ``<main>`` put around everything), is of it all the same.
    """
    if not template.root:
        return []
    paths = [block.path for block in blocks]
    return _places(blocks, paths, template) or _places(blocks, [_unwrapped(path) for path in paths], _bared(template))


def _places(blocks: Sequence[Block], paths: Sequence[str], template: Template) -> list[int]:
    holds, shared = _judge_of(template), _chrome_tags(template.chrome)
    return [
        place
        for place, (path, block) in enumerate(zip(paths, blocks, strict=True))
        if holds(path) and not ((tags := _tags(path)) in shared and (tags, folded(block.text)) in template.chrome)
    ]


@lru_cache(16)
def _judge_of(template: Template) -> Callable[[str], bool]:
    """Return ``_holds`` of one template, which remembers its paths: a template takes longer to look up than to ask."""
    return lru_cache(_REMEMBERED)(partial(_holds, template))


def _holds(template: Template, path: str) -> bool:
    """Return whether what stands at a path is the release's own, unless it is chrome word by word."""
    parts = _parts(path)
    roots = (_parts(path) for path in (template.root, *template.leads) if path)
    depth = max((len(root) for root in roots if _is_below(parts, root)), default=0)
    is_menu = any(_MENU in part for part in parts[depth:])
    return depth > 0 and not is_menu and not any(_is_below(parts, _parts(region)) for region in template.regions)


@lru_cache(16)
def _chrome_tags(chrome: frozenset[tuple[str, str]]) -> frozenset[str]:
    """Return the paths in tags at which any chrome stands."""
    return frozenset(tags for tags, _ in chrome)


def _bared(template: Template) -> Template:
    """Return the template with its outermost elements taken away, as far as they name no class; an empty one where none or all do."""
    root = _unwrapped(template.root)
    depth = template.root.count("/") - root.count("/")
    if not root or "/" not in root:
        return _EMPTY
    return replace(
        template,
        root=root,
        leads=frozenset(_unwrapped(path) for path in template.leads),
        regions=frozenset(_unwrapped(path) for path in template.regions),
        chrome=frozenset((tags.split("/", depth)[depth], text) for tags, text in template.chrome),
    )


def _unwrapped(path: str) -> str:
    """Return a path from its first element with a class on; empty where none has one."""
    parts = path.split("/")
    named = next((place for place, part in enumerate(parts) if "." in part), len(parts))
    return "/".join(parts[named:])


@dataclass
class _Weight:
    """How much text siblings show below one path, in characters: all of it, what several share, and on how many pages."""

    all: int = 0
    shared: int = 0
    pages: int = 0

    @property
    def own(self) -> int:
        return self.all - self.shared


class _Survey:
    """Sibling pages weighed: what stands below each path, and how much of it is shared."""

    def __init__(self, pages: Sequence[Sequence[tuple[str, str]]]) -> None:
        self.pages = pages
        self.count = len(pages)
        self.shown_by = Counter(block for page in pages for block in set(page))
        self.weights: dict[str, _Weight] = {}
        for page in pages:
            touched = set()
            for path, text in page:
                shared = self.is_shared(path, text)
                for above in _prefixes(path):
                    weight = self.weights.setdefault(above, _Weight())
                    weight.all += len(text)
                    weight.shared += len(text) if shared else 0
                    touched.add(above)
            for above in touched:
                self.weights[above].pages += 1

    def is_shared(self, path: str, text: str) -> bool:
        """Return whether several siblings show this text in this place, or it stands in a menu."""
        return "/nav/" in f"/{_tags(path)}/" or self.shown_by[path, text] >= max(_LEAST_SHARED, round(_SHARED_BY * self.count))

    def root(self) -> str:
        """Return the deepest path that holds nearly all that is not shared; empty where there is none."""
        children: dict[str, list[str]] = {}
        for path in self.weights:
            children.setdefault(path.rpartition("/")[0], []).append(path)
        needed = _OWN_SHARE * sum(self.weights[path].own for path in children.get("", ()))
        root = ""
        while True:
            inner = [path for path in children.get(root, ()) if _tags(path).rpartition("/")[2] not in _NO_ROOTS]
            best = max(inner, key=lambda path: self.weights[path].own, default="")
            if not best or not needed or self.weights[best].own < needed:
                return root
            root = best

    def leads(self, root: str) -> frozenset[str]:
        """Return the paths that most siblings have between the title and the root, with sentences of their own."""
        lengths: dict[str, list[int]] = {}
        for page in self.pages:
            own: dict[str, int] = {}
            for path, text in _between_title_and(page, root):
                if not self.is_shared(path, text):
                    own[path] = own.get(path, 0) + len(text)
            for path, length in own.items():
                lengths.setdefault(path, []).append(length)
        return frozenset(
            path for path, found in lengths.items() if len(found) >= _CHROME_BY * self.count and sum(found) >= _SENTENCE * len(found)
        )

    def regions(self, root: str) -> frozenset[str]:
        """Return the outermost paths below the root that most siblings have, and that hold little but what is shared."""
        found = {
            path
            for path, weight in self.weights.items()
            if path.startswith(f"{root}/")
            and weight.all
            and weight.pages >= _CHROME_BY * self.count
            and weight.shared >= _REGION_SHARE * weight.all
        }
        return frozenset(path for path in found if not any(above in found for above in _prefixes(path)[:-1]))

    def chrome(self, root: str) -> frozenset[tuple[str, str]]:
        """Return the blocks below the root that at least half of the siblings show."""
        return frozenset(
            (_tags(path), text)
            for (path, text), pages in self.shown_by.items()
            if pages >= _CHROME_BY * self.count and (path == root or path.startswith(f"{root}/"))
        )


def _between_title_and(page: Sequence[tuple[str, str]], root: str) -> Iterable[tuple[str, str]]:
    """Return the blocks of a page after its first h1 and before its root; none where they do not stand in this order."""
    title = next((place for place, (path, _) in enumerate(page) if _tags(path).endswith("h1")), None)
    start = next((place for place, (path, _) in enumerate(page) if path == root or path.startswith(f"{root}/")), None)
    return page[title + 1 : start] if title is not None and start is not None else ()


_Steady = frozenset[tuple[str, str]]


def _steady_classes(pages: Sequence[Sequence[Block]]) -> _Steady:
    """Return (path in tags, class) for the classes that nearly all pages have there, if they have that place at all.

    The others name one page (``post-123``) or one sort of pages (``press-release``).
    """
    places: Counter[str] = Counter()
    used: Counter[tuple[str, str]] = Counter()
    for page in pages:
        here: set[tuple[str, str]] = set()
        for path in {block.path for block in page}:
            tags = ""
            for tag, *names in (part.split(".") for part in path.split("/")):
                tags = f"{tags}/{tag}" if tags else tag
                here.add((tags, ""))
                here.update((tags, name) for name in names)
        places.update(tags for tags, name in here if not name)
        used.update(pair for pair in here if pair[1])
    return frozenset(pair for pair, count in used.items() if count >= _STEADY * places[pair[0]])


def _steadied(path: str, steady: _Steady) -> str:
    tags, kept = "", []
    for tag, *names in (part.split(".") for part in path.split("/")):
        tags = f"{tags}/{tag}" if tags else tag
        kept.append(".".join([tag, *(name for name in names if (tags, name) in steady)]))
    return "/".join(kept)


@lru_cache(_REMEMBERED)
def _tags(path: str) -> str:
    return "/".join(part.split(".")[0] for part in path.split("/"))


def _prefixes(path: str) -> list[str]:
    """Return the path's ancestors from the outermost, and the path itself."""
    parts = path.split("/")
    return ["/".join(parts[: depth + 1]) for depth in range(len(parts))]


@lru_cache(_REMEMBERED)
def _parts(path: str) -> tuple[frozenset[str], ...]:
    """Return each part of a path as the set of ``=tag`` and its classes."""
    return tuple(frozenset([f"={tag}", *names]) for tag, *names in (part.split(".") for part in path.split("/")))


def _is_below(path: Sequence[frozenset[str]], above: Sequence[frozenset[str]]) -> bool:
    """Return whether a path leads through another, which may name fewer classes."""
    return len(path) >= len(above) and all(few <= many for few, many in zip(above, path, strict=False))
