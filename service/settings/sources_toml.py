"""sources.toml: what is watched."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from ..models import Kind, Pace, ScheduleSettings, Selectors, Source
from . import toml
from .naming import slug

if TYPE_CHECKING:
    from .forms import SourceForm

FILE = "sources.toml"
_MISSING = 'there is no such file: run `presswatch add URL`, or write one with [[source]] and url = "https://..." in it'


def read(config_dir: Path, schedule: ScheduleSettings) -> tuple[tuple[Source, ...], list[ConfigError]]:
    """Return the sources in the order of the file, and all that is wrong; ``schedule`` gives what a source leaves open."""
    path = config_dir / FILE
    try:
        document = toml.read(path)
    except FileNotFoundError:
        return (), [ConfigError(str(path), None, "", _MISSING)]
    except OSError as error:
        return (), [ConfigError(str(path), None, "", f"cannot be read: {error.strerror}")]
    except ConfigError as error:
        return (), [error]
    return _sources(document, schedule)


def _sources(document: toml.Document, schedule: ScheduleSettings) -> tuple[tuple[Source, ...], list[ConfigError]]:
    problems = [
        ConfigError(document.file, document.line(()), name, "unknown table; sources stand in [[source]]")
        for name in document.data
        if name != "source"
    ]
    tables = document.data.get("source", [])
    if isinstance(tables, dict):
        return (), [*problems, ConfigError(document.file, document.line(("source",)), "source", "write [[source]] with two brackets")]
    found: dict[str, tuple[int, Source]] = {}
    for number, table in enumerate(tables):
        source, wrong = source_of(table, schedule)
        if source and source.id in found:
            wrong = [(("id",), _taken(source.id, document.line(("source", found[source.id][0]))))]
        elif source:
            found[source.id] = (number, source)
        for place, words in wrong:
            problems.append(ConfigError(document.file, document.line(("source", number, *place)), ".".join(map(str, place)), words))
    return tuple(source for _, source in found.values()), problems


def _taken(name: str, line: int | None) -> str:
    return f"{name!r} is the id of the source on line {line} already; give this one an id of its own"


def source_of(table: Any, schedule: ScheduleSettings) -> tuple[Source | None, list[tuple[toml.Place, str]]]:
    """Return the source that one ``[[source]]`` table describes, or None with all that is wrong with it."""
    from . import filling, forms  # lazy: pydantic

    form, wrong = filling.filled(forms.SourceForm, table)
    if form is None:
        return None, wrong
    source = _built(form, schedule)
    wrong = list(_disagreements(form, source))
    return (None if wrong else source), wrong


def _built(form: "SourceForm", schedule: ScheduleSettings) -> Source:
    name = form.id or slug(form.url)
    return Source(
        id=name,
        url=form.url,
        name=form.name or name,
        kind=Kind(form.kind),
        language=form.language,
        timezone=form.timezone,
        every=form.every or schedule.every,
        cron=form.cron,
        recheck_min=form.recheck.min or schedule.recheck_min,
        recheck_max=form.recheck.max or schedule.recheck_max,
        recheck_weight=form.recheck.weight,
        recheck_pace=None if form.recheck.pace == "auto" else Pace(form.recheck.pace),
        pages=form.pages,
        include=form.include,
        exclude=form.exclude,
        selectors=Selectors(**form.selectors.model_dump()),
        per_host_delay=form.per_host_delay,
        headers=tuple(form.headers.items()),
        render=form.render,
        render_hosts=form.render_hosts,
        render_without=form.render_without,
        screenshot=form.screenshot,
        notify=form.notify,
        enabled=form.enabled,
        tags=form.tags,
    )


def _disagreements(form: "SourceForm", source: Source) -> Iterator[tuple[toml.Place, str]]:
    """Yield what is wrong between values that are right each by itself."""
    if form.every and form.cron:
        yield ("cron",), "stands beside every; keep one of the two"
    if (form.recheck.min or form.recheck.max) and source.recheck_min > source.recheck_max:
        yield ("recheck",), "min is longer than max (what is not given comes from [schedule])"
