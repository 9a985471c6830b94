"""presswatch.toml and the environment: environment over file over default."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from .. import models
from ..errors import ConfigError
from . import files, targets, toml

FILE = "presswatch.toml"
PREFIX = "PRESSWATCH_"
PLACES = ("PRESSWATCH_CONFIG", "PRESSWATCH_STATE", "PRESSWATCH_DATABASE_URL")
SECTIONS: dict[str, Any] = {entry.name: entry.type for entry in fields(models.Settings) if is_dataclass(entry.type)}

_SHARED = ("postgresql://", "postgresql+psycopg://")
_DATABASES = (*_SHARED, "sqlite:///")
Values = dict[str, dict[str, Any]]


def folder(given: Path | None, environ: Mapping[str, str]) -> Path:
    """Return the folder of the configuration: the one given, else that of the environment, else the default."""
    return given or Path(environ.get("PRESSWATCH_CONFIG") or models.Settings().config_dir)


def read(config_dir: Path, environ: Mapping[str, str], state_dir: Path | None) -> tuple[models.Settings, list[ConfigError]]:
    """Return the settings, and all that is wrong; what is wrong keeps its default."""
    environ, problems = files.with_files(environ)
    document, unread = _document(config_dir / FILE)
    values, wrong = _from_file(document)
    problems += unread
    notify, unfit = targets.read(document, environ)
    problems += [*wrong, *unfit]
    overrides, more = _from_environment(environ)
    for name, table in overrides.items():
        values[name] = {**values.get(name, {}), **table}
    sections = {name: table(**values.get(name, {})) for name, table in SECTIONS.items()}
    sections["web"], untold = _with_token(sections["web"], config_dir, is_told="token" in overrides.get("web", {}))
    settings = models.Settings(
        **sections,
        notify=notify,
        config_dir=config_dir,
        state_dir=state_dir or Path(environ.get("PRESSWATCH_STATE") or models.Settings().state_dir),
        database_url=environ.get("PRESSWATCH_DATABASE_URL", "").strip(),
    )
    return settings, [*problems, *more, *untold, *_disagreements(settings)]


def _with_token(web: models.WebSettings, config_dir: Path, *, is_told: bool) -> tuple[models.WebSettings, list[ConfigError]]:
    """Return the section with the token that stands in a file of its own; the environment wins."""
    if not web.token_file or is_told:
        return web, []
    place = str(config_dir / FILE)
    if web.token:
        return web, [ConfigError(place, None, "web.token_file", "stands beside token; keep one of the two")]
    try:
        return replace(web, token=files.secret_in(config_dir / web.token_file)), []
    except ValueError as error:
        return web, [ConfigError(place, None, "web.token_file", str(error))]


def _document(path: Path) -> tuple[toml.Document | None, list[ConfigError]]:
    try:
        return toml.read(path), []
    except FileNotFoundError:
        return None, []
    except OSError as error:
        return None, [ConfigError(str(path), None, "", f"cannot be read: {error.strerror}")]
    except ConfigError as error:
        return None, [error]


def _from_file(document: toml.Document | None) -> tuple[Values, list[ConfigError]]:
    values: Values = {}
    problems: list[ConfigError] = []
    if document is None:
        return values, problems
    for name, table in document.data.items():
        if name == targets.NAME:
            continue
        values[name], wrong = _section(name, table)
        for place, words in wrong:
            problems.append(ConfigError(document.file, document.line((name, *place)), ".".join(map(str, (name, *place))), words))
    return {name: values[name] for name in SECTIONS if name in values}, problems


def _section(name: str, table: object, *, strict: bool = True) -> tuple[dict[str, Any], list[tuple[toml.Place, str]]]:
    from . import filling, forms, wording  # lazy: pydantic

    if name not in SECTIONS:
        sort = "section" if isinstance(table, dict) else "key"
        return {}, [((), f"unknown {sort}{_hint(name) or wording.nearest(name, [*SECTIONS, targets.NAME])}")]
    form, wrong = filling.filled(forms.section(name, SECTIONS[name]), table, strict=strict)
    return (form.model_dump(exclude_unset=True) if form else {}), wrong


def _hint(name: str) -> str:
    """Return where a name belongs that stands at the wrong place."""
    if name == "source":
        return "; sources belong in sources.toml"
    home = next((section for section, known in SECTIONS.items() if name in {entry.name for entry in fields(known)}), "")
    return f"; it belongs under [{home}]" if home else ""


def _from_environment(environ: Mapping[str, str]) -> tuple[Values, list[ConfigError]]:
    """Return what ``PRESSWATCH_<SECTION>__<KEY>`` says; an empty variable says nothing."""
    values: Values = {}
    problems: list[ConfigError] = []
    for variable in sorted(environ):
        if not variable.startswith(PREFIX) or not environ[variable]:
            continue
        section, _, key = variable.removeprefix(PREFIX).lower().partition("__")
        if not key:
            problems.extend(_misspelt(variable))
        if not key or section == targets.NAME:
            continue
        table, wrong = _section(section, {key: environ[variable]}, strict=False)
        problems.extend(ConfigError(variable, None, "", words) for _, words in wrong)
        values.setdefault(section, {}).update(table)
    return values, problems


def misnamed(settings: models.Settings, sources: Sequence[models.Source]) -> Iterator[ConfigError]:
    """Yield which sources ``[wayback]`` names that are not there."""
    from .wording import nearest  # lazy: hardly ever needed

    known = [source.id for source in sources]
    for name in settings.wayback.sources:
        if name != "*" and name not in known:
            words = f"no source {name!r}{nearest(name, known)}"
            yield ConfigError(str(settings.config_dir / FILE), None, "wayback.sources", words)


def _misspelt(variable: str) -> Iterator[ConfigError]:
    """Yield a complaint where a variable is nearly one of ours: the state would silently go elsewhere."""
    from difflib import get_close_matches  # lazy: hardly ever needed

    near = get_close_matches(variable, PLACES, n=1, cutoff=0.93)
    if near and variable not in PLACES:
        yield ConfigError(variable, None, "", f"unknown variable; did you mean {near[0]!r}?")


def _disagreements(settings: models.Settings) -> Iterator[ConfigError]:
    """Yield what is wrong between values that are right each by itself."""
    schedule = settings.schedule
    for key, place in (("evidence.timestamp_url", settings.evidence.timestamp_url), ("wayback.url", settings.wayback.url)):
        if place and not place.startswith(("http://", "https://")):
            yield ConfigError(str(settings.config_dir / FILE), None, key, f"expected http:// or https://, found {place!r}")
    if bool(settings.wayback.access_key) != bool(settings.wayback.secret_key):
        yield ConfigError(str(settings.config_dir / FILE), None, "wayback.access_key", "access_key and secret_key go together")
    if schedule.recheck_min > schedule.recheck_max:
        yield ConfigError(str(settings.config_dir / FILE), None, "schedule.recheck_min", "is longer than recheck_max")
    if schedule.engine == "queue" and not settings.database_url.startswith(_SHARED):
        words = "the queue lives in a PostgreSQL: set PRESSWATCH_DATABASE_URL=postgresql://user@host/name, or leave the engine at 'threads'"
        yield ConfigError(str(settings.config_dir / FILE), None, "schedule.engine", words)
    if settings.database_url and not settings.database_url.startswith(_DATABASES):
        scheme = settings.database_url.split(":", 1)[0]
        yield ConfigError(
            "PRESSWATCH_DATABASE_URL", None, "", f"expected postgresql://user@host/name or sqlite:///file; found {scheme[:20]}:..."
        )
