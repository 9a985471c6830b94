"""The benchmarks run, as who measures runs them, and tell their figures; what the figures are, no test asks."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import changed_pages

TOO_LONG = 300  # seconds
REPLICAS = ("Bitrix", "Bitrix, windows-1251", "WordPress", "Drupal")
Told = Callable[..., str]


@pytest.fixture
def tiny(tmp_path: Path) -> Told:
    """What a benchmark prints of the replicas alone, run in a process of its own: what other tests keep in this one would slow it down."""

    def told(name: str, *options: str) -> str:
        return subprocess.run(
            [sys.executable, "-m", f"benchmarks.{name}", "--tiny", *options],
            cwd=Path(__file__).parent.parent,
            env=os.environ | {"PRESSWATCH_CORPUS": str(tmp_path)},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
            timeout=TOO_LONG,
        ).stdout

    return told


def tables(printed: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in printed.splitlines()]


def rows(printed: str) -> list[dict[str, Any]]:
    return [row for table in tables(printed) for row in table["rows"]]


def test_extraction_prints_its_tables(tiny: Told) -> None:
    told = tiny("extraction")
    assert told.count("ratio") == 2
    assert all(f"\n{name} " in told for name in REPLICAS)


@pytest.mark.parametrize("name", ["extraction", "unchanged_checks", "unchanged_pass"])
def test_prints_json_for_programs(tiny: Told, name: str) -> None:
    told = tiny(name, "--json")
    assert len(tables(told)) == 2
    assert all(row["ratio"] > 0 and row["best"] > 0 and row["pages"] for row in rows(told))


def test_tells_what_a_changed_page_costs(tiny: Told) -> None:
    told = tiny("changed_pages", "--json")
    assert [table["one"] for table in tables(told)] == [changed_pages.READ, changed_pages.COMPARED, changed_pages.REFRESHED]
    assert all(row["ratio"] > 0 and row["pages"] for row in rows(told))


def test_storage_is_told_beside_that_of_git(tiny: Told) -> None:
    alone, behind = rows(tiny("storage", "--json"))
    assert all(0 < row["texts"] < row["versions"] < row["everything"] and row["git"] > 0 for row in (alone, behind))
    assert behind["everything"] < alone["everything"]  # the empty tables are there already
    assert "times git" in tiny("storage")


def test_rules_of_revisiting_are_compared(tiny: Told) -> None:
    told = rows(tiny("revisit", "--json", "--turns", "3"))
    assert {row["process"] for row in told} == {"news", "official"}
    assert all(0 < row["score"]["caught"] <= 1 and row["score"]["looks"] <= row["budget"] for row in told)


def test_the_memory_of_a_daemon_is_told(tiny: Told) -> None:
    (row,) = rows(tiny("memory", "--json"))
    assert 0 < row["ready"] <= row["after"] <= 2 * row["most"] and row["looks"] >= 60


def test_the_scheduler_in_simulated_time(tiny: Told) -> None:
    calm, *_, overrun, together, dying = rows(tiny("planet", "--json"))
    assert calm["late"][-1] < overrun["late"][-1]
    assert together["queue"] > calm["queue"]
    assert dying["looks_a_second"] > 0


@pytest.mark.parametrize("name", ["growth", "hostile"])
def test_growth_is_told_with_its_exponent(tiny: Told, name: str) -> None:
    told = rows(tiny(name, "--json"))
    assert len(told) > 10
    assert all(row["ratio"] > 0 and len(row["spent"]) == len(row["sizes"]) and isinstance(row["exponent"], float) for row in told)


def test_workers_of_the_queue_are_counted(tiny: Told) -> None:
    (row,) = rows(tiny("queue", "--json"))
    assert row["workers"] == 1 and 0 < row["looks"] <= 2 * row["possible"]


def test_readers_are_told_beside_a_writer(tiny: Told) -> None:
    (row,) = rows(tiny("readers", "--json"))
    assert row["readers"] == 2 and row["alone"] <= row["alone_99"] and min(row["ratio"], row["ratio_99"], row["edits"]) > 0
