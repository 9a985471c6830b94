"""The words that carry meaning beyond their letters, in English and Russian first; matched on folded, lower-case text."""

import re
from functools import cache

_MONTHS = (
    r"jan(?:uary)?|feb(?:ruary)?|march|mar|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|январ[яьеюём]+|феврал[яьеюём]+|март(?:а|е|у|ом)?|апрел[яьеюём]+|ма[йяею]|маем|июн[яьеюём]+|июл[яьеюём]+|август(?:а|е|у|ом)?"
    r"|(?:сент|окт|но|дек)ябр[яьеюём]+"
    r"|januar|februar|märz|mai|juni|juli|oktober|dezember|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    r"|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    r"|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
)
_WEEKDAYS = (
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)day|понедельник\w*|вторник\w*|сред[уыае]|четверг\w*|пятниц\w+|суббот\w+|воскресень\w+"
    r"|today|tomorrow|yesterday|tonight|сегодня|завтра|вчера"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?\.?"
_DAYS = rf"{_DAY}(?:\s*(?:-|,|to|and|or|&|и|по|bis|et|y|e)\s*{_DAY}){{0,4}}"
_YEAR = r"(?:1[89]|20)\d\d"
_D, _M = r"(?:0?[1-9]|[12]\d|3[01])", r"(?:0?[1-9]|1[0-2])"
_HOUR = r"(?:[01]\d|2[0-4])\.[0-5]\d"

DATE = re.compile(
    rf"\b{_DAYS}\s+(?:of\s+|de\s+)?(?:{_MONTHS})\b\.?(?:,?\s+(?:de\s+)?{_YEAR}\b)?"
    rf"|\b(?:{_MONTHS})\b\.?\s+{_DAYS}(?:,?\s+{_YEAR}\b)?(?![\w%])"
    rf"|\b(?:{_MONTHS})\b\.?,?\s+(?:de\s+)?{_YEAR}\b"
    rf"|(?<![\w.,/-])(?:{_D}[./-]{_M}|{_M}[./-]{_D})[./-](?:\d{{4}}|\d\d)\b(?![./-]\d)"
    r"|\b\d{4}-\d\d(?:-\d\d)?\b(?![-\d])"
    r"|\b(?:\d{1,2}(?:[:.]\d\d)?\s?(?:-|to|until|till|and)\s?)?\d{1,2}(?:[:.]\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.)(?!\w)|\b(?:[01]?\d|2[0-4])[:h][0-5]\d\b|\b(?:noon|midnight)\b"
    rf"|(?<![\w.,£$€-]){_HOUR}\s?(?:-|to|until|till|bis|до)\s?{_HOUR}\b(?!\s?(?:%|[£$€₽]|m|bn|k|per|руб|млн|млрд|тыс))"
    rf"|\bfy\s?\d\d(?:/\d\d)?\b|(?<![\w.,£$€/-]){_YEAR}(?:[/-]\d\d(?:\d\d)?|s)?(?![\w%/-]|[.,:]\d)"
    rf"|\b(?:{_WEEKDAYS})\b"
    rf"|\b(?!may\b|march\b|mar\b|mai\b|mars\b|sept?\b|dec\b|jan\b|ма[йяею]\b)(?:{_MONTHS})\b"
)
MONTH = re.compile(rf"(?:{_MONTHS})")

NUMBER = re.compile(
    r"(?<![\w.,])(?<!(?-i:[A-ZА-Я])-)((?:(?<![\w)/-])-(?=[£$€]?\d))?[£$€]?(?:\d{1,3}(?: \d{3})+(?!\d)|\d+(?:[.,:/]\d+){0,8}))"
    r"(?:(bn|mn|tn|m|k|km|kg|cm|mm|g|kb|mb|gb|x|p)\b|(?:st|nd|rd|th|er|s|pm|am)\b|(?![^\W\d_]))",
    re.IGNORECASE,
)
_COUNTS = {
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40", "fifty": "50", "sixty": "60", "seventy": "70",
    "eighty": "80", "ninety": "90", "hundred": "100", "thousand": "10^3", "million": "10^6", "billion": "10^9", "trillion": "10^12",
    "два": "2", "две": "2", "двух": "2", "три": "3", "трех": "3", "трёх": "3", "четыре": "4", "четырех": "4", "четырёх": "4",
    "пять": "5", "пяти": "5", "шесть": "6", "шести": "6", "семь": "7", "семи": "7", "восемь": "8", "восьми": "8", "девять": "9",
    "девяти": "9", "десять": "10", "десяти": "10", "сто": "100", "двадцать": "20", "тридцать": "30", "сорок": "40",
    "%": "%", "percent": "%", "cent": "%", "процент": "%", "процента": "%", "процентов": "%",
}  # fmt: skip
_SCALES = re.compile(r"(?:(тысяч)|(миллион|млн)|(миллиард|млрд))\w*")
_SIZE = r"\d+(?:[.,]\d+)?\s?(?:[kmg]b|bytes|[кмг]б|байт)\b"
_LENGTH = r"\d+\s(?:pages?|slides?|pgs|стр\w*)\b"
SIZE = re.compile(rf"{_SIZE}|{_LENGTH}")
FILE = re.compile(
    rf"[\s(),;-]*(?:(?:{_SIZE}|{_LENGTH}|(?:pdf|html|od[tsp]|docx?|xlsx?|pptx?|csv|zip|powerpoint|ms word)\b)[\s(),;-]*){{1,6}}"
)

_NEGATIONS = {
    "en": r"not|no|never|none|nobody|nothing|neither|nor|without|cannot|unable|refus(?:e|es|ed|al)|\w+n't",
    "de": r"nicht|kein\w*|nie|niemals|ohne|weder|nichts",
    "fr": r"ne|n'\w+|pas|jamais|sans|aucune?|ni|rien",
    "es": r"no|nunca|sin|jamás|ni|ning[uú]n\w*|nada",
    "it": r"non|mai|senza|né|nessun\w*",
    "pt": r"não|nunca|sem|nem|nenhum\w*",
    "nl": r"niet|geen|nooit|zonder",
    "pl": r"nie|bez|nigdy|żad\w+",
    "uk": r"не|ні|без|немає|ніколи",
    "sv": r"inte|ej|aldrig|utan|ingen",
}
_NEGATIONS_RU = r"не|нет|ни|никогда|никто|ничего|без|нельзя|невозможно|никак\w*|отсутств\w+"
_NEGATIONS_AR = r"لا|لم|لن|ليس|غير"
NEGATING_PREFIXES = ("un", "in", "im", "il", "ir", "dis", "non", "non-", "mis", "de", "не", "без", "бес")

MODAL = re.compile(
    r"\b(?:may|might|must|should|shall|can|could|will|would|ought|required?|requires|requiring|mandatory|compulsory|optional|allow\w*|permit\w*"
    r"|forb[ia]d\w*|prohibit\w*|bann?(?:ed|ing|s)?|oblige[ds]?|obliged|perhaps|possibl[ey]|probabl[ey]|likely|unlikely|alleged\w*|reportedly"
    r"|мог|могут|могла|могли|может|можно|можем|долж(?:ен|на|но|ны)|обязан\w*|следует|необходимо|нельзя|вправе|разреш\w+|запре[щт]\w*"
    r"|допуск\w+|требу\w+|вероятно|возможно|якобы|предположительно"
    r"|kann|können|muss|müssen|soll|sollen|darf|dürfen|könnte|sollte|peut|peuvent|doit|doivent|pourrait|puede|pueden|debe|deben)\b"
)
SPEECH = re.compile(
    r"\b(?:said|says|told|added|stated|claim(?:s|ed)|announced|according to|reported|confirmed|denied|explained|stressed|emphasi[sz]ed"
    r"|сказал\w*|заяв(?:ил\w*|ляет|ляют)|сообщ(?:ил\w*|ает|ают)|отмет(?:ил\w*|ает)|подчеркн\w+|добавил\w*|по словам|согласно|объявил\w*"
    r"|sagte|erklärte|laut|a déclaré|selon|dijo|según|ha detto|secondo)\b"
)
NOTE = re.compile(
    r"^\W*(?:correction|corrected|clarification|erratum|editor'?s'? note|update(?:d)?(?: on)?\s*[:(\d]"
    r"|исправлен\w*|уточнени[ея]|поправка|обновлен\w*|корректур\w*|опечатка|berichtigung|korrektur|rectificatif|correctif|corrección|"
    r"rettifica|correção|sprostowanie|rettelse|rättelse)\b"
    r"|\b(?:an earlier version of th|a previous version of th|(?:has|have) been (?:amended|corrected|updated) (?:to|on|since|since)"
    r"|was (?:amended|corrected|updated) on|в предыдущей версии|ранее в тексте|внесены изменения"
    r"|in einer früheren version|une version précédente)"
)

WEEKDAY = re.compile(_WEEKDAYS)

# Words whose coming or going leaves the meaning as it was, and spellings of one word.
LIGHT = frozenset("a an the that which who this and also so then just very please i own и а же также".split())
SPELLINGS = {"whilst": "while", "amongst": "among", "&": "and", "per": "", "eg": "e.g", "№": "no"}
# Words one slip of the pen apart, places above all: two of them are never one misspelt.
_TWINS = frozenset(
    "iran iraq austria australia niger nigeria slovakia slovenia mali malawi guinea guyana dominica chad chile china gambia zambia georgia "
    "congo korea sudan jordan oman india indonesia ireland iceland latvia lithuania macedonia moldova montenegro mauritania mauritius "
    "австрия австралия австрии австралии "
    "въезд въезда въезде выезд выезда выезде ввоз ввоза вывоз вывоза "
    "словакия словения словакии словении нигер нигерия нигерии иран ирак ирана ирака латвия литва".split()
)


@cache
def negation(language: str | None) -> re.Pattern[str]:
    """Return what negates in a language (BCP 47, English where it is not told); Russian, Arabic and Chinese are known by their script."""
    own = _NEGATIONS.get((language or "en").lower()[:2], _NEGATIONS["en"])
    return re.compile(rf"\b(?:{own}|{_NEGATIONS_RU}|{_NEGATIONS_AR})\b|[不没無无未]")


def number_words(words: list[str]) -> list[str]:
    """Return the values of numbers written out, as far as they are known, and "%" for each percent."""
    return [value for word in words for part in word.split("-") if (value := _count(part))]


def _count(word: str) -> str:
    scale = _SCALES.fullmatch(word)
    if scale:
        return "10^3" if scale[1] else "10^6" if scale[2] else "10^9"
    return _COUNTS.get(word, "")


def is_known(word: str, language: str | None) -> bool:
    """Return whether a word is one of this page's: then it is meant, and not another misspelt."""
    known = (MONTH, WEEKDAY, MODAL, negation(language))
    return word in _TWINS or bool(_count(word)) or any(pattern.fullmatch(word) for pattern in known)
