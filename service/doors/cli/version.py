"""Which presswatch this is."""

import tomllib
from importlib import metadata
from pathlib import Path

SOURCES = Path(__file__).parents[3] / "pyproject.toml"


def version() -> str:
    """Return the version of the installed package, or of the checkout that runs without being installed."""
    try:
        return metadata.version("presswatch")
    except metadata.PackageNotFoundError:
        return str(tomllib.loads(SOURCES.read_text(encoding="utf-8"))["project"]["version"]) if SOURCES.is_file() else "of unknown version"
