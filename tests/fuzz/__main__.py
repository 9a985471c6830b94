"""All readers, as many at once as there are processors: ``python -m tests.fuzz --inputs 1000000``; ends with 1 where anything was found.

``--inputs`` are shared out among the readers as their table says. What crashed or hung a reader is left in ``--keep``, a file for each.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from .readers import READERS
from .seeds import ROOT

_GROWTH = 200_000_000  # bytes that a reader may come to hold over the second half of its run: caches fill, and level off
_PDFS = 300  # each of them takes a process of its own


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description="Feed every reader with what no honest server sends.")
    parser.add_argument("readers", nargs="*", metavar="READER", help=f"some of: {', '.join(READERS)}  [default: all]")
    parser.add_argument("--inputs", type=int, default=1_000_000, help="in all  [default: 1000000]")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--engine", choices=("atheris", "hypothesis"), default="atheris")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="readers at once  [default: the processors]")
    parser.add_argument("--keep", type=Path, default=Path("fuzz-finds"))
    parser.add_argument("--json", action="store_true")
    asked = parser.parse_args()
    names = asked.readers or list(READERS)
    shares = sum(READERS[name].share for name in names)

    def feed(name: str) -> dict[str, Any]:
        share = READERS[name].share
        line = one(name, -(-asked.inputs * share // shares) if share else _PDFS, asked)
        if not asked.json:
            print(" ".join(f"{key} {value}" for key, value in line.items()), flush=True)
        return line

    slow_first = sorted(names, key=lambda name: -READERS[name].longest)  # or the longest of them is fed alone in the end
    with ThreadPoolExecutor(asked.jobs) as pool:
        told = sorted(pool.map(feed, slow_first), key=lambda line: names.index(line["reader"]))
    total = {"inputs": sum(line["inputs"] for line in told), "finds": sum(bool(line["find"]) for line in told), "readers": told}
    print(json.dumps(total, indent=2) if asked.json else f"{total['inputs']} inputs, {total['finds']} finds")
    return int(bool(total["finds"]))


def one(name: str, inputs: int, asked: Any) -> dict[str, Any]:
    """Run one reader in a process of its own; return what it did."""
    with tempfile.TemporaryDirectory(prefix="presswatch-fuzz-") as folder:
        command = [sys.executable, "-m", "tests.fuzz.one", name, "--inputs", str(inputs), "--seed", str(asked.seed), "--folder", folder]
        begun = time.monotonic()
        with (Path(folder) / "told").open("w+") as told:
            code = subprocess.run([*command, "--engine", asked.engine], cwd=ROOT, stdout=told, stderr=told, check=False).returncode
            told.seek(0)
            last = [line.strip() for line in told.read().splitlines() if line.strip() and not line.startswith(("INFO", "WARNING"))][-25:]
        progress = Path(folder) / "progress.json"
        state = json.loads(progress.read_text()) if progress.exists() else {"inputs": 0, "refused": 0, "memory": []}
        memory = state["memory"] or [0]
        grown = memory[-1] - memory[len(memory) // 2]
        find = "\n".join(last) if code else f"grew by {grown} bytes" if grown > _GROWTH else ""
        kept = [_kept(path, name, asked.keep) for path in Path(folder).glob("*-*") if path.is_file()] if find else []
    return {
        "reader": name,
        "inputs": state["inputs"],
        "refused": state["refused"],
        "seconds": round(time.monotonic() - begun, 1),
        "megabytes": round(memory[-1] / 1e6),
        "grown": round(grown / 1e6),
        "kept": kept,
        "find": find,
    }


def _kept(path: Path, name: str, folder: Path) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    return str(shutil.copy(path, folder / f"{name}-{path.name[:40]}"))


if __name__ == "__main__":
    sys.exit(main())
