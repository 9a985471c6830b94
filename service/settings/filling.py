"""Filling in a form: a table from a file or the environment becomes checked values, or a list of what is wrong with it."""

from typing import TypeVar

from pydantic import BaseModel, ValidationError

from . import wording
from .toml import Place

Form = TypeVar("Form", bound=BaseModel)
Wrong = tuple[Place, str]
"""What is wrong with a value: the way to it within its table, and the words."""


def filled(form: type[Form], table: object, *, strict: bool = True) -> tuple[Form | None, list[Wrong]]:
    """Return the form filled in, or None with all that is wrong; not ``strict``: texts may stand for other values (``"1"``, ``"true"``)."""
    try:
        return form.model_validate(table, strict=strict), []
    except ValidationError as errors:
        return None, [(error["loc"], wording.problem(error, _beside(form, error["loc"]))) for error in errors.errors(include_url=False)]


def _beside(form: type[BaseModel], place: Place) -> list[str]:
    """Return the keys that are valid where the last one of ``place`` stands."""
    inner: object = form
    for key in place[:-1]:
        inner = form.model_fields[str(key)].annotation if str(key) in form.model_fields else None
    return list(inner.model_fields) if isinstance(inner, type) and issubclass(inner, BaseModel) else []
