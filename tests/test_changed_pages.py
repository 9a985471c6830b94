"""The benchmark of changed pages runs and tells its figures; what they are, no test asks."""

import json
from pathlib import Path

import pytest

from benchmarks import changed_pages, pages


def test_tells_what_a_changed_page_costs_for_programs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(pages, "CORPUS", tmp_path)
    changed_pages.main(["--tiny", "--json"])
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [one["one"] for one in told] == [changed_pages.READ, changed_pages.COMPARED, changed_pages.REFRESHED]
    assert all(row["ratio"] > 0 and row["pages"] for one in told for row in one["rows"])
