"""All benchmarks, one after another, each in a process of its own: ``python -m benchmarks``; options are handed on to each."""

import subprocess
import sys
from pathlib import Path

NOT_ALONE = {"__init__", "__main__", "measuring", "pages", "filling"}


def names() -> list[str]:
    return sorted(module.stem for module in Path(__file__).parent.glob("*.py") if module.stem not in NOT_ALONE)


if __name__ == "__main__":
    sys.exit(max(subprocess.run([sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]], check=False).returncode for name in names()))
