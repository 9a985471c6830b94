"""The page where one signs in, with the token of the configuration."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from .access import Access, Form, own_path
from .sheets import Sheets

_SEE_OTHER = 303


def router(access: Access, sheets: Sheets) -> APIRouter:
    """Return the routes of signing in and out."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/login", response_class=HTMLResponse)
    def ask(request: Request, onward: Annotated[str, Query(alias="next", max_length=4000)] = "/") -> Response:
        return sheets.show(request, "login.html", {"onward": own_path(onward), "was_wrong": False})

    @routes.post("/login", response_class=HTMLResponse)
    def sign_in(request: Request, form: Form) -> Response:
        onward = own_path(form.get("next", "/"))
        if not access.knows_token(request, form.get("token", "").strip().encode()):
            return sheets.show(request, "login.html", {"onward": onward, "was_wrong": True}, status=401)
        response = RedirectResponse(onward, _SEE_OTHER)
        access.sign_in(request, response)
        return response

    @routes.post("/logout", dependencies=[Depends(access.act)])
    def sign_out() -> Response:
        response = RedirectResponse("/", _SEE_OTHER)
        access.sign_out(response)
        return response

    return routes
