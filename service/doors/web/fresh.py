"""Answers that are not sent again where the reader has them: strong validators over their bytes (RFC 9110, sections 8.8.3 and 13.1.2)."""

import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from fastapi import Request, Response

_LONE = re.compile("[\ud800-\udfff]")  # halves of letters, which JSON for the world must not have


def given(request: Request, told: Any, headers: Mapping[str, str] | None = None) -> Response:
    """Return a value as JSON, or 304 for a reader who has just that."""
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return unless_known(request, _LONE.sub("\ufffd", text).encode(), "application/json", headers)


def unless_known(request: Request, body: bytes, media_type: str, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer with its validator, or 304 for a reader who has it."""
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    told = {"ETag": etag, "Cache-Control": "no-cache", **(headers or {})}
    if _is_known(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=told)
    return Response(body, headers=told, media_type=media_type)


def _is_known(header: str, etag: str) -> bool:
    return header.strip() == "*" or etag in (one.strip().removeprefix("W/") for one in header.split(","))
