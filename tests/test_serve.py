"""``presswatch serve``: the pages and the API alone, beside a daemon or over a state that may not be written; and how they are watched."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from prometheus_client.parser import text_string_to_metric_families

from service.doors import web
from service.doors.cli import cli
from service.errors import StateError
from service.lock import DAEMON, StateLock
from service.store import Store

from .newsroom import DrupalSite
from .test_daemon import configured, daemon
from .test_web import free_port
from .watching import SETTINGS, Watch, source, watch

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"


@pytest.fixture
def watched(site: DrupalSite, tmp_path: Path) -> Iterator[tuple[Watch, str]]:
    with watch(tmp_path, source("news", site.url), f'{SETTINGS}\n[web]\ntoken = "secret"\n') as begun:
        begun.one()
        site.withdraw(site.releases[2].slug)
        begun.one()
        port = free_port()
        stop = web.start(begun.house, "127.0.0.1", port)
        yield begun, f"http://127.0.0.1:{port}"
        stop()


def metrics(base: str) -> dict[str, float]:
    """Scrape; return every sample by its name with its labels."""
    text = requests.get(f"{base}/metrics", timeout=10).text
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    told = {f"{one.name}{{{','.join(f'{name}={value}' for name, value in sorted(one.labels.items()))}}}": one.value for one in samples}
    assert len(told) == len(samples)
    return told


def test_it_serves_what_there_is_fetches_nothing_and_stops_cleanly(site: DrupalSite, tmp_path: Path) -> None:
    configured(tmp_path, source("news", site.url))
    with watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
    asked = len(site.requests)
    with daemon(tmp_path, "--port", "0", word="serve") as running:
        base = running.heard("serving")["url"].rstrip("/")
        assert len(requests.get(f"{base}/api/v1/items", timeout=10).json()["items"]) == len(site.releases)
        assert requests.get(f"{base}/readyz", timeout=10).text == "ready\n"
        with StateLock(tmp_path / "state", DAEMON):  # free for who polls
            assert len(site.requests) == asked
    assert running.heard("stopped")


def test_a_state_that_may_not_be_written_is_served(site: DrupalSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with watch(tmp_path, source("news", site.url)) as watched:
        watched.one()
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "state").rglob("*")}
    monkeypatch.setattr("os.access", lambda path, mode: not str(path).startswith(str(tmp_path)))  # to root, every folder may be written
    with watch(tmp_path, source("news", site.url), f'{SETTINGS}\n[web]\ntoken = "secret"\n') as reading:
        port = free_port()
        stop = web.start(reading.house, "127.0.0.1", port)
        base = f"http://127.0.0.1:{port}"
        assert requests.get(f"{base}/api/v1/items", timeout=10).status_code == 200
        answer = requests.post(f"{base}/api/v1/refresh", json={}, headers={"Authorization": "Bearer secret"}, timeout=10)
        stop()
    assert (answer.status_code, answer.json()["title"]) == (503, "Service Unavailable")
    assert "read-only" in answer.json()["detail"]
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "state").rglob("*")}


def test_listening_for_others_needs_a_token(tmp_path: Path) -> None:
    configured(tmp_path, "")
    given = ["--config", str(tmp_path / "config"), "--state", str(tmp_path / "state"), "serve", "--host", "0.0.0.0", "--port", "0"]
    done = CliRunner().invoke(cli, given)
    assert done.exception is not None and "needs a token" in str(done.exception)


def test_the_numbers_are_those_of_the_state_and_of_this_process(watched: tuple[Watch, str]) -> None:
    begun, base = watched
    told = metrics(base)
    releases = begun.house.store.counts().releases
    assert told["presswatch_releases{}"] == releases and told["presswatch_database_up{}"] == 1
    assert told["presswatch_sources{state=well}"] == 1
    assert told["presswatch_changes_total{kind=withdrawn,significance=substantive}"] == 1
    assert told["presswatch_passes_total{outcome=baseline}"] == told["presswatch_passes_total{outcome=ok}"] == 1
    assert told["presswatch_looks_total{outcome=first}"] == releases
    assert told["presswatch_looks_total{outcome=withdrawn}"] == 1
    assert told["presswatch_pass_duration_seconds_count{}"] == told["presswatch_pass_duration_seconds_bucket{le=+Inf}"] == 2
    assert told["presswatch_versions_unindexed{}"] == releases + 1
    assert told["process_resident_memory_bytes{}"] > 0
    begun.house.store.order(["news"], (), False, begun.house.clock.now())
    assert metrics(base)["presswatch_orders_waiting{}"] == 1


def test_labels_have_the_same_few_values_whatever_happens(watched: tuple[Watch, str], site: DrupalSite) -> None:
    begun, base = watched
    before = metrics(base).keys()
    begun.house.meters.passed("never heard of", 1e9, ["neither"])
    begun.house.meters.broke()
    after = metrics(base)
    assert after.keys() == before
    assert after["presswatch_passes_total{outcome=other}"] == after["presswatch_looks_total{outcome=other}"] == 1


def test_a_database_that_is_gone_is_told_and_the_process_still_counted(watched: tuple[Watch, str], monkeypatch: pytest.MonkeyPatch) -> None:
    _, base = watched

    def gone(store: Store) -> None:
        raise StateError("the database x cannot be reached: connection refused")

    for question in ("counts", "is_current"):
        monkeypatch.setattr(Store, question, gone)  # a database cannot be taken away from a file that is open
    told = metrics(base)
    assert told["presswatch_database_up{}"] == 0 and "presswatch_releases{}" not in told and told["process_open_fds{}"] > 0
    answer = requests.get(f"{base}/readyz", timeout=10)
    assert (answer.status_code, answer.headers["Content-Type"]) == (503, "application/problem+json")
    assert "connection refused" in answer.json()["detail"]
    assert requests.get(f"{base}/healthz", timeout=10).status_code == 200


def test_tables_of_another_presswatch_are_not_ready(watched: tuple[Watch, str]) -> None:
    begun, base = watched
    with begun.house.store._database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    answer = requests.get(f"{base}/readyz", timeout=10)
    assert answer.status_code == 503 and "another presswatch" in answer.json()["detail"]


@pytest.mark.parametrize("name", ["grafana.json", "alerts.yaml"])
def test_every_metric_that_is_drawn_or_alerted_of_exists(watched: tuple[Watch, str], name: str) -> None:
    text = (DEPLOY / name).read_text(encoding="utf-8")
    exist = {sample.partition("{")[0] for sample in metrics(watched[1])} | {"process_cpu_seconds_total"}
    named = set(re.findall(r"\b(?:presswatch|process)_\w+", text))
    assert len(named) > 5 and named <= exist, named - exist
    labels = set(re.findall(r'(\w+)=~?\\?"', text)) - {"job", "instance"}
    assert labels <= {"outcome", "state", "kind", "significance"}


def test_the_dashboard_is_one_that_grafana_reads() -> None:
    told = json.loads((DEPLOY / "grafana.json").read_text(encoding="utf-8"))
    panels = told["panels"]
    assert told["title"] == "presswatch" and len({panel["id"] for panel in panels}) == len(panels) > 6
    for panel in panels:
        assert panel["title"] and panel["gridPos"]["x"] + panel["gridPos"]["w"] <= 24
        assert all(target["expr"].strip() and target["refId"] for target in panel["targets"])
