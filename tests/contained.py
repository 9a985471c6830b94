"""A day in the life of presswatch in one process that tells of every file it writes: ``python -m tests.contained FOLDER``.

It polls a newsroom, finds an edit, reads a PDF, serves its pages, exports and verifies; at its end it prints what was written outside
of ``FOLDER/state``, a line each. ``FOLDER/config`` holds the configuration.
"""

import io
import os
import sys
import urllib.request
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path

_WRITES = {"open": 0, "os.mkdir": 0, "os.rename": 1, "os.symlink": 1, "os.link": 1, "os.truncate": 0, "sqlite3.connect": 0, "os.remove": 0}
_FLAGS = os.O_WRONLY | os.O_RDWR | os.O_CREAT


class Written:
    """The paths that this process wrote to, as Python's audit events tell of them (PEP 578)."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if event not in _WRITES or len(arguments) <= _WRITES[event]:
            return
        path = arguments[_WRITES[event]]
        is_read = event == "open" and not (isinstance(arguments[2], int) and arguments[2] & _FLAGS)
        if isinstance(path, str | bytes | os.PathLike) and not is_read:
            self.paths.add(os.fsdecode(path))

    def outside(self, folder: Path) -> list[str]:
        """Return what was written elsewhere; compiled code, where it may be kept, and devices do not count."""
        places = {Path(path.removeprefix("file:").partition("?")[0]).absolute() for path in self.paths if path != ":memory:"}
        return sorted(
            str(place) for place in places if folder not in place.parents and place != folder and "__pycache__" not in place.parts
            and place.parts[1:2] != ("dev",)
        )  # fmt: skip


def main(folder: Path) -> None:
    from tests.newsroom import DrupalSite, Newsroom
    from tests.newsroom.pdf import pdf

    config, state = folder / "config", folder / "state"
    with Newsroom(DrupalSite(count=6)) as newsroom:
        site = newsroom.site
        sources = f'[[source]]\nid = "news"\nurl = "{newsroom.url}"\n'
        (config / "sources.toml").write_text(sources)
        document = pdf("A title", ["A paragraph of a document."], datetime(2026, 11, 22, tzinfo=UTC))
        written = Written()
        _live(config, state, site, document)
    print("\n".join(written.outside(state)))


def _live(config: Path, state: Path, site, document: bytes) -> None:
    from service.doors import web
    from service.doors.cli import main as presswatch
    from service.extract import extract
    from service.models import Source

    from .reading import snapshot
    from .test_web import free_port

    def run(*arguments: str, code: int = 0) -> None:
        answer, said = io.StringIO(), io.StringIO()
        with redirect_stdout(answer), redirect_stderr(said):
            ended = presswatch(["--config", str(config), "--state", str(state), *arguments])
        assert ended == code, (arguments, ended, said.getvalue())

    run("refresh", "--all")
    site.edit(site.releases[1].slug, "the", "not the")
    run("refresh", "--all", "--recheck")
    for command in (["changes"], ["diff", "1"], ["sources", "--template"], ["search", "council"], ["verify"]):
        run(*command)
    run("export", "--change", "1", "--output", str(state / "evidence.zip"))
    run("db", "backup", str(state / "copy.db"))
    assert extract(snapshot(document, "application/pdf"), Source("a", "https://news.example/")).blocks
    from service.bootstrap import open_house

    with open_house(config_dir=config, state_dir=state) as house:
        port = free_port()
        stop = web.start(house, "127.0.0.1", port)
        for path in ("/?lang=ru", "/changes/1", "/statistics", "/feeds/changes.atom", "/metrics", "/api/v1/changes/1/evidence.zip"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=20) as given:
                assert given.status == 200 and given.read()
        stop()


if __name__ == "__main__":
    main(Path(sys.argv[1]).absolute())
