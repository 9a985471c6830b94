"""Adding a source to sources.toml, as a person would: a table at the end of the file, all that stands there left as it is."""

import json
import os
import tempfile
import tomllib
from collections.abc import Mapping
from dataclasses import fields
from datetime import timedelta
from pathlib import Path
from typing import Any

from ..errors import ConfigError, ConfigErrors
from ..models import ScheduleSettings, Source
from . import durations, sources_toml

_HEAD = "# What presswatch watches: one [[source]] each; url alone is required.\n"


def add_source(config_dir: Path, table: Mapping[str, Any]) -> Source:
    """Write a source (the keys of a ``[[source]]``) into sources.toml and return it.

    Nothing else in the file is touched, and a kill leaves the old file or the new one. Raises ``ConfigErrors`` for a table that is no
    source, an id or address that is there already, or a file that cannot be read or written.
    """
    path = config_dir / sources_toml.FILE
    old = path.read_text(encoding="utf-8") if path.exists() else _HEAD
    known, problems = sources_toml.read(config_dir, ScheduleSettings()) if path.exists() else ((), [])
    if problems:
        raise ConfigErrors(tuple(problems))
    source, wrong = sources_toml.source_of(dict(table), ScheduleSettings())
    if source is None:
        raise ConfigErrors(tuple(ConfigError("the new source", None, ".".join(map(str, place)), words) for place, words in wrong))
    _refuse_twice(path, source, known)
    _write(path, f"{old.rstrip()}\n\n{source_toml(source)}")
    return source


def _refuse_twice(path: Path, source: Source, known: tuple[Source, ...]) -> None:
    from ..urls import address_key  # lazy: w3lib

    for other in known:
        if address_key(other.url) == address_key(source.url):
            raise ConfigErrors((ConfigError(str(path), None, "url", f"{source.url} is watched already, as {other.id!r}"),))
        if other.id == source.id:
            raise ConfigErrors((ConfigError(str(path), None, "id", f"{source.id!r} is taken by {other.url}: give another"),))


def _write(path: Path, text: str) -> None:
    target = path.resolve()  # a link stays a link
    try:
        tomllib.loads(text)
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=".sources-", delete=False) as draft:
            draft.write(text)
            draft.flush()
            os.fsync(draft.fileno())
        Path(draft.name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o644)
        Path(draft.name).replace(target)
    except OSError as error:
        raise ConfigErrors((ConfigError(str(path), None, "", f"cannot be written: {error.strerror}"),)) from error
    except tomllib.TOMLDecodeError as error:
        raise ConfigErrors((ConfigError(str(path), None, "source", "is no [[source]] table: write it so, then try again"),)) from error


def source_toml(source: Source) -> str:
    """Return the ``[[source]]`` table of a source, ready to paste: what differs from the defaults; patterns in single quotes."""
    usual = _table(Source(id="", url="", name=source.name if source.name in ("", source.id) else ""))
    lines = [f"{key} = {_value(value)}" for key, value in _differing(_table(source), usual).items()]
    return "\n".join(["[[source]]", *lines]) + "\n"


def _table(source: Source) -> dict[str, Any]:
    """Return a source by the keys of its ``[[source]]``."""
    table = {entry.name: getattr(source, entry.name) for entry in fields(source)}
    recheck = {key: table.pop(f"recheck_{key}") for key in ("min", "max", "weight", "pace")}
    selectors = {entry.name: getattr(source.selectors, entry.name) for entry in fields(source.selectors)}
    return {**table, "recheck": recheck, "selectors": selectors, "headers": dict(source.headers)}


def _differing(table: dict[str, Any], usual: dict[str, Any]) -> dict[str, Any]:
    """Return what a table says that the usual one does not."""
    differing = {
        key: _differing(value, usual[key]) if isinstance(value, dict) and usual.get(key) else value for key, value in table.items()
    }
    return {key: value for key, value in differing.items() if value != usual.get(key) and value != {}}


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_key(name)} = {_value(inner)}" for name, inner in value.items()) + "}"
    if isinstance(value, tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, timedelta):
        return _text(durations.shown(value))
    return _text(value) if isinstance(value, str) else str(value)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() and name.isascii() else json.dumps(name)


def _text(text: str) -> str:
    if ('"' in text or "\\" in text) and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
