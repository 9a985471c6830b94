"""The bill of materials of the container, in CycloneDX 1.6: every distribution of the lock, with its hashes, licence, and what it needs.

    python deploy/sbom.py requirements/run.txt > sbom.json

It is run by the Python that has them installed, and needs nothing but that: what tells what is in an image should bring nothing into it.
Source: https://cyclonedx.org/docs/1.6/json/
"""

import json
import re
import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

_PIN = re.compile(r"^(?P<name>[A-Za-z0-9._-]+)==(?P<version>[^\s;\\]+)(?P<rest>(?:[^\n]*\\\n)*[^\n]*)", re.M)
_OURS = "presswatch"


def bill(lock: str) -> dict[str, Any]:
    """Return the bill of what a lock names and is installed here; pins for other systems and Pythons are left out."""
    parts = {normal(pin["name"]): _component(pin) for pin in _PIN.finditer(lock) if _is_installed(pin["name"], pin["version"])}
    needs = {name: sorted(_needed(name) & parts.keys()) for name in [*parts, _OURS]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": {"type": "application", "bom-ref": _OURS, "name": _OURS, "version": distribution(_OURS).version}},
        "components": list(parts.values()),
        "dependencies": [{"ref": name, "dependsOn": dependencies} for name, dependencies in needs.items()],
    }


def normal(name: str) -> str:
    """Return the name of a distribution as all of its spellings are the same (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()


def _component(pin: re.Match[str]) -> dict[str, Any]:
    name, version = normal(pin["name"]), pin["version"]
    told = {
        "type": "library",
        "bom-ref": name,
        "name": name,
        "version": version,
        "purl": f"pkg:pypi/{name}@{version}",
        "hashes": [{"alg": "SHA-256", "content": found} for found in re.findall(r"--hash=sha256:([0-9a-f]{64})", pin["rest"])],
    }
    return {**told, **_licence(name)}


def _licence(name: str) -> dict[str, Any]:
    """Return what a distribution says of its licence: an SPDX expression where it gives one (PEP 639), else its own words."""
    metadata = distribution(name).metadata
    if expression := metadata.get("License-Expression"):
        return {"licenses": [{"expression": expression}]}
    classified = [one.rpartition(" :: ")[2] for one in metadata.get_all("Classifier") or () if one.startswith("License :: ")]
    words = classified or [(metadata.get("License") or "").split("\n")[0]]
    return {"licenses": [{"license": {"name": one}} for one in words if one]} if any(words) else {}


def _needed(name: str) -> set[str]:
    """Return the names of what a distribution may need, whether or not it is wanted here."""
    return {normal(match[0]) for line in distribution(name).requires or () if (match := re.match(r"[A-Za-z0-9._-]+", line))}


def _is_installed(name: str, version: str) -> bool:
    try:
        return distribution(name).version == version
    except PackageNotFoundError:
        return False


if __name__ == "__main__":
    json.dump(bill(Path(sys.argv[1]).read_text(encoding="utf-8")), sys.stdout, indent=1)
