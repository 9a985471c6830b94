"""The CSTO newsroom as stored crawls caught it: addresses, titles, dates and sidebars of the corpus, on the Bitrix replica.

The two seed releases are read from the corpus when the site is built; the bodies of the others are made up.
"""

import json
import random
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import prose
from .bitrix import BitrixSite, SidebarState
from .bitrix.dress import document, photo
from .releases import Release, Teaser, first_paragraph

ORGANIZATION = replace(
    prose.ENGLISH,
    people=("Alan Berdyev", "Viktor Samoylov", "Aram Danielyan", "Marat Tulegenov", "Rustam Khakimov", "Oleg Vasilenko"),
    places=("Moscow", "Minsk", "Yerevan", "Astana", "Bishkek", "Dushanbe"),
    bodies=("the CSTO Secretariat", "the CSTO Permanent Council", "the CSTO Joint Staff", "the CSTO Crisis Response Center",
            "the CSTO Parliamentary Assembly"),
    subjects=("countering drug trafficking", "peacekeeping", "the Tajik-Afghan border", "information security", "joint trainings"),
    signature=("CSTO press secretary Vladimir Zaynetdinov", "+ 7-495-795-27-10", "E-mail: odkb-pressa@gov.ru"),
)  # fmt: skip

SEED_ONE, SEED_TWO = "000_7898e13220371a45.txt", "002_4a5d19896dbd4fbb.txt"
SEED_TITLES = {
    SEED_ONE: "On June 27, at a meeting in Bishkek",
    SEED_TWO: "Session of the CSTO Collective Security Council September 15, 2015",
}
SEED_ONE_SLUG = "27-iyunya-na-zasedanii-v-bishkeke-komitet-sekretarey-sovetov-bezopasnosti-odkb-obsudil-situatsiyu-v-"
SEED_TWO_SLUG = "session201509"

_DATE = re.compile(r"(\d\d)\.(\d\d)\.(\d{4})")
_SAID_DATE = re.compile(r"(January|February|March|April|May|June|July|August|September|October|November|December) (\d{1,2}),? (\d{4})")
_PHOTO = re.compile(r"^(ZVF_\d+\.JPG)")
_UNREADABLE = "(title beyond the excerpt)"
_FOOTER = re.compile(r"press secretary|spokesman|^\+ 7-|^E-?mail:|^Go back|^Back to|^\* \* \*")


def csto_site(corpus: Path, **switches: Any) -> BitrixSite:
    """Return the newsroom with both seeds and the other pages of the corpus; ``states`` holds the sidebars that crawls caught."""
    folder = corpus / "csto"
    rng = random.Random(27062019)
    one, two = _seed_one(folder), _seed_two(folder)
    others = [_page(row, rng) for row in _rows(folder / "pages.jsonl") if _is_release(row)]
    unique = {release.path: release for release in [*others, one, two]}
    site = BitrixSite(unique.values(), **switches)
    site.world, site.about, site.signature = ORGANIZATION, _about(folder), ORGANIZATION.signature
    seen = _seen_teasers(folder)
    site.states = [_state(row, seen, rng) for row in _rows(folder / "sidebar_states.jsonl")]
    contacts = "".join(f"<p>{line}</p>" for line in site.signature)
    site.static = {
        "/structure/": ("Structure", f"<p>{site.about}</p>"),
        "/institute": ("Partner and observer statuses", f"<p>{site.about}</p>"),
    }
    site.static["/contacts/"] = ("Contacts", contacts)
    return site


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]


def _is_release(row: dict[str, Any]) -> bool:
    """Tell releases from lists, static pages, the sister site, and the seed that has no address."""
    is_page = not re.search(r"LISTING|HOME PAGE|static page", row["title"])
    return bool(row["url"]) and is_page and urlsplit(row["url"]).hostname == "en.odkb-csto.org"


def _page(row: dict[str, Any], rng: random.Random) -> Release:
    """Return a release with the address, title and date of a real page, and a made-up body."""
    parts = urlsplit(row["url"])
    section, _, slug = parts.path.rstrip("/").rpartition("/")
    by_id = re.search(r"ELEMENT_ID=(\d+)", parts.query)
    when = _published(row, rng)
    texts = prose.paragraphs(rng, ORGANIZATION, when)
    title = "The CSTO Ministerial Council met in Yerevan" if row["title"] == _UNREADABLE else row["title"]
    notes = " ".join(row["notes"])
    release = Release(f"{slug}-{by_id[1]}" if by_id else slug, title, when, prose.as_markup(texts), lead=texts[0], section=f"{section}/")
    if by_id:
        release = replace(release, id=int(by_id[1]), section=parts.path, address=f"{parts.path}?{parts.query}")
    if "very short body" in notes:
        release = replace(release, body=prose.as_markup(texts[:1]), with_about=False, signature=())
    release = replace(release, back_links=2 if section.startswith(("/75-letie", "/session")) else 3)
    return _with_oddities(replace(release, date_form=_date_form(row)), notes)


def _with_oddities(release: Release, notes: str) -> Release:
    """Return a release with the photo or document that the crawl of its page showed."""
    if "IMG-20190301-WA0012" in notes:
        return replace(release, body=release.body.replace("<p>", f"<p>{photo('IMG-20190301-WA0012.jpg')}", 1))
    if "DSC_4960" in notes:
        return replace(release, body=release.body.replace("\n<p>", f"\n<p>{photo('DSC_4960.JPG', as_link=True)}", 1))
    if "Cyrillic sentence" in notes:
        return replace(release, body=f"<p>{photo('Встреча в Циндао 9 июня 2018 года.jpg')}</p>\n{release.body}")
    if "Download document" in notes:
        return replace(release, attachments=(document(release.slug, release.body),), with_about=False, signature=())
    return release


def _date_form(row: dict[str, Any]) -> Any:
    alone = any("date stands alone" in note or "Download document" in note for note in row["notes"])
    return "alone" if alone else "glued" if row["date_shown"] else "none"


def _published(row: dict[str, Any], rng: random.Random) -> datetime:
    """Return the date shown, else the one said in the title, else one before the crawl's sidebar."""
    if shown := _DATE.search(row["date_shown"] or ""):
        day, month, year = (int(part) for part in shown.groups())
        return datetime(year, month, day, 9, tzinfo=UTC)
    if said := _SAID_DATE.search(row["title"]):
        return datetime.strptime(" ".join(said.groups()), "%B %d %Y").replace(tzinfo=UTC)
    newest = int((row["sidebar_newest"] or "2021")[:4])
    return datetime(newest, 1, 1, 9, tzinfo=UTC) - timedelta(days=rng.randrange(700))


def _state(row: dict[str, Any], seen: list[str], rng: random.Random) -> SidebarState:
    """Return a sidebar with the teasers as a seed shows them, or starting with the words that the crawl showed and made up from there."""
    newest = datetime.fromisoformat(f"{(row['newest'] or '2020-01-01')}-01"[:10]).replace(tzinfo=UTC)
    teasers = []
    for place, words in enumerate(row["first_words"]):
        when = newest - timedelta(days=2 * place)
        going_on = prose.fill(rng, ORGANIZATION, "with {body} in {place}, where {person} spoke on {subject}. {person2} took part.", when)
        text = next((teaser for teaser in seen if teaser.startswith(words)), f"{words} {going_on}")
        teasers.append(Teaser(text, f"/news/news_odkb/{prose.slug_of(words)}/", when, words))
    return SidebarState(row["id"], tuple(teasers), row["dates_shown"])


def _seen_teasers(folder: Path) -> list[str]:
    """Return the teasers that stand above the titles of the seeds; one of them has two paragraphs."""
    blocks = [block for name, title in SEED_TITLES.items() for block in _all_blocks(folder, name)[: _title_place(folder, name, title)]]
    speech = next(place for place, block in enumerate(blocks) if block.startswith("Allow me to thank"))
    return [*blocks[:speech], "\n\n".join(blocks[speech : speech + 2]), *blocks[speech + 2 :]]


def _all_blocks(folder: Path, name: str) -> list[str]:
    text = (folder / "seeds" / name).read_text(encoding="utf-8")
    return [block.strip() for block in re.split(r"\n\s*\n", text) if block.strip()]


def _title_place(folder: Path, name: str, title_start: str) -> int:
    return next(place for place, block in enumerate(_all_blocks(folder, name)) if block.startswith(title_start))


def _blocks(folder: Path, name: str, start: str = "") -> list[str]:
    """Return the blocks of a seed from its title on, or from the block that starts so."""
    return _all_blocks(folder, name)[_title_place(folder, name, start or SEED_TITLES[name]) :]


def _seed_one(folder: Path) -> Release:
    title, head, *rest = _blocks(folder, SEED_ONE)
    _, _, lead = head.partition("\n")
    end = next(place for place, block in enumerate(rest) if block.startswith("The Collective Security Treaty (CST) was signed"))
    body = "\n".join(f"<p>{_typed(text)}</p>" for text in [lead, *rest[:end]])
    when = datetime(2019, 6, 27, 9, tzinfo=UTC)
    contacts = _signature(rest[end + 1 :])
    return Release(SEED_ONE_SLUG, title, when, body, first_paragraph(body), "/news/news_odkb/", date_form="glued", signature=contacts)


def _seed_two(folder: Path) -> Release:
    title, *rest = _blocks(folder, SEED_TWO)
    end = next(place for place, block in enumerate(rest) if _FOOTER.search(block))
    heading, *texts = rest[:end]
    body = "\n".join([f"<p><b>{_typed(heading)}</b></p>", *(f"<p>{_typed(text)}</p>" for text in texts)])
    return Release(
        SEED_TWO_SLUG, title, datetime(2015, 9, 15, 9, tzinfo=UTC), body, first_paragraph(body.partition("\n")[2]), "/session/2015/",
        date_form="none", with_about=False, signature=_signature(rest[end:]),
    )  # fmt: skip


def _typed(text: str) -> str:
    """Return a paragraph as its editors typed it: photos by name, glued to the next word, and (Photo) as a link."""
    marked = escape(text, quote=False).replace("(Photo)", '(<a href="/multimedia/photo/">Photo</a>)')
    return _PHOTO.sub(lambda found: photo(found[1], as_link=found[1].endswith(("5.JPG", "7.JPG"))), marked)


def _signature(blocks: list[str]) -> tuple[str, ...]:
    return tuple(block for block in blocks if _FOOTER.search(block) and not block.startswith(("Go back", "Back to")))


def _about(folder: Path) -> str:
    blocks = _blocks(folder, SEED_ONE, "The Collective Security Treaty (CST) was signed")
    return escape(blocks[0], quote=False)
