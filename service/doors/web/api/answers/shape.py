"""What all shapes have in common: an example each, and lists in parts."""

from typing import Any

from pydantic import BaseModel, ConfigDict, Field

URL = "https://www.example.org/news/exercise-ends/"
FOUND = "2026-11-21T22:36:26.120000Z"
SEEN = "2026-11-21T20:06:11Z"


def like(**example: Any) -> ConfigDict:
    """Return the configuration of a shape with an example of it."""
    return ConfigDict(json_schema_extra={"examples": [example]})


class Page(BaseModel):
    """A part of a longer list. ``next`` is the address of the part behind it, None where there is none (now)."""

    next: str | None = Field(description="Where the list goes on; also in the header Link, as rel=next")
    cursor: int | None = Field(
        description="The number of the last line told, or the one asked with where there was none: asking with it goes on, now or later"
    )
