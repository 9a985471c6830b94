"""Targets of notices: the ``[[notify]]`` tables of presswatch.toml, their addresses and secrets from the environment or from files too."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import ConfigError
from ..models import Significance, Source, Target
from . import toml
from .files import secret_in

if TYPE_CHECKING:
    from .notify_form import NotifyForm

NAME = "notify"
_PREFIX = "PRESSWATCH_NOTIFY__"
_HIDDEN = ("url", "secret")  # what the environment and files may tell
_BOTH = "stands beside {}; keep one of the two"
Wrong = tuple[toml.Place, str]


def read(document: toml.Document | None, environ: Mapping[str, str]) -> tuple[tuple[Target, ...], list[ConfigError]]:
    """Return the targets in the order of the file, and all that is wrong."""
    tables = [] if document is None else document.data.get(NAME, [])
    if document is not None and not isinstance(tables, list):
        return (), [ConfigError(document.file, document.line((NAME,)), NAME, "write [[notify]] with two brackets")]
    told, problems = _from_environment(environ, [table.get("id") for table in tables if isinstance(table, dict)])
    found: dict[str, Target] = {}
    for number, table in enumerate(tables):
        assert document is not None
        target, wrong = _target(table, told, Path(document.file).parent)
        if target and target.id in found:
            wrong = [(("id",), f"{target.id!r} is the id of another target already")]
        elif target:
            found[target.id] = target
        for place, words in wrong:
            key = ".".join(map(str, (NAME, *place)))
            problems.append(ConfigError(document.file, document.line((NAME, number, *place)), key, words))
    return tuple(found.values()), problems


def _target(table: Any, told: Mapping[str, Mapping[str, str]], folder: Path) -> tuple[Target | None, list[Wrong]]:
    from . import filling  # lazy: pydantic
    from .notify_form import NotifyForm

    hidden = told.get(_variable(table.get("id")), {}) if isinstance(table, dict) else {}
    form, wrong = filling.filled(NotifyForm, {**table, **hidden} if hidden else table)
    if form is None:
        return None, wrong
    values = {}
    for key in _HIDDEN:
        values[key], trouble = _hidden(form, key, folder, bool(hidden.get(key)))
        wrong += [trouble] if trouble else []
    if not wrong and not values["url"]:
        wrong = [(("url",), f"is required: here, in url_file, or as {_PREFIX}{_variable(form.id)}__URL")]
    if not wrong:  # what stood in a file has not been looked at yet
        _, wrong = filling.filled(NotifyForm, {"id": form.id, **values})
    return (None, wrong) if wrong else (_built(form, values["url"], values["secret"]), [])


def _hidden(form: "NotifyForm", key: str, folder: Path, is_told: bool) -> tuple[str, Wrong | None]:
    """Return an address or secret from wherever it is told; the environment wins."""
    here, file = getattr(form, key), getattr(form, f"{key}_file")
    if here and file and not is_told:
        return "", ((f"{key}_file",), _BOTH.format(key))
    if here or not file:
        return here or "", None
    try:
        return secret_in(folder / file), None
    except ValueError as error:
        return "", ((f"{key}_file",), str(error))


def _built(form: "NotifyForm", url: str, secret: str) -> Target:
    return Target(
        id=form.id,
        url=url,
        secret=secret,
        sources=form.sources,
        kinds=form.kinds,
        classes=form.classes,
        significance=Significance(form.significance),
        declared=form.declared,
        words=form.words or "",
        removed=form.removed or "",
        added=form.added or "",
        digest=form.digest,
        quiet=form.quiet,  # type: ignore[arg-type] # the check of the form made hours of the text
        timezone=form.timezone,
        give_up_after=form.give_up_after,
        enabled=form.enabled,
    )


def _variable(name: object) -> str:
    """Return a target's id as it stands in the names of variables."""
    return str(name).upper().replace("-", "_")


def _from_environment(environ: Mapping[str, str], known: Sequence[object]) -> tuple[dict[str, dict[str, str]], list[ConfigError]]:
    """Return what ``PRESSWATCH_NOTIFY__<ID>__URL`` and ``..._SECRET`` say, by the id as it is written there."""
    told: dict[str, dict[str, str]] = {}
    problems = []
    for variable in sorted(environ):
        name, _, key = variable.removeprefix(_PREFIX).rpartition("__")
        if not variable.startswith(_PREFIX) or not environ[variable]:
            continue
        if key.lower() not in _HIDDEN:
            problems.append(ConfigError(variable, None, "", f"expected {_PREFIX}<ID>__URL or {_PREFIX}<ID>__SECRET"))
        elif name not in map(_variable, known):
            problems.append(
                ConfigError(variable, None, "", f"no [[notify]] of presswatch.toml has the id {name.lower().replace('_', '-')!r}")
            )
        else:
            told.setdefault(name, {})[key.lower()] = environ[variable]
    return told, problems


def named(targets: Iterable[Target], sources: Sequence[Source]) -> tuple[Target, ...]:
    """Return the targets with the sources that name them beside those that they name themselves."""
    return tuple(
        replace(target, sources=tuple(dict.fromkeys((*target.sources, *(one.id for one in sources if target.id in one.notify)))))
        for target in targets
    )


def misnamed(targets: Sequence[Target], sources: Sequence[Source], folder: Path) -> list[ConfigError]:
    """Return what targets and sources name of each other that is not there."""
    from .wording import nearest

    target_ids, source_ids = [target.id for target in targets], [source.id for source in sources]
    problems = [
        ConfigError(
            str(folder / "sources.toml"), None, f"{source.id}.notify", f"no target {name!r} in presswatch.toml{nearest(name, target_ids)}"
        )
        for source in sources
        for name in source.notify
        if name not in target_ids
    ]
    problems += [
        ConfigError(str(folder / "presswatch.toml"), None, f"notify.{target.id}.sources", f"no source {name!r}{nearest(name, source_ids)}")
        for target in targets
        for name in target.sources
        if name not in source_ids
    ]
    return problems
