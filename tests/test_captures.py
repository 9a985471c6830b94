"""Bad captures: what is a wall or an error page, and which releases about such things are none."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from service.captures import bad_capture
from service.models import Block, Reading


def page(title: str, *texts: str, published: str | None = None) -> Reading:
    return Reading(title, tuple(Block("p", text) for text in texts), published=published)


LONG = "The ministry has today published its report on how public services answer when something fails. " * 20
LOST = "If you entered a web address, check it is correct."


@pytest.mark.parametrize(
    ("reading", "kind"),
    [
        (page("Page not found", LOST, "Status code: 404"), "an error page"),
        (page("Page not found | National Institute of Health", LOST), "an error page"),
        (page("404"), "an error page"),
        (page("Error 404: the requested page could not be found", "Go to the home page."), "an error page"),
        (page("Sorry, the page you were looking for does not exist", LOST), "an error page"),
        (page("403 Forbidden", "nginx"), "an error page"),
        (page("Access Denied", 'You don\'t have permission to access "/news/1" on this server.'), "an error page"),
        (page("", "403 Forbidden", "nginx"), "an error page"),
        (page("Страница не найдена", "Возможно, вы набрали неправильный адрес."), "an error page"),
        (page("Ошибка 404 - Страница не найдена", "Перейти на главную"), "an error page"),
        (page("Элемент не найден!"), "an error page"),
        (page("Seite nicht gefunden", "Zur Startseite"), "an error page"),
        (page("Page introuvable", "Retour à la page d'accueil"), "an error page"),
        (page("Página no encontrada"), "an error page"),
        (page("ページが見つかりません"), "an error page"),
        (page("Page not found", LOST, published="2026-01-01"), "an error page"),
        (page("503 Service Temporarily Unavailable", "nginx"), "an error page"),
        (page("Service unavailable", "Please try again later."), "a page out of service"),
        (page("Site under maintenance", "We will be back."), "a page out of service"),
        (page("На сайте ведутся технические работы", "Приносим извинения."), "a page out of service"),
        (page("Just a moment...", "Enable JavaScript and cookies to continue"), "a bot wall"),
        (page("", "Checking your browser before accessing", "This process is automatic."), "a bot wall"),
        (page("Attention Required! | Cloudflare", "Sorry, you have been blocked", "Cloudflare Ray ID: 8f"), "a bot wall"),
        (page("Enable JavaScript and cookies to continue"), "a bot wall"),
        (page("Проверка браузера", "Подождите."), "a bot wall"),
        (page("Before you continue", "We use cookies and data to"), "a wall that asks for consent"),
        (page("Log in", "Username", "Password"), "a login page"),
        (page("Вход в личный кабинет", "Логин", "Пароль"), "a login page"),
    ],
    ids=lambda value: value.title if isinstance(value, Reading) else "",
)
def test_walls_and_error_pages_are_told(reading: Reading, kind: str) -> None:
    assert bad_capture(reading) == kind


@pytest.mark.parametrize(
    "reading",
    [
        page("Essential maintenance to our online services", "WebFiling will not be available on Saturday. Please try again on Sunday."),
        page("Service unavailable", "WebFiling is closed on Saturday. Please try again on Sunday.", published="2021-03-18"),
        page("Site under maintenance", "The Humber Bridge is closed for repairs; see the web address below.", published="2021-03-18"),
        page("Page not found", LONG),
        page("Access denied", LONG),
        page("Access denied", "Four in ten disabled voters could not enter their polling station.", published="2021-03-18"),
        page("Access denied: four in ten polling stations shut out disabled voters", "Report published."),
        page("Access denied - four in ten polling stations shut out disabled voters", "The report was published today."),
        page("Missing sailor not found", "The search was called off."),
        page("404 new homes for Leeds", "Work has begun."),
        page("500 jobs created", "The plant opens in May."),
        page("Error in payments of pensions corrected", "Try again."),
        page("New cookie rules", "Sites must ask before they set cookies."),
        page("Just a moment of your time: a survey", "Take part."),
        page("Сайт министерства недоступен из-за атаки", "Попробуйте позже."),
        page("Вход в музеи станет бесплатным", "Пароль не нужен."),
        page("Title", "15 were killed.", "More is known."),
        Reading(""),
    ],
    ids=lambda reading: reading.title,
)
def test_releases_about_such_things_are_none(reading: Reading) -> None:
    assert bad_capture(reading) == ""


def test_real_titles_of_walls_and_of_pages(corpus: Path) -> None:
    lines = (corpus / "soft-errors" / "edgi-quality.jsonl").read_text(encoding="utf-8").splitlines()
    told = {row["title"]: bad_capture(page(row["title"])) for row in map(json.loads, lines) if row["title"]}
    # What a filter in between shows is none that any title tells.
    good = {"Zyxel Security Cloud-DNS Filter Service Portal"} | {
        row["title"] for row in map(json.loads, lines) if row["quality"] == 1 and row["status"] == 200
    }
    assert {title for title, kind in told.items() if not kind} - good <= {
        "Page not found | National Institute of Environmental Health Sciences",  # a side of a title needs a text that agrees
        "Attention Required! | Cloudflare",
        "Federal Register :: Request Access",
    }
    assert not any(told[title] for title in good)


@given(st.text(max_size=200), st.text(max_size=2_000), st.booleans())
def test_whatever_comes_is_answered_and_much_text_is_never_bad(title: str, text: str, much: bool) -> None:
    answer = bad_capture(page(title, LONG + text if much else text))
    assert isinstance(answer, str) and not (much and answer)
