"""``python -m tests.month``: months by hand."""

import argparse
import tempfile
from pathlib import Path

from . import SITES, Month, __doc__, told


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.month", description=__doc__)
    parser.add_argument("site", nargs="*", help=f"of {', '.join(SITES)}; all when none is named")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--releases", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--pace", type=int, default=1, help="2: half as many looks and troubles")
    options = parser.parse_args()
    for kind in options.site or SITES:
        with tempfile.TemporaryDirectory() as folder:
            month = Month(kind, Path(folder), days=options.days, releases=options.releases, seed=options.seed, pace=options.pace)
            print(told(month, month.run()), flush=True)


if __name__ == "__main__":
    main()
