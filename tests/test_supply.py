"""Promise: what the container holds of other people's work is told, each piece by version, hash and licence; all of it is locked."""

import json
import re
import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


def test_the_bill_names_every_distribution_of_the_lock() -> None:
    lock = ROOT / "requirements" / "run.txt"
    command = [sys.executable, str(ROOT / "deploy" / "sbom.py"), str(lock)]
    bill = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.6")
    parts = {part["name"]: part for part in bill["components"]}
    locked = set(re.findall(r"^([a-z0-9-]+)==([^\s;]+)", lock.read_text(), re.M))
    assert {name for name, _ in locked} - set(parts) <= {"colorama"}  # of Windows alone
    for name, part in parts.items():
        assert part["version"] == version(name) and (name, part["version"]) in locked
        assert part["purl"] == f"pkg:pypi/{name}@{part['version']}" and part["licenses"]
        assert all(re.fullmatch("[0-9a-f]{64}", told["content"]) for told in part["hashes"]) and part["hashes"]
    needs = {each["ref"]: set(each["dependsOn"]) for each in bill["dependencies"]}
    assert needs.keys() == {*parts, "presswatch"} and set().union(*needs.values()) <= parts.keys()
    assert {"requests", "urllib3", "fastapi"} <= needs["presswatch"] and "urllib3" in needs["requests"]


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_distribution_has_its_hashes_and_comes_from_no_named_place(lock: Path) -> None:
    text = lock.read_text()
    pins = re.findall(r"^[a-z0-9._-]+(?:\[[a-z,]+\])?==[^\n]*\\\n(?:    --hash=sha256:[0-9a-f]{64}(?: \\)?\n)+", text, re.M)
    assert len(pins) == len(re.findall(r"^\S", text, re.M)) > 0
    assert "://" not in text and "@ " not in text
