"""Made-up releases: believable, different from each other, and the same for the same seed."""

import random
import re
from dataclasses import dataclass
from datetime import datetime
from html import escape

from .releases import Release

SLUG_LENGTH = 100  # where Bitrix cuts a transliterated title, even in the middle of a word or after a hyphen

_LETTERS = dict(zip("абвгдеёзийклмнопрстуфыэ", "abvgdeeziyklmnoprstufye", strict=True))
_LETTERS |= {"ж": "zh", "х": "kh", "ц": "ts", "ч": "ch", "ш": "sh", "щ": "shch", "ъ": "", "ь": "", "ю": "yu", "я": "ya"}


@dataclass(frozen=True, slots=True)
class World:
    """A place where news happens: who, where and what, and the sentences that put them together."""

    people: tuple[str, ...]
    places: tuple[str, ...]
    bodies: tuple[str, ...]
    subjects: tuple[str, ...]
    months: tuple[str, ...]
    titles: tuple[str, ...]
    leads: tuple[str, ...]
    sentences: tuple[str, ...]
    about: str
    signature: tuple[str, ...]


ENGLISH = World(
    people=("Marta Lindqvist", "Anton Reval", "Dariya Osk", "Jonas Feld", "Ilse Varga", "Timur Halden", "Petra Nowak", "Samir Aldan"),
    places=("Norhaven", "Estmark", "Valdis", "Kirholm", "Lake Orun", "Sarnen Pass", "Port Ilya"),
    bodies=(
        "the Council of Ministers",
        "the Permanent Secretariat",
        "the Working Group on Border Rivers",
        "the Joint Rescue Centre",
        "the Committee of Observers",
        "the Parliamentary Assembly",
    ),
    subjects=(
        "flood warning",
        "the exchange of customs data",
        "mountain rescue",
        "the joint exercise Blue Ridge",
        "election observation",
        "the safety of rail crossings",
        "the fight against illegal trade in medicines",
        "water allocation",
    ),
    months=("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"),
    titles=(
        "{Body} discussed {subject} in {place}",
        "{person} opened a meeting on {subject} in {place}",
        "Statement by {person} on {subject}",
        "{Body} agreed a plan on {subject} for {year}",
        "{person} received a delegation in {place}",
        "Results of the consultations on {subject} were summed up in {place}",
    ),
    leads=(
        "On {day} {month} {year}, {body} met in {place} under the chairmanship of {person} to discuss {subject}.",
        "In {month} {year}, {place} hosted consultations of {body} on {subject}, which ended on {day} {month}.",
        "On {month} {day}, {year}, {person} informed the press in {place} about {subject}.",
    ),
    sentences=(
        "The meeting was attended by {low} delegations and {number} experts from {place} and {place2}.",
        "“We have come a long way on {subject}, and {number} people now work on it every day,” {person} said.",
        "{person} recalled that {body} had adopted {low} decisions on {subject} since {past}.",
        "The participants took note of the report on {subject} and instructed {body} to present its results by {day} {month2}.",
        "According to {person}, the costs of the programme fell by {low} percent compared with {past}.",
        "It was noted that the agreement on {subject} does not touch the rights of third parties.",
        '"The document defines who does what within {day} hours of an alarm," {person} explained.',
        "A total of {number} checks were carried out in {place}, {low} of them at night.",
        "The next session of {body} will be held on {day} {month2} in {place2}.",
        "{person} thanked {person2} for the preparation of the meeting and wished the team in {place2} success.",
        "In the course of the discussion {low} proposals were made on {subject}, of which {person2} supported the first.",
        "The sides agreed to extend the protocol of {past} for a further {low} years.",
    ),
    about="The Lakeland Treaty was signed on March 3, 1994 in Norhaven. On October 9, 2003 the parties decided to turn it into an "
    "organization of six states with a Council, a Secretariat and a Parliamentary Assembly.",
    signature=("Lakeland press secretary Jonas Feld", "+ 7-000-795-27-10", "+ 7-000-621-33-23-tel / fax", "Email: press@lakeland.example"),
)

RUSSIAN = World(
    people=("Анна Ветрова", "Сергей Полянский", "Гульнара Ахметова", "Давид Саркисян", "Игорь Зимин", "Ольга Лебедева"),
    places=("Северогорске", "Озёрске", "Приморье", "Белых Камнях", "Нижнем Порту"),
    bodies=("Совет министров", "Секретариат", "Комитет наблюдателей", "Объединённый штаб", "Рабочая группа"),
    subjects=("охраны границы", "борьбы с паводками", "обмена данными", "совместных учений", "подготовки кадров"),
    months=("января", "февраля", "марта", "апреля", "мая", "июня", "июля", "августа", "сентября", "октября", "ноября", "декабря"),
    titles=("{Body} обсудил вопросы {subject} в {place}", "Заявление о ходе {subject}: {person}",
            "О мерах в области {subject} на {year} год"),
    leads=("{day} {month} {year} года в {place} под председательством {person} состоялось заседание по вопросам {subject}.",),
    sentences=(
        "В заседании участвовали {low} делегаций и {number} экспертов.",
        "«За год в области {subject} сделано больше, чем за всё время с {past} года», — отметила {person}.",
        "{Body} принял {low} решений по вопросам {subject}.",
        "Проведено {number} проверок, из них {low} — ночью.",
        "Следующая встреча пройдёт {day} {month2} в {place2}.",
        "Документ не затрагивает прав третьих сторон, подчеркнул {person2}.",
    ),
    about="Договор об озёрном сотрудничестве подписан 3 марта 1994 года. Устав Организации вступил в силу 18 сентября 2003 года.",
    signature=("Пресс-секретарь Игорь Зимин", "тел.: + 7-000-795-27-10", "E-mail: pressa@ozero.example"),
)  # fmt: skip


def fill(rng: random.Random, world: World, pattern: str, when: datetime) -> str:
    """Return a pattern with its blanks filled; the moment gives the day, the month and the year."""
    place, place2 = rng.sample(world.places, 2)
    person, person2 = rng.sample(world.people, 2)
    body = rng.choice(world.bodies)
    return pattern.format(
        place=place, place2=place2, person=person, person2=person2, body=body, Body=body[0].upper() + body[1:],
        subject=rng.choice(world.subjects), day=when.day, low=rng.randint(2, 19), number=f"{rng.randint(20, 4000):,}",
        month=world.months[when.month - 1], month2=rng.choice(world.months), year=when.year, past=rng.randint(1996, when.year - 1),
    )  # fmt: skip


def paragraphs(rng: random.Random, world: World, when: datetime, least: int = 3, most: int = 7) -> list[str]:
    """Return plain paragraphs: a lead, then one to three sentences each."""
    counts = [rng.randint(1, 3) for _ in range(rng.randint(least, most))]
    patterns = [" ".join(rng.sample(world.sentences, count)) for count in counts]
    return [fill(rng, world, pattern, when) for pattern in (rng.choice(world.leads), *patterns)]


def as_markup(texts: list[str]) -> str:
    return "\n".join(f"<p>{escape(text, quote=False)}</p>" for text in texts)


def slug_of(title: str, separator: str = "-") -> str:
    """Return a title as Bitrix transliterates it: lower case, cut at exactly 100 characters."""
    latin = "".join(_LETTERS.get(letter, letter) for letter in title.lower())
    return re.sub(r"[^a-z0-9]+", separator, latin).strip(separator)[:SLUG_LENGTH]


def release(rng: random.Random, world: World, number: int, when: datetime, taken: frozenset[str] = frozenset()) -> Release:
    """Return a made-up release; a slug that is taken gets a number."""
    title = fill(rng, world, rng.choice(world.titles), when)
    texts = paragraphs(rng, world, when)
    slug = slug_of(title)
    slug = f"{slug[: SLUG_LENGTH - 5]}-{number}" if slug in taken else slug
    return Release(slug, title, when, as_markup(texts), lead=texts[0], id=number)
