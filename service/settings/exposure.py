"""Files of the configuration that hold secrets, and that others on this machine can read."""

import os
import stat
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .presswatch_toml import FILE as HOW
from .sources_toml import FILE as WHAT

_KNOWN_HEADERS = frozenset({"user-agent", "accept", "accept-language", "referer", "dnt", "x-requested-with"})
_NAMES_FILES = ("token_file", "url_file", "secret_file")


def exposed(config_dir: Path) -> tuple[str, ...]:
    """Return in words which files these are and what to do. Files elsewhere (``/run/secrets``) are the concern of who put them there."""
    if os.name != "posix":
        return ()
    found = [config_dir / name for name, holds in ((HOW, _holds_token), (WHAT, _holds_headers)) if holds(_said(config_dir / name))]
    found += [config_dir / name for name in _named(_said(config_dir / HOW)) if not Path(name).is_absolute()]
    return tuple(f"{path} holds secrets, and others on this machine can read it: chmod 600 {path}" for path in found if _is_open(path))


def _said(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except (OSError, ValueError):  # told of where it is read to be used
        return {}


def _tables(said: dict[str, Any], name: str) -> list[dict[str, Any]]:
    tables = said.get(name)
    return [table for table in tables if isinstance(table, dict)] if isinstance(tables, list) else []


def _holds_token(said: dict[str, Any]) -> bool:
    told = [(said.get("web"), "token"), (said.get("wayback"), "secret_key")]
    return any(isinstance(table, dict) and table.get(key) for table, key in told) or any(
        target.get("url") or target.get("secret") for target in _tables(said, "notify")
    )


def _holds_headers(said: dict[str, Any]) -> bool:
    headers = [source.get("headers") for source in _tables(said, "source")]
    return any(name.lower() not in _KNOWN_HEADERS for named in headers if isinstance(named, dict) for name in named)


def _named(said: dict[str, Any]) -> Iterator[str]:
    """Yield the files that hold nothing but a secret."""
    web = said.get("web")
    for table in (*([web] if isinstance(web, dict) else []), *_tables(said, "notify")):
        yield from (name for key in _NAMES_FILES if isinstance(name := table.get(key), str) and name)


def _is_open(path: Path) -> bool:
    """Return whether others may read a file. Its group may where the file is another user's: that is how we come to read it."""
    try:
        told = path.stat()
    except OSError:
        return False
    others = stat.S_IROTH | stat.S_IWOTH
    group = stat.S_IRGRP | stat.S_IWGRP if told.st_uid == os.geteuid() else 0
    return bool(told.st_mode & (others | group))
