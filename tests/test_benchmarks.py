"""The benchmarks run and tell their figures; what the figures are, no test asks."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import (
    extraction,
    growth,
    hostile,
    memory,
    pages,
    planet,
    queue,
    readers,
    revisit,
    storage,
    unchanged_checks,
    unchanged_pass,
)


@pytest.fixture(autouse=True)
def replicas_alone(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(pages, "CORPUS", tmp_path)


def test_extraction_prints_its_tables(capsys: pytest.CaptureFixture[str]) -> None:
    extraction.main(["--tiny"])
    told = capsys.readouterr().out
    assert told.count("ratio") == 2
    assert all(name in told for name, _ in pages.page_sets(1))


@pytest.mark.parametrize(
    "main",
    [extraction.main, unchanged_checks.main, unchanged_pass.main],
    ids=["extraction", "unchanged_checks", "unchanged_pass"],
)
def test_prints_json_for_programs(main: Callable[[list[str]], None], capsys: pytest.CaptureFixture[str]) -> None:
    main(["--tiny", "--json"])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(told) == 2
    assert all(row["ratio"] > 0 and row["best"] > 0 and row["pages"] for one in told for row in one["rows"])


def test_storage_is_told_beside_that_of_git(capsys: pytest.CaptureFixture[str]) -> None:
    storage.main(["--tiny", "--json"])
    alone, behind = json.loads(capsys.readouterr().out)["rows"]
    assert all(0 < row["texts"] < row["versions"] < row["everything"] and row["git"] > 0 for row in (alone, behind))
    assert behind["everything"] < alone["everything"]  # the empty tables are there already
    storage.main(["--tiny"])
    assert "times git" in capsys.readouterr().out


def test_rules_of_revisiting_are_compared(capsys: pytest.CaptureFixture[str]) -> None:
    revisit.main(["--tiny", "--json", "--turns", "3"])
    rows = json.loads(capsys.readouterr().out)["rows"]
    assert {row["process"] for row in rows} == {"news", "official"}
    assert all(0 < row["score"]["caught"] <= 1 and row["score"]["looks"] <= row["budget"] for row in rows)


def test_the_memory_of_a_daemon_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    memory.main(["--tiny", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert 0 < row["ready"] <= row["after"] <= 2 * row["most"] and row["looks"] >= 60


def test_the_scheduler_in_simulated_time(capsys: pytest.CaptureFixture[str]) -> None:
    planet.main(["--tiny", "--json"])
    calm, *_, overrun, together, dying = json.loads(capsys.readouterr().out)["rows"]
    assert calm["late"][-1] < overrun["late"][-1]
    assert together["queue"] > calm["queue"]
    assert dying["looks_a_second"] > 0


@pytest.mark.parametrize("main", [growth.main, hostile.main], ids=["growth", "hostile"])
def test_growth_is_told_with_its_exponent(main: Callable[[list[str]], None], capsys: pytest.CaptureFixture[str]) -> None:
    main(["--tiny", "--json"])
    rows = [row for line in capsys.readouterr().out.splitlines() for row in json.loads(line)["rows"]]
    assert len(rows) > 10
    assert all(row["ratio"] > 0 and len(row["spent"]) == len(row["sizes"]) and isinstance(row["exponent"], float) for row in rows)


def test_workers_of_the_queue_are_counted(capsys: pytest.CaptureFixture[str]) -> None:
    queue.main(["--tiny", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["workers"] == 1 and 0 < row["looks"] <= 2 * row["possible"]


def test_readers_are_told_beside_a_writer(capsys: pytest.CaptureFixture[str]) -> None:
    readers.main(["--tiny", "--json"])
    (row,) = json.loads(capsys.readouterr().out)["rows"]
    assert row["readers"] == 2 and row["alone"] <= row["alone_99"] and min(row["ratio"], row["ratio_99"], row["edits"]) > 0
