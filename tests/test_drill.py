"""The distributed engine under kill -9, frozen processes, a queue emptied and doubled: judged from the newsroom's log and the database."""

from pathlib import Path

from .drill import drill, everything


def test_whatever_befalls_the_fleet_every_due_time_is_served_once_in_time_and_politely(tmp_path: Path) -> None:
    with drill(tmp_path, "presswatch_drill", slow=6) as fleet:
        everything(fleet, seconds=0)
        assert fleet.stop() == [0] * (len(fleet.processes) - len(fleet.killed))
        found = fleet.findings()
        assert found.faults == [], fleet.logs()
        assert found.passes > 50
        assert any((tmp_path / name / "changes.jsonl").exists() for name in {"r1", "r2", "r3"} - fleet.killed)  # who took over keeps it
