"""The form that a ``[[notify]]`` of presswatch.toml fills in. Addresses and secrets hold passwords: no message repeats what they are."""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from datetime import time, timedelta
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from .. import query, urls
from ..classes import CLASSES
from ..errors import UsageError
from ..models import NEAR, ChangeKind, Declared, IncidentKind, Significance
from . import checks, durations
from .wording import nearest

_HOURS = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)\s*[-–]\s*([01]?\d|2[0-3]):([0-5]\d)")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+")
_KINDS = tuple(kind.value for kind in ChangeKind)
_WEIGHTS = tuple(weight.value for weight in Significance)
_DECLARED = tuple(declared.value for declared in Declared)
_KNOWN_CLASSES = (*CLASSES, NEAR, *IncidentKind)


def _secret(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("expected a text in quotes")
    return value.strip()


def _address(text: str) -> str:
    """Return where notices go."""
    is_web = text.lower().startswith(("http://", "https://"))
    if not _SCHEME.fullmatch(text) or (is_web and not urls.is_web(text)):
        raise ValueError("expected a webhook such as https://host/path, or an address of Apprise such as mailto://user:password@host")
    return text


def _hours(text: str) -> tuple[time, time]:
    """Return the hours of the day that are quiet: from when until when."""
    met = _HOURS.fullmatch(text.strip())
    if met is None:
        raise ValueError(f'expected hours such as "22:00-07:00"; found {text!r}')
    start, end = time(int(met[1]), int(met[2])), time(int(met[3]), int(met[4]))
    if start == end:
        raise ValueError(f"these hours never begin or never end: {text!r}")
    return start, end


def _asked(text: str) -> str:
    """Return what a standing interest asks for."""
    try:
        query.parse(text)
    except UsageError as error:
        raise ValueError(str(error)) from None
    return text


def _class(text: str) -> str:
    if text not in _KNOWN_CLASSES:
        raise ValueError(f"unknown class {text!r}{nearest(text, _KNOWN_CLASSES)}")
    return text


def _signing(text: str) -> str:
    """Return what signs webhooks."""
    if text.startswith("whsec_"):
        try:
            b64decode(text.removeprefix("whsec_"), validate=True)
        except NotBase64:
            raise ValueError("what stands behind whsec_ is not base64") from None
    return text


_Listed = BeforeValidator(checks.listed)
Address = Annotated[str, AfterValidator(_address), BeforeValidator(_secret)]
Secret = Annotated[str, AfterValidator(_signing), BeforeValidator(_secret)]
Asked = Annotated[str, AfterValidator(_asked)]


class NotifyForm(BaseModel):
    """One ``[[notify]]``; its id and an address are required."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[str, AfterValidator(checks.short_name)]
    url: Address | None = None
    url_file: str | None = None
    secret: Secret | None = None
    secret_file: str | None = None
    sources: Annotated[tuple[str, ...], _Listed] = ()
    kinds: Annotated[tuple[Literal[_KINDS], ...], _Listed] = ()  # type: ignore[valid-type] # the values of an enum of ours
    classes: Annotated[tuple[Annotated[str, AfterValidator(_class)], ...], _Listed] = ()
    significance: Literal[_WEIGHTS] = Significance.COSMETIC.value  # type: ignore[valid-type] # as above
    declared: Annotated[tuple[Literal[_DECLARED], ...], _Listed] = ()  # type: ignore[valid-type] # as above
    words: Asked | None = None
    removed: Asked | None = None
    added: Asked | None = None
    digest: Annotated[timedelta, Field(ge=timedelta(seconds=1), le=timedelta(days=31)), BeforeValidator(durations.read)] | None = None
    quiet: Annotated[str, AfterValidator(_hours)] | None = None
    timezone: Annotated[str, AfterValidator(checks.zone)] = "UTC"
    give_up_after: Annotated[timedelta, Field(ge=timedelta(seconds=1), le=timedelta(days=31)), BeforeValidator(durations.read)] = timedelta(
        days=3
    )
    enabled: bool = True
