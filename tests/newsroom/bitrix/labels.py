"""The words of the standard Bitrix templates, in English and in Russian."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    news: str
    latest: str
    of: str
    begin: str
    prev: str
    next: str
    end: str
    all: str
    paged: str
    back: tuple[str, ...]
    counter: str
    source: str
    category: str
    related: str
    print: str
    menu: tuple[str, ...]
    missing: str


ENGLISH = Labels(
    news="News",
    latest="Latest news",
    of="of",
    begin="Begin",
    prev="Prev.",
    next="Next",
    end="End",
    all="All",
    paged="Paged",
    back=("Go back", "Back to the section", "Back to the all news"),
    counter="Show counter",
    source="Source",
    category="Section",
    related="Read also",
    print="Print version",
    menu=("Home", "Structure", "Documents", "News", "Contacts"),
    missing="Element not found!",
)

RUSSIAN = Labels(
    news="Новости",
    latest="Последние новости",
    of="из",
    begin="Начало",
    prev="Пред.",
    next="След.",
    end="Конец",
    all="Все",
    paged="По стр.",
    back=("Возврат к списку", "Назад в раздел", "Ко всем новостям"),
    counter="Количество показов",
    source="Источник",
    category="Раздел",
    related="Материалы по теме",
    print="Версия для печати",
    menu=("Главная", "Структура", "Документы", "Новости", "Контакты"),
    missing="Элемент не найден!",
)

BY_LANGUAGE = {"en": ENGLISH, "ru": RUSSIAN}
