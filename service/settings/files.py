"""Secrets in files, as containers hand them in: ``PRESSWATCH_X_FILE`` names a file that holds what ``PRESSWATCH_X`` would say."""

from collections.abc import Mapping
from pathlib import Path

from ..errors import ConfigError

_PREFIX, _SUFFIX = "PRESSWATCH_", "_FILE"
_LARGEST = 64 * 1024  # bytes


def with_files(environ: Mapping[str, str]) -> tuple[dict[str, str], list[ConfigError]]:
    """Return the environment with what the files say that it names, and all that is wrong; nothing of what stands in them is repeated."""
    told, problems = dict(environ), []
    for variable, file in environ.items():
        meant = variable.removesuffix(_SUFFIX)
        if not _means_a_file(variable) or not file:
            continue
        del told[variable]
        if environ.get(meant):
            problems.append(ConfigError(variable, None, "", f"stands beside {meant}; keep one of the two"))
            continue
        try:
            told[meant] = secret_in(Path(file))
        except ValueError as error:
            problems.append(ConfigError(variable, None, "", str(error)))
    return told, problems


def secret_in(path: Path) -> str:
    """Return what stands in a file, without white space around it. Raises ``ValueError`` in words."""
    try:
        text = path.read_bytes()[:_LARGEST].decode("utf-8").strip()
    except OSError as error:
        raise ValueError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeError as error:
        raise ValueError(f"{path}: cannot be read: not UTF-8 text") from error
    if not text:
        raise ValueError(f"{path}: is empty")
    return text


def _means_a_file(variable: str) -> bool:
    """Return whether a variable names a file for a setting; where things are (``PRESSWATCH_STATE``) is no secret."""
    meant = variable.removesuffix(_SUFFIX)
    return variable.endswith(_SUFFIX) and (meant == "PRESSWATCH_DATABASE_URL" or (meant.startswith(_PREFIX) and "__" in meant))
