"""All benchmarks, one after another, each in a process of its own: ``python -m benchmarks``; options are handed on to each."""

import subprocess
import sys
from pathlib import Path


def names() -> list[str]:
    here = Path(__file__)
    return sorted(one.stem for one in here.parent.glob("*.py") if one != here and '__name__ == "__main__"' in one.read_text("utf-8"))


if __name__ == "__main__":
    sys.exit(max(subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=False).returncode for name in names()))
