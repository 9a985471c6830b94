"""What the pages say, in every language they speak: the words of the templates, and the sentences the program tells of what it met."""

import ast
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import product
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from jinja2.ext import babel_extract

from service.classes import CLASSES
from service.doors import web
from service.doors.web.app import application
from service.doors.web.manual import CONTEXT as MANUAL
from service.doors.web.manual import operations
from service.doors.web.reworded import CONTEXT
from service.doors.web.tongues import LANGUAGES, tongue
from service.health import Facts, troubles
from service.models import NEAR, ChangeKind, Declared, Incident, IncidentKind, Kind, Significance, State, Vitals
from service.store.health import Health, in_words

from .watching import watch

SERVICE = Path(web.__file__).parents[2]
TEMPLATES = sorted((SERVICE / "doors/web/templates").glob("*.html"))
CODES = {*CLASSES, *ChangeKind, *Significance, *Declared, *IncidentKind, *State, *Kind, NEAR}
OTHERS = [language for language in LANGUAGES if language != "en"]
told = tongue("ru").told


def said() -> Iterator[tuple[str, str]]:
    """Yield the words of ours in all templates, each with its context; of what has a plural, the singular."""
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
    for place in TEMPLATES:
        with place.open("rb") as source:
            for _, function, words, _ in babel_extract(source, keywords, [], {"extensions": "jinja2.ext.i18n"}):
                parts = [words] if isinstance(words, str) else [one for one in words or () if isinstance(one, str)]
                if parts:
                    yield (parts[0], parts[1]) if function == "pgettext" else ("", parts[0])


@pytest.mark.parametrize("language", OTHERS)
def test_everything_is_said_in_every_language(language: str) -> None:
    with (SERVICE / f"doors/web/words/{language}.po").open("rb") as place:
        catalog = read_po(place, locale=language)
    wanted = {*said(), *(("", str(code)) for code in CODES)}
    assert [words for context, words in wanted if (found := catalog.get(words, context or None)) is None or not found.string] == []
    assert tongue(language).word("nobody says this") == "nobody says this"
    unsaid = {message.id if isinstance(message.id, str) else message.id[0] for message in catalog if message.id and not message.context}
    python = "".join(place.read_text() for place in SERVICE.rglob("*.py"))
    assert [words for words in unsaid - {words for _, words in wanted} if f'"{words}"' not in python] == []  # what nobody says any more
    for message in catalog:
        forms = message.string if isinstance(message.string, tuple) else (message.string,)
        ids = message.id if isinstance(message.id, tuple) else (message.id,)
        assert all(holes(form) == holes(words) for form in forms for words in ids if message.id), message.id


def holes(words: object) -> set[str]:
    return set(re.findall(r"\{\w+\}|%\(\w+\)s", str(words)))


def test_what_programs_are_told_of_the_api_is_told_to_their_authors_in_their_language(tmp_path: Path) -> None:
    with watch(tmp_path, "") as begun:
        described = application(begun.house).openapi()
    asked: set[str] = {described["info"]["description"]}
    list(operations(described, lambda words: asked.add(words) or ""))
    missing = [said for words in asked if (said := " ".join(words.split())) and tongue("ru").words.pgettext(MANUAL, said) == said]
    assert missing == [] and len(asked) > 20


def test_there_is_something_to_say() -> None:
    assert len(TEMPLATES) > 5 and len(set(said())) > 50 and len(set(sentences())) > 250


# The rooms whose sentences come to a page: what a pass met, what a change is, how a source is, why a page cannot be had.
SPEAKING = (
    "fetch", "notify", "doors/web", "discover/discovery.py", "discover/feed.py", "discover/jsonfeed.py", "discover/listing.py",
    "discover/sitemap.py", "discover/sniff.py", "extract/medium.py", "extract/page.py", "extract/pdf.py", "extract/pdf_child.py",
    "sift/alone.py", "sift/confirming.py", "sift/company.py", "sift/crowd.py", "kin.py", "classes/summary.py", "captures.py", "markup.py",
    "listings.py", "interest.py", "aftermath.py", "passes.py", "looks.py", "keeping.py", "steps.py", "judging.py", "incidents.py",
    "health.py", "rounds.py", "refresh.py", "query.py", "lock.py", "archive/__init__.py", "store/health.py", "store/telling.py",
    "store/database.py", "store/loading.py", "store/plan.py", "render/telling.py", "render/fragment.py", "render/captures.py",
    "render/learned.py",
)  # fmt: skip
# Those who speak with the same voices, to terminals, logs and programs alone.
SILENT = (
    "doors/cli", "doors/worker.py", "doors/web/api", "doors/web/__init__.py", "doors/web/bounds.py", "doors/web/described.py",
    "doors/web/headers.py", "doors/web/metrics.py", "doors/web/watching.py", "doors/process.py", "archive/foreign.py", "bundle",
    "changelog.py", "engine", "mementos.py", "notebook.py", "probing.py", "signing.py", "stamping.py", "store/auditing.py",
    "store/backup.py", "store/copying.py", "store/dictionaries.py", "store/exporting.py", "store/importing.py", "store/mementos.py",
    "store/migrations",
    "store/schema.py", "store/sqlite_file.py", "errors.py", "timemaps.py", "witness.py", "archive/audit.py",
)  # fmt: skip
VOICES = {"Trouble", "Unreadable", "Unbuilt", "Failed", "HTTPException", "UsageError", "StateError", "Outcome", "Verdict", "Incident"}


def within(place: Path, rooms: tuple[str, ...]) -> bool:
    name = place.relative_to(SERVICE).as_posix()
    return any(name == room or name.startswith(f"{room}/") for room in rooms)


def test_who_speaks_is_known() -> None:
    """A room that begins to speak has to be named above, so that what it says is looked at below."""
    for place in SERVICE.rglob("*.py"):
        voices = {voice for voice in re.findall(r"(?<![\w.])(\w+)\(\w", place.read_text()) if voice in VOICES}
        assert not voices or within(place, SPEAKING + SILENT), f"{place}: {voices}"


SENTENCE = re.compile(r"[a-z\x00'`)][,:;]? [a-z\x00(`]")
HOLE = "\x00"
# What looks like a sentence, and is none: headers, statements, marks of others' errors, what is searched for in pages and files.
NO_SENTENCE = re.compile(
    r"charset=|<|^#!|=> |\bsrc\b|^data: |^id: |csrf|session|Bearer|multipart|gzip, deflate|keep-alive|\bli dt\b|\bpolyline\b"
)
NOT_TOLD = {
    *("database is locked", "not a database", "unable to open", "disk is full", "Connection refused", "failed: No such file"),
    *("system is starting up", "system is shutting down", "password authentication failed", "idle-in-transaction timeout"),
    *("deadlock detected", "terminating connection", "server closed the connection", "too many clients"),  # as databases say it
    *("user agent", "crawl delay", "(not written down)", "db copy", ": nothing new\n\n", "Value error, ", "Something of ours broke"),
    *("one page for several", '\0; datetime="\0"', '\0; datetime="\0"; \0', '\0; type="\0"', '\0; type="\0"; \0'),
    *('title="captured by \0, not by presswatch"', "\0 at \0"),
    *("Chromium \0", "HTTP/\0 \0 \0", "\0 (+\0)", "Accept-Datetime is no date"),
    *("script style textarea title xmp iframe noembed noframes", "area base br col embed hr img input link meta param source track wbr"),
}
# Told at the start, or by a probe in a terminal: no page is there yet.
AT_THE_START = re.compile(
    "not a database presswatch can use|database address cannot be read|needs the extra: pip install 'presswatch.postgres"
)
SOUGHT = ("_NOT_THERE_SAYINGS", "_FILLERS", "_FIGURE", "_SPEAKER")  # what pages say
# What a sentence is put together of, and what comes of it.
PUT_TOGETHER = {
    "\0 release\0": ("well: 1 release", "well: 5 releases", "3 releases, but Ж"),
    "\0, but \0": (),
    "more edit": ("and 1 more edit", "and 2 more edits"),
    "and \0": (),
    "\0 \0": (),
    "\0 \0s": tuple(
        f"2 {thing}s {fate}" for thing in ("paragraph", "sentence", "link", "attachment") for fate in ("added", "removed", "moved")
    ),
    "\0 changed: \0": ("link changed: Ж", "attachment changed: Ж"),
    "\0\0, in \0": ('"Ж" -> "Ы" (number), in paragraph 5', '"Ж" added, in paragraph 5'),
    "title: \0": ('title: "Ж" -> "Ы"', 'title: "Ж" removed'),
    "correction note": ("correction note", "correction note, 2 sentences added, 1 removed, 3 moved"),
    "typography only, in \0": ("typography only, in 1 place", "typography only, in 2 places"),
    "published: \0 -> \0": ("published: no date -> 2026-01-02", "published: 2026-01-02 -> no date"),
    "\0: \0": ("https://x.org/: no connection",),
    "the list names \0 release\0 where it used to name \0": (
        "the list names no releases where it used to name 9", "the list names 1 release where it used to name 9",
    ),
    "not reached\0: \0": ("not reached: no connection", "not reached since 2026-01-02 03:04 UTC: no connection"),
    " since \0 UTC": (),
    "well: \0": (),
    "the pages of the source are made anew: {}no edit of any release": ("the pages of the source are made anew: no edit of any release",),
    "the same words changed on {}releases: no edit of any of them": ("the same words changed on 7 releases: no edit of any of them",),
    "walls stand where releases should be": ("2 walls stand where releases should be, all at once",),
    "releases are missing, in error or out of reach": ("2 releases are missing, in error or out of reach, all at once",),
    "\0 \0, all at once": (),
    "\0 \0\0": ("1 day", "2 days", "1 hour", "2 hours"),
    "no new release for \0; usually one comes every \0": ("no new release for 12 days; usually one comes every day",),
    "'presswatch \0' (process \0)": (
        "the state folder /x is in use by 'presswatch run' (process 7); stop it first, or give this one its own folder with --state",
    ),
    "the database \0 \0": (),
    "And \0 more place\0.": ("And 1 more place.", "And 2 more places."),
    "\0: redirects are not followed, give the address itself": (
        "https://x.org: 301 Moved: redirects are not followed, give the address itself",
    ),
    "needs the notify extra: pip install 'presswatch[notify]'": ("mail:// needs the notify extra: pip install 'presswatch[notify]'",),
    "\0:// \0": (),
    "\0 to a question we did not ask": ("answers 304 Not Modified to a question we did not ask",),
    "\0, not \0": ("came in another language: cyrillic, not latin",),
    "no \0 is to be found at \0 any more": ("no listing is to be found at https://x.org/ any more",),
    "nearly the same text as \0 (\0 % of it)": ("nearly the same text as https://x.org/ (90 % of it)",),
    "the list is gone: \0 answers \0": ("the list is gone: https://x.org/ answers 404",),
    "\0 added": ('"x" added',),
    "\0 removed": ('"x" removed',),
    ", which is never asked": ("on this machine itself (127.0.0.1), which is never asked",),
    "a moment before year 1 or after year 9999": ("since: a moment before year 1 or after year 9999",),
    "a moment is written as 2026-11-21 or 2026-11-21T14:30:00Z": ("since: a moment is written as 2026-11-21 or 2026-11-21T14:30:00Z",),
    "failed \0 time\0 in a row: \0\0": (
        "failed 1 time in a row: connection refused",
        "failed 2 times in a row: connection refused; next try at 10:11:12 UTC",
    ),
    "; next try at \0 UTC": (),
    "off since \0 UTC: \0": ("off since 2026-01-02 03:04 UTC: https://x.org: 410 Gone: it wants no more of them",),
    "header line": ("got more than 65536 bytes when reading header line",),
    "no reason given": ("the database x cannot be used: no reason given",),
    "the page was not built: \0": ("the page was not built: its scripts came to no end within 2 s",),
}  # fmt: skip


@cache
def sentences() -> tuple[str, ...]:
    """Return the sentences in the code of the rooms that speak, with holes where they hold a value."""
    found: list[str] = []
    for place in SERVICE.rglob("*.py"):
        if within(place, SPEAKING) and not within(place, SILENT):
            found += strings(ast.parse(place.read_text()))
    return tuple(dict.fromkeys(words for words in found if is_sentence(words)))


def is_sentence(words: str) -> bool:
    is_ours = words.isascii() and words not in NOT_TOLD and not NO_SENTENCE.search(words) and not AT_THE_START.search(words)
    return is_ours and (words in PUT_TOGETHER or (bool(SENTENCE.search(words)) and bool(re.search("[a-z]{2}", words))))


def strings(node: ast.AST) -> Iterator[str]:
    """Yield the texts of a piece of code, but for what documents it and what is searched for."""
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return
    if isinstance(node, ast.Call) and ast.unparse(node.func) in ("re.compile", "_any"):
        return
    if isinstance(node, ast.keyword) and node.arg == "description":  # of OpenAPI, which is in English
        return
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in SOUGHT:
        return
    if isinstance(node, ast.JoinedStr):
        yield "".join(str(part.value) if isinstance(part, ast.Constant) else HOLE for part in node.values)
    elif isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
        return
    for child in ast.iter_child_nodes(node):
        if not (isinstance(node, ast.JoinedStr) and isinstance(child, ast.Constant)):
            yield from strings(child)


@pytest.mark.parametrize("words", sorted(sentences()))
def test_what_the_program_can_tell_has_a_form_in_every_language(words: str) -> None:
    for sentence in PUT_TOGETHER.get(words, (words,)):
        forms = (put(filled) for filled in fillings(sentence) for put in (told, tongue("ru").word))
        said = sentence.replace(HOLE, "{}")
        assert any(map(is_russian, forms)), f'{said}: msgctxt "{CONTEXT}" of words/ru.po does not know it; if no page tells it: NOT_TOLD'


FILLINGS = ("5", '"Ж"', "https://x.org/", "2026-01-02 03:04", "404 Not Found", "10.0.0.1", "no connection", "x", "Ж")


def fillings(sentence: str) -> Iterator[str]:
    """Yield a sentence with something in each of its holes; what is only added to another has one before it."""
    if sentence.startswith((", ", "; ", ": ", " (")):
        sentence = f"Ж{sentence}" if not sentence.startswith("; ") else sentence[2:]
    *parts, last = sentence.split(HOLE)
    for values in product(FILLINGS if len(parts) < 3 else FILLINGS[:3], repeat=len(parts)):
        filled = "".join(f"{part}{value}" for part, value in zip(parts, values, strict=True)) + last
        yield filled
    if len(parts) < 2:  # some are told of something alone
        yield from (
            f"{whole}{filled}" for filled in (last, f"{parts[0]}x{last}" if parts else last) for whole in ("the database x ", "q: ")
        )


# Names of things that a reader finds under just these: commands, settings, protocols, formats.
QUOTED = (
    r"https?://\S*|--\w+|\[\w+\](?: \w+)?|`[^`]*`|'[^']*'|\"[^\"]*\"|github.com/caronc/apprise|apt-get install chromium|2026\S+|mail://"
)
NAMED = (
    "UTC HTTP HTTPS http https GET JSON Feed PDF HTML CSS RTF SHA presswatch Chromium chromium JavaScript gzip zip robots.txt Apprise "
    "root user namespaces sandbox false true max_memory patience render_without render_hosts render browser selectors.link per_host_delay "
    "urlset sitemapindex allow_private_hosts notify pdf Bearer Authorization PRESSWATCH_WEB__TOKEN Accept Datetime Thu May GMT "
    "peacekeepers x q since Not Found Gone Modified Moved Permanently pip install"
)
NAMES = re.compile(rf"{QUOTED}|\b(?:{'|'.join(map(re.escape, NAMED.split()))})\b")


def is_russian(words: str) -> bool:
    return bool(re.search("[а-яё]", words)) and not re.search("[A-Za-z]", NAMES.sub("", words))


@pytest.mark.parametrize(
    ("number", "release", "edit"),
    [(1, "сообщение", "правка"), (2, "сообщения", "правки"), (5, "сообщений", "правок"), (21, "сообщение", "правка")],
)
def test_numbers_choose_the_form_of_the_words_beside_them(number: int, release: str, edit: str) -> None:
    assert told(f"well: {number} release{'' if number == 1 else 's'}") == f"всё хорошо: {number} {release}"
    assert told(f"and {number} more edit{'' if number == 1 else 's'}") == f"и ещё {number} {edit}"
    assert tongue("ru").words.ngettext("%(num)s new change", "%(num)s new changes", number).endswith(edit)


def test_every_plural_of_the_catalogue_has_all_its_forms_and_keeps_its_numbers() -> None:
    with (SERVICE / "doors/web/words/ru.po").open("rb") as place:
        catalog = read_po(place, locale="ru")
    for message in catalog:
        if isinstance(message.id, tuple):
            assert len(message.string) == 3 and all(message.string), message.id
            for words in message.id if message.context == CONTEXT else ():
                for number in (1, 2, 5, 21):
                    filled = re.sub(r"\{\w+\}", "Ж", words.replace("{n}", str(number)).replace("{m}", "90"))
                    assert str(number) in told(filled), filled


HOUR, NOW = timedelta(hours=1), datetime(2026, 11, 22, 5, tzinfo=UTC)
SICK = Facts(looks=20, walls=9, failed=11, read=20, strays=15, characters=100)
BLOCKED = Incident(IncidentKind.BLOCKED, "b", NOW, NOW, "9 walls stand where releases should be, all at once")


@pytest.mark.parametrize(
    "health",
    [
        Health(False, None, 0, None, "", 0),
        Health(True, None, 0, None, "", 0),
        Health(True, NOW, 0, None, "", 84),
        Health(True, NOW, 0, None, "", 1, troubles(Vitals(body_length=4000.0), SICK, NOW)),
        Health(True, NOW, 0, None, "", 84, troubles(Vitals(body_length=4000.0), SICK, NOW, [BLOCKED])),
        Health(True, NOW, 0, None, "", 84, troubles(Vitals(every=3600.0, news_at=NOW - 24 * 30 * HOUR), Facts(), NOW)),
        Health(True, NOW, 3, NOW, "answers 404 Not Found", 84),
        Health(True, NOW, 3, NOW, "no answer within 2 s", 84),
    ],
)
def test_how_a_source_is_can_be_said_in_every_language(health: Health) -> None:
    assert is_russian(told(in_words(health))), told(in_words(health))
    assert tongue("en").told(in_words(health)) == in_words(health)


@pytest.mark.parametrize(
    ("summary", "russian"),
    [
        ('"15" -> "51" (number), in paragraph 3', '"15" → "51" (число), в абзаце 3'),
        ("""'say "no"; -> go' removed, in paragraph 1; and 2 more edits""", """убрано 'say "no"; -> go', в абзаце 1; и ещё 2 правки"""),
        (
            'title: "a; b" -> "b"; 2 paragraphs added, 1 removed; 1 link moved',
            'заголовок: "a; b" → "b"; добавлены 2 абзаца, убрано: 1; переставлена 1 ссылка',
        ),
        ('"1" -> "2" (date), in paragraph 7; 12 sentences add…', '"1" → "2" (дата), в абзаце 7; …'),
        ('"removed" -> "added", in paragraph 7', '"removed" → "added", в абзаце 7'),
        ("no such host: x.org (3 times in a row)", "нет такого узла: x.org (3 раза подряд)"),
        ("; ".join(["no answer within 2 s"] * 60), "; ".join(["нет ответа за 2 с"] * 60)),
        ("socket.gaierror: what; no answer within 2 s", "socket.gaierror: what; нет ответа за 2 с"),
    ],
)  # fmt: skip
def test_sentences_stand_in_a_row_and_what_a_release_says_stays(summary: str, russian: str) -> None:
    assert told(summary) == russian


@pytest.mark.parametrize(
    "words", ["kind: Input should be 'edited' or 'moved'", "q: String should have at most 1000 characters", "Method Not Allowed"]
)
def test_what_libraries_say_of_a_wrong_address_can_be_said_in_every_language(words: str) -> None:
    assert is_russian(told(words).replace("kind", "").replace(" or ", "")), told(words)


def test_what_is_no_sentence_of_ours_stays_as_it_is() -> None:
    for words in ("something else", "a; b; c", "", "{n} {0} %s %(x)s; {", '"' * 1000, "no answer within 2 s" * 200, "'" + "; " * 900):
        assert told(words) == words
