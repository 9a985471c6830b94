"""The API as programs use it: lists told in parts, validators, problems in RFC 9457, a refresh ordered and followed; over real HTTP."""

import json
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest
import requests
from pydantic import BaseModel

from service.doors import web
from service.doors.daemon import Daemon
from service.doors.web.allowance import Allowance
from service.doors.web.api import answers
from service.models import ChangeFilter
from service.render import change_json, copies_json, item_json, show_json, translations_json
from service.store import Store

from .conftest import HandClock
from .newsroom import DrupalSite, Newsroom
from .test_web import first_word, free_port
from .watching import SETTINGS, Watch, source, watch

TOKEN = "a long secret"


class Served:
    """A release with three versions, one withdrawn, and others edited once; and the API over them."""

    def __init__(self, site: DrupalSite, watched: Watch, base: str) -> None:
        self.site, self.watched, self.base = site, watched, base
        self.house, self.store = watched.house, watched.house.store
        watched.one()
        for turn in ("fifty-one", "sixty-one"):
            for release in site.releases[: 1 if turn == "sixty-one" else 4]:
                first = first_word(release.body)
                site.edit(release.slug, first, f"{first} {turn}")
            watched.one()
        site.withdraw(site.releases[5].slug)
        watched.one()
        while self.store.index():
            pass
        self.url = site.address(site.releases[0].slug)

    def get(self, path: str, **headers: str) -> requests.Response:
        return requests.get(f"{self.base}/api/v1{path}", headers=headers, timeout=10)

    def json(self, path: str) -> dict[str, Any]:
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return answer.json()  # type: ignore[no-any-return] # an object, all of them are

    def refresh(self, wish: object, token: str = TOKEN) -> requests.Response:
        return requests.post(f"{self.base}/api/v1/refresh", json=wish, headers={"Authorization": f"Bearer {token}"}, timeout=10)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("api")
    site = DrupalSite(count=8)
    with (
        Newsroom(site) as newsroom,
        watch(folder, source("news", newsroom.url), f'{SETTINGS}\n[web]\ntoken = "{TOKEN}"\nper_minute = 0\n') as watched,
    ):
        port = free_port()
        stop = web.start(watched.house, "127.0.0.1", port)
        yield Served(site, watched, f"http://127.0.0.1:{port}")
        stop()


PATHS = {
    "/changes?limit=2": answers.Changes,
    "/changes?after=0": answers.Changes,
    "/changes?kind=moved": answers.Changes,
    "/changes/1": answers.Change,
    "/changes/1/diff": answers.Diff,
    "/sources": answers.Sources,
    "/sources/news": answers.Source,
    "/items?limit=1": answers.Items,
    "/items/show?url={url}": answers.Shown,
    "/items/show?url={gone}": answers.Shown,
    "/versions?url={gone}": answers.Versions,
    "/diff?url={url}": answers.Diff,
    "/diff?change=1": answers.Diff,
    "/search?q=fifty": answers.Hits,
    "/stats": answers.Stats,
    "/stats?source=news": answers.Stats,
}


@pytest.mark.parametrize(("path", "shape"), PATHS.items())
def test_every_answer_has_its_shape_and_a_validator(served: Served, path: str, shape: type[BaseModel]) -> None:
    gone = served.site.address(served.site.releases[5].slug)
    answer = served.get(path.format(url=served.url, gone=gone))
    assert answer.status_code == 200 and answer.headers["Content-Type"] == "application/json"
    shape.model_validate_json(answer.content)
    assert set(answer.json()) == set(shape.model_fields)
    etag = answer.headers["ETag"]
    assert etag.startswith('"')
    for known in (etag, f'W/"other", {etag}', f"W/{etag}", "*"):
        again = served.get(path.format(url=served.url, gone=gone), **{"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", etag)
    assert served.get(path.format(url=served.url, gone=gone), **{"If-None-Match": '"other"'}).status_code == 200


def test_the_keys_are_those_of_the_command_line(served: Served) -> None:
    lines = served.store.changes(ChangeFilter())
    assert served.json("/changes?after=0")["changes"] == [change_json(line) for line in lines]
    assert served.json("/items")["items"] == [item_json(line) for line in served.store.items()]
    release = served.store.release(served.url)
    assert release is not None and served.json(f"/items/show?url={served.url}") == show_json(release) | translations_json(
        release
    ) | copies_json(release)


@pytest.mark.parametrize(
    ("path", "name", "key"),
    [
        ("/changes?limit=2", "changes", "id"),
        ("/changes?limit=2&after=0", "changes", "id"),
        ("/changes?limit=1&kind=edited&before=6", "changes", "id"),
        ("/items?limit=3", "items", "item_url"),
        ("/versions?url={url}&limit=1", "versions", "version"),
        ("/search?q=fifty&limit=2", "hits", "id"),
    ],
)
def test_lists_are_told_in_parts_without_gaps_or_repeats(served: Served, path: str, name: str, key: str) -> None:
    path = path.format(url=served.url)
    told, onward = [], f"{served.base}/api/v1{path}"
    while onward:
        answer = requests.get(onward, timeout=10)
        told += [line[key] for line in answer.json()[name]]
        onward = answer.json()["next"]
        assert answer.links.get("next", {}).get("url") == onward
    whole = path.replace("limit=1", "limit=500").replace("limit=2", "limit=500").replace("limit=3", "limit=500")
    assert told == [line[key] for line in served.json(whole)[name]] and len(told) > 2


def test_a_log_is_followed_by_its_cursor(served: Served) -> None:
    first = served.json("/changes?after=0")
    assert first["next"] is None
    assert served.json(f"/changes?after={first['cursor']}") == {"changes": [], "next": None, "cursor": first["cursor"]}
    newest = served.json("/changes?limit=1")
    assert newest["changes"][0]["id"] == first["cursor"]


def test_any_two_versions_are_compared(served: Served) -> None:
    whole = served.json(f"/diff?url={served.url}&from=1&to=3")
    assert (whole["words_added"], whole["words_removed"]) == (4, 0)
    assert served.json(f"/diff?url={served.url}") == served.json(f"/diff?url={served.url}&from=2&to=3")
    assert served.json(f"/diff?url={served.url}&from=1") == whole
    assert served.json(f"/diff?url={served.url}&from=3&to=1")["words_removed"] == 4
    assert served.json("/diff?change=1") == served.json("/changes/1/diff")


WRONG = (
    ("/changes?limit=0", 422, "limit"),
    ("/changes?kind=nonsense&after=x", 422, "kind"),
    ("/changes?class=a%00b", 422, "class"),
    ("/changes/99", 404, None),
    ("/changes/99/diff", 404, None),
    ("/sources/none", 404, None),
    ("/items/show?url=nonsense", 404, None),
    ("/items/show?url={url}&version=99", 404, None),
    ("/items/show?url={url}&at=2001-01-01", 404, None),
    ("/versions", 422, "url"),
    ("/versions?url=https://unknown.example/", 404, None),
    ("/diff", 422, None),
    ("/diff?url={url}&change=1", 422, None),
    ("/diff?url={url}&from=1&to=99", 404, None),
    ("/diff?url=https://unknown.example/", 404, None),
    ("/search", 422, "q"),
    ("/search?q=-only", 422, None),
    ("/refresh/99", 404, None),
    ("/nowhere", 404, None),
)


@pytest.mark.parametrize(("path", "status", "parameter"), WRONG)
def test_what_goes_wrong_is_told_as_problem_details(served: Served, path: str, status: int, parameter: str | None) -> None:
    answer = served.get(path.format(url=served.url))
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    problem = answers.Problem.model_validate_json(answer.content)
    assert (problem.status, problem.instance) == (status, f"/api/v1{path.partition('?')[0]}")
    assert (problem.errors[0].parameter if problem.errors else None) == parameter
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_what_breaks_inside_is_told_without_a_traceback(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(store: Store, *_: object) -> None:
        raise ZeroDivisionError("the secret of the house")

    monkeypatch.setattr(Store, "sources_by_trouble", broken)
    monkeypatch.setattr(Store, "sources", broken)  # no input breaks us that we know of; this stands for the one we do not
    for path in ("/api/v1/sources", "/sources"):
        answer = requests.get(f"{served.base}{path}", timeout=10)
        assert answer.status_code == 500
        assert "secret" not in answer.text and "Traceback" not in answer.text and "Something of ours broke" in answer.text
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_refresh_is_ordered_done_by_the_daemon_and_followed(served: Served) -> None:
    answer = served.refresh({"sources": ["news"], "recheck": True})
    assert answer.status_code == 202
    order = answers.Refresh.model_validate_json(answer.content)
    assert (order.state, order.sources, order.recheck, order.reports) == ("waiting", ["news"], True, [])
    follow = answer.headers["Location"]
    assert follow == f"{served.base}/api/v1/refresh/{order.id}"
    assert requests.get(follow, timeout=10).json()["state"] == "waiting"
    daemon = Daemon(served.house)
    daemon.take_over()
    daemon.take_orders()
    daemon.refreshes[order.id].result()
    done = answers.Refresh.model_validate_json(requests.get(follow, timeout=10).content)
    assert (done.state, done.done, done.total) == ("done", done.total, done.total)
    (report,) = done.reports
    assert (report.source, report.outcome, report.checked) == ("news", "ok", 8)


def test_a_refresh_of_releases_names_them_and_one_of_nothing_means_all(served: Served) -> None:
    one = served.refresh({"urls": [served.url, served.url]}).json()
    assert (one["sources"], one["urls"]) == ([], [served.url])
    assert served.refresh({}).json()["sources"] == ["news"]


@pytest.mark.parametrize(
    ("wish", "token", "status"),
    [
        ({"sources": ["none"]}, TOKEN, 422),
        ({"urls": ["https://unknown.example/"]}, TOKEN, 422),
        ({"source": ["news"]}, TOKEN, 422),
        ({"sources": "news"}, TOKEN, 422),
        ({"sources": ["\ud800"]}, TOKEN, 422),
        ({"recheck": "yes"}, TOKEN, 422),
        ([], TOKEN, 422),
        ({"urls": ["x" * 70_000]}, TOKEN, 413),
        ({}, "wrong", 401),
    ],
)
def test_a_refresh_that_cannot_be_is_refused(served: Served, wish: object, token: str, status: int) -> None:
    answer = served.refresh(wish, token)
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    answers.Problem.model_validate_json(answer.content)


def test_a_body_that_does_not_say_how_long_it_is_is_measured(served: Served) -> None:
    body: Iterator[bytes] = iter([b"[" * 40_000, b"[" * 40_000])
    headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
    answer = requests.post(f"{served.base}/api/v1/refresh", data=body, headers=headers, timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (413, "application/problem+json")


def test_head_is_answered_as_get_is(served: Served) -> None:
    for path in ("/api/v1/changes", "/", "/live?after=0", "/feeds/changes.atom", f"/timemap/link/{served.url}"):
        answer = requests.head(f"{served.base}{path}", timeout=10)
        assert (answer.status_code, answer.content) == (200, b"")
    assert served.get("/changes").headers["ETag"] == requests.head(f"{served.base}/api/v1/changes", timeout=10).headers["ETag"]


def test_one_address_may_ask_so_often_and_no_more(served: Served) -> None:
    settings = served.house.settings
    served.house.settings = replace(settings, web=replace(settings.web, per_minute=5))
    try:
        with ThreadPoolExecutor(4) as pool:
            given = list(pool.map(lambda _: served.get("/stats"), range(12)))
        refused = [answer for answer in given if answer.status_code == 429]
        assert refused and all(answers.Problem.model_validate_json(answer.content).status == 429 for answer in refused)
        assert all(0 < int(answer.headers["Retry-After"]) <= 13 for answer in refused)
        assert requests.get(f"{served.base}/healthz", timeout=10).status_code == 200
    finally:
        served.house.settings = settings


def test_openapi_has_an_example_of_every_shape_that_is_true_to_it(served: Served) -> None:
    told = requests.get(f"{served.base}/openapi.json", timeout=10).json()
    shapes = {name: getattr(answers, name) for name in answers.__all__}
    for name, shape in shapes.items():
        examples = told["components"]["schemas"][name].get("examples", [])
        assert examples or name == "Wrong", name
        for example in examples:
            shape.model_validate_json(json.dumps(example))
    operations = [operation for path, of in told["paths"].items() if path.startswith("/api/") for operation in of.values()]
    assert len(operations) == 15 and all(operation["description"] for operation in operations)
    assert "HTTPValidationError" not in json.dumps(told)


def test_an_allowance_fills_up_again(clock: HandClock) -> None:
    allowance = Allowance(lambda: 60, clock.now)
    assert [allowance.take("one") for _ in range(61)] == [0.0] * 60 + [1.0]
    assert allowance.take("other") == 0.0
    clock.wait(1.5)
    assert (allowance.take("one"), allowance.take("one")) == (0.0, 0.5)
    clock.wait(3600)
    assert [allowance.take("one") for _ in range(61)].count(0.0) == 60


def test_the_page_about_it_names_every_operation_and_asks_no_other_host(served: Served) -> None:
    page = requests.get(f"{served.base}/api", timeout=10).text
    told = requests.get(f"{served.base}/openapi.json", timeout=10).json()
    for path, methods in told["paths"].items():
        for method, operation in methods.items():
            assert f"<code>{method.upper()} " in page and f"{path}<" in page
            assert all(f"<code>{parameter['name']}</code>" in page for parameter in operation.get("parameters", ()))
    assert not re.search(r'(src|href)="(https?:)?//', page)
    for address in re.findall(r'<code>GET <a href="([^"]+)"', page):
        assert requests.get(f"{served.base}{address}", timeout=10).status_code in (200, 422)  # a comparison asks of what
