"""Shapes of what is told when a request cannot be served."""

from pydantic import BaseModel

from .shape import like


class Wrong(BaseModel):
    """One thing that is wrong with what was asked: a parameter, or a part of the body by its JSON pointer (RFC 6901)."""

    detail: str
    parameter: str | None = None
    pointer: str | None = None


class Problem(BaseModel):
    """Problem details (RFC 9457)."""

    model_config = like(
        type="about:blank", title="Not Found", status=404, detail="No release is tracked at that address", instance="/api/v1/versions"
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    errors: list[Wrong] = []
