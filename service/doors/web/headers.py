"""What every answer says to browsers: nothing of a page runs, and nothing is fetched or framed, but by what we serve ourselves."""

from fastapi import Response

_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'"
_HEADERS = {
    "Content-Security-Policy": f"{_POLICY}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def dressed(response: Response) -> Response:
    """Return an answer with these headers; what is for its reader alone is kept by no cache that others share, unless it says so itself."""
    response.headers.update(_HEADERS)
    response.headers.setdefault("Cache-Control", "private, no-cache")
    return response
