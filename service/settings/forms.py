"""The forms that presswatch.toml, sources.toml and the environment fill in.

They are pydantic models, so this module is imported only when something is read. ``models.Settings`` stays the one table of
names, defaults, bounds and help: the forms of its sections are made from it.
"""

from dataclasses import fields
from datetime import timedelta
from functools import cache
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, create_model

from . import checks, durations
from .cron import cron_line

_CLOSED = ConfigDict(extra="forbid")
_Second = Field(ge=timedelta(seconds=1), le=timedelta(days=365))

Duration = Annotated[timedelta, _Second, BeforeValidator(durations.read)]
Texts = Annotated[tuple[str, ...], BeforeValidator(checks.listed)]
Selector = Annotated[str, AfterValidator(checks.selector)]


class SelectorsForm(BaseModel):
    """``selectors``: where to look on the pages of a source."""

    model_config = _CLOSED

    link: Selector = ""
    title: Selector = ""
    date: Selector = ""
    body: Selector = ""
    ignore: Annotated[tuple[Selector, ...], BeforeValidator(checks.listed)] = ()


class RecheckForm(BaseModel):
    """``recheck``: how often a known release is looked at again: between which bounds, how eagerly, at whose pace."""

    model_config = _CLOSED

    min: Duration | None = None
    max: Duration | None = None
    weight: Annotated[float, Field(ge=0.01, le=100)] = 1.0
    pace: Literal["auto", "news", "official"] = "auto"


class SourceForm(BaseModel):
    """One ``[[source]]``; the address alone is required."""

    model_config = _CLOSED

    url: Annotated[str, AfterValidator(checks.address)]
    id: Annotated[str, AfterValidator(checks.short_name)] | None = None
    name: str | None = None
    kind: Literal["auto", "feed", "listing", "sitemap", "page"] = "auto"
    language: Annotated[str, AfterValidator(checks.language)] | None = None
    timezone: Annotated[str, AfterValidator(checks.zone)] | None = None
    every: Duration | None = None
    cron: Annotated[str, AfterValidator(cron_line)] | None = None
    recheck: RecheckForm = RecheckForm()
    pages: Annotated[int, Field(ge=1, le=10_000)] = 25
    include: Texts = ()
    exclude: Texts = ()
    selectors: SelectorsForm = SelectorsForm()
    per_host_delay: Annotated[float, Field(ge=0, le=3600)] | None = None
    headers: Annotated[dict[str, str], AfterValidator(checks.headers)] = {}
    render: Literal["browser"] | None = None
    render_hosts: Annotated[tuple[Annotated[str, AfterValidator(checks.host_pattern)], ...], BeforeValidator(checks.listed)] = ()
    render_without: Texts = ()
    screenshot: bool = False
    notify: Texts = ()
    enabled: bool = True
    tags: Texts = ()


@cache
def section(name: str, table: type) -> type[BaseModel]:
    """Return the form of one section of presswatch.toml, made from its dataclass in ``models``; what is not filled in is not set."""
    entries: dict[str, Any] = {entry.name: (_kind(entry.type, **entry.metadata), None) for entry in fields(table)}
    return create_model(name, __config__=_CLOSED, **entries)


def _kind(kind: Any, help: str, least: Any, most: Any, among: tuple[str, ...]) -> Any:
    if among:
        return Literal[among]
    limits = Field(ge=least, le=most)
    if kind == tuple[str, ...]:
        return Annotated[kind, BeforeValidator(checks.several)]
    return Annotated[kind, limits, BeforeValidator(durations.read)] if kind is timedelta else Annotated[kind, limits]
