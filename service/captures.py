"""Bad captures: pages that answer 200 and are no release, told by what they say of themselves.

An error page, a bot wall, a wall that asks for consent or a name. Taken for a release, one makes two false edits: when it comes and
when it goes. A release about errors is none of these: it has more to say, or a date, or a title with words of its own.
"""

import re
from collections.abc import Iterable

from .models import Reading
from .text import folded

# The statuses with which a host turns us away: it asks for a person, a password or patience, or is not allowed to show the page.
WALL_STATUSES = (401, 403, 407, 429, 451)
_SHORT = 1_500  # characters: no such page has more text than this, few releases have less
_BRIEF = 500  # characters: text this short need not say anything further where the title is plain and nothing is dated
_JOINTS = re.compile(r"\s+(?:[|·•»-]|::)\s+")
_MARKS = re.compile(r"[\s.,:;!?…'\"()\[\]|-]+")


def _any(*phrases: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{'|'.join(phrases)})(?!\w)")


_ERROR, _CLOSED, _ROBOT, _CONSENT, _LOGIN = (
    "an error page",
    "a page out of service",
    "a bot wall",
    "a wall that asks for consent",
    "a login page",
)
# How a title says that what was asked for is not there.
_NOT_THERE_SAYINGS = (
    "(?:not|cannot|can't) (?:be )?found", "(?:can't|cannot|couldn't) find", "nothing found",
    "(?:doesn't|does not|no longer) exist", "не найден[ао]?", "не существует", "не знайден[оа]", "не знойдзена", "nicht gefunden",
    "non trouvée", "introuvable", "no encontrad[ao]", "no existe", "não (?:foi )?encontrad[ao]", "não existe",
    "non (?:è stata )?trovata", "nie znaleziono", "nie istnieje", "nie została znaleziona", "niet gevonden", "kunde inte hittas",
    "hittades inte", "ikke fund?et", "ei löyt(?:ynyt|y)", "(?:nebyla )?nalezena", "nenalezena", "bulunamadı",
    "nu (?:a fost găsită|există)", "nem található", "页面(?:不存在|未找到)", "找不到(?:页面|網頁)", "ページが見つかりません(?:でした)?",
    "페이지를 찾을 수 없습니다", "الصفحة غير موجودة",
)  # fmt: skip
# What the title of such a page says, in lower case; around it stand words of ``_FILLERS`` only.
_SAYINGS = {
    _ERROR: _any(
        *_NOT_THERE_SAYINGS, r"[45]\d\d", "^(?:error|oops|ошибка|помилка|fehler|erreur|erro|errore|błąd)[.!]*$", "forbidden",
        "access (?:is |has been )?(?:denied|blocked|forbidden|restricted)", "bad request", "bad gateway", "gateway time-? ?out",
        "too many requests", "request (?:rejected|blocked)", "request could not be satisfied", "internal server error",
        "error (?:has )?occurred", "unexpected error", "application error", "something went wrong",
        "доступ (?:к (?:сайту|странице) )?(?:запрещ[её]н|ограничен|закрыт)", "внутренняя ошибка сервера",
        "доступ заборонено", "zugriff verweigert", "accès (?:refusé|interdit)", "acceso denegado", "acesso negado", "accesso negato",
        "odmowa dostępu", "erişim engellendi", "访问被拒绝",
    ),
    _CLOSED: _any(
        "unavailable", "(?:down|closed) for (?:scheduled |planned )?maintenance",
        "under(?:going)? (?:scheduled |planned )?(?:maintenance|construction)", "(?:site )?maintenance mode",
        "(?:site|website) (?:maintenance|is down)", "we'll be (?:right )?back(?: soon| shortly)?", "недоступен", "технические работы",
        "сайт на (?:обслуживании|реконструкции)", "технічні роботи", "nicht verfügbar", "wartungs(?:arbeiten|modus)", "indisponible",
        "no disponible", "non disponibile", "indisponível", "en maintenance", "en mantenimiento", "in manutenzione", "em manutenção",
        "przerwa techniczna", "bakım (?:çalışması|modu)", "系统维护中", "メンテナンス中",
    ),
    _ROBOT: _any(
        "just a moment", "one moment", "attention required", "checking (?:your browser|if the site connection is secure)",
        "(?:enable|turn on) (?:javascript|cookies|js)(?: and cookies)?", "javascript (?:is )?(?:required|disabled)",
        "ddos[ -](?:guard|protection)", "security (?:check|checkpoint|verification)", "captcha", "human verification", "robot check",
        "(?:you are|are you|i'm) (?:not )?(?:a )?(?:robot|human)", "pardon our interruption", "request access", "you have been blocked",
        "bot verification", "проверка (?:браузера|безопасности)", "вы не робот", "einen moment", "un instant", "un momento", "请稍候",
        "しばらくお待ちください",
    ),
    _CONSENT: _any(
        "before you continue", "your privacy(?: choices)?", "cookies?(?: (?:settings|consent|preferences|notice|choices))?",
        "файлы cookie", "cookie-einstellungen", "privatsphäre", "avant de continuer", "vie privée", "antes de continuar",
        "prima di continuare",
    ),
    _LOGIN: _any(
        "(?:log|sign)[ -]?in", "authentication required", "unauthori[sz]ed", "вход", "авторизация", "войти", "вхід", "anmelden",
        "anmeldung", "einloggen", "connexion", "se connecter", "iniciar sesión", "inicio de sesión", "iniciar sessão", "accedi",
        "zaloguj się", "logowanie", "giriş yap", "登录", "ログイン",
    ),
}  # fmt: skip
_NOT_THERE = _any("404", "410", *_NOT_THERE_SAYINGS)
_UNDATED = (_CLOSED, _CONSENT, _LOGIN)  # notices about these are releases too: theirs have dates
_FILLERS = frozenset(
    "a an the this that our we you your it i'm is are was were be been has have had can could do to for of on in at and or not sorry "
    "oops whoops ooops error errors http https status code number page pages file document content resource url address website site "
    "web service services server request requested looking temporarily currently please occurred continue verify verifying confirm "
    "element item section article record entry news элемент раздел материал новость запись статья документ объект "
    "wait value respect browser before accessing required account view security страница страницы сайте запрашиваемая такая ошибка "
    "извините сайт сервис временно ведутся проводятся на в и мы используем систему личный кабинет подтвердите что пожалуйста "
    "сторінку сторінка помилка старонка die seite wurde fehler dienst bitte wir schätzen ihre la le les erreur désolé est nous "
    "respectons votre página pagina strona strony błąd sidan siden sivua stránka sayfa hata oldal el il servicio servizio serviço "
    "temporairement temporalmente temporaneamente erro errore".split()
)
# What the text of such a page speaks of.
_CUES = _any(
    "status code", "error code", r"error \d{3}", "404", "40[13]", "50[0234]", "web ?address", "url", "home ?page",
    "page you (?:are|were|requested)", "requested (?:page|url|resource)", "permission to access", "on this server", "cloudflare",
    "ray id", "cloudfront", "akamai", "nginx", "incident id", "reference #", "javascript", "js", "cookies?", "not a robot",
    "you are (?:a )?human", "captcha", "automated (?:requests|access|traffic)", "unusual traffic", "your (?:ip|browser)",
    "security of your connection", "try again", "administrator", "check back", "password", "username", "privacy policy",
    r"главн(?:ая|ую|ой) страниц\w*", "адрес страницы", "набра(?:ли|н)", "была удалена", "на главную", "попробуйте", "не робот",
    r"администратор\w*", "парол[ья]", "логин", "приносим извинения", r"головн[ау] сторінк\w*", "startseite", "versuchen sie", "passwort",
    "page d'accueil", "réessayer", "mot de passe", "página (?:de inicio|principal|inicial)", "inténtel?o", "contraseña",
    "tente novamente", "senha", r"riprova\w*", "strona główna", "spróbuj", "hasło", "ana sayfa", "tekrar deneyin", "返回首页",
    "トップページ", "홈으로",
)  # fmt: skip


def bad_capture(reading: Reading) -> str:
    """Return in plain words what a page is that is no release ("an error page"), or nothing.

    Its title, or its first line where it has none, must say so with no words of its own; and its text must be short: brief and
    undated, or speaking of addresses, robots, passwords and the like.
    """
    texts = [folded(block.text).lower() for block in reading.blocks]
    length = sum(map(len, texts))
    if length > _SHORT:
        return ""
    title = _heading(reading)
    dated = reading.published is not None
    whole = _kind([title])
    if whole and not dated and length <= _BRIEF:
        return whole
    found = whole or _kind(_sides(title))
    if not found or (dated and found in _UNDATED):
        return ""
    return found if any(map(_CUES.search, texts)) else ""


def is_gone(reading: Reading) -> bool:
    """Return whether a bad capture says that what was asked for is not there: no trouble of the server, and no wall."""
    return bad_capture(reading) == _ERROR and _NOT_THERE.search(_heading(reading)) is not None


def is_titled_gone(reading: Reading) -> bool:
    """Return whether the title of a page says that what was asked for is not there, and nothing else: whatever stands around it."""
    title = folded(reading.title).lower()
    return _kind([title]) == _ERROR and _NOT_THERE.search(title) is not None


def is_wall(capture: str) -> bool:
    """Return whether a bad capture, by its name, is a wall before the release: it asks for a person, a consent or a password."""
    return capture in (_ROBOT, _CONSENT, _LOGIN)


def _heading(reading: Reading) -> str:
    """Return the title of a page, or its first line where it has none, in lower case."""
    return folded(reading.title).lower() or next((folded(block.text).lower() for block in reading.blocks), "")


def _sides(title: str) -> list[str]:
    """Return the first and the last part of a title that names its site too."""
    parts = _JOINTS.split(title)
    return [parts[0], parts[-1]] if len(parts) > 1 else []


def _kind(titles: Iterable[str]) -> str:
    """Return what the first of these titles says that says so and nothing else."""
    for title in titles:
        kinds = [kind for kind, saying in _SAYINGS.items() if saying.search(title)]
        rest = title
        for kind in kinds:
            rest = _SAYINGS[kind].sub(" ", rest)
        if kinds and set(_MARKS.split(rest)) <= _FILLERS | {""}:
            return kinds[0]
    return ""
