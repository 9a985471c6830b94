"""The wall to the configuration: ``config/`` and the environment in, frozen ``Settings`` and ``Source`` values out.

Environment over file over default. Every problem is collected and raised at once (``errors.ConfigErrors``), each with file, line and key.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ..errors import ConfigError, ConfigErrors
from ..models import ScheduleSettings, Settings, Source
from . import presswatch_toml, sources_toml, targets
from .adding import add_source, source_toml
from .exposure import exposed
from .naming import slug
from .targets import named

__all__ = ["add_source", "check_names", "exposed", "load", "load_all", "load_sources", "named", "slug", "source_toml"]


def load(config_dir: Path | None, environ: Mapping[str, str], state_dir: Path | None = None) -> Settings:
    """Return how presswatch runs; an argument wins over ``PRESSWATCH_CONFIG`` and ``PRESSWATCH_STATE``. Raises ``ConfigErrors``."""
    settings, problems = presswatch_toml.read(presswatch_toml.folder(config_dir, environ), environ, state_dir)
    _raise(problems)
    return settings


def load_sources(config_dir: Path, schedule: ScheduleSettings | None = None) -> tuple[Source, ...]:
    """Return what is watched, in the order of the file; ``schedule`` gives what a source leaves open. Raises ``ConfigErrors``."""
    sources, problems = sources_toml.read(config_dir, schedule or ScheduleSettings())
    _raise(problems)
    return sources


def load_all(config_dir: Path | None, environ: Mapping[str, str], state_dir: Path | None = None) -> tuple[Settings, tuple[Source, ...]]:
    """Return both, with the problems of both raised together as ``ConfigErrors``."""
    settings, problems = presswatch_toml.read(presswatch_toml.folder(config_dir, environ), environ, state_dir)
    sources, more = sources_toml.read(settings.config_dir, settings.schedule)
    _raise([*problems, *more])
    check_names(settings, sources)
    return settings, sources


def check_names(settings: Settings, sources: Sequence[Source]) -> None:
    """Raise ``ConfigErrors`` where targets, sources and the web archive's section name what is not there."""
    _raise([*targets.misnamed(settings.notify, sources, settings.config_dir), *presswatch_toml.misnamed(settings, sources)])


def _raise(problems: list[ConfigError]) -> None:
    if problems:
        files = list(dict.fromkeys(problem.file for problem in problems))
        raise ConfigErrors(tuple(sorted(problems, key=lambda problem: (files.index(problem.file), problem.line or 0))))
