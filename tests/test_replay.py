"""A real newsroom month by month, and real releases before and after real edits, through the whole pipeline."""

import json
import re
import tarfile
from pathlib import Path

import pytest

from . import pairs
from .newsroom import Newsroom, Release, Site
from .newsroom.wire import Request, Response
from .watching import source, watch

SAMPLE = {"govuk": 6, "debian": 5, "usgov": 5, "drought": 1}  # every so many pairs of a set; all of them by hand, see ``pairs``


class ReplaySite(Site):
    """The Apache Flink newsroom, one state of its real history at a time; links to its own address lead here."""

    list_path = "/blog/index.html"

    def __init__(self, folder: Path) -> None:
        super().__init__(releases=())
        self.folder, self.state = folder, 0

    def page(self, release: Release, request: Request) -> Response:
        return self.respond(request)

    def respond(self, request: Request) -> Response:
        file = self.folder / f"{self.state:02d}" / request.path.lstrip("/")
        file = file / "index.html" if file.is_dir() else file
        if not file.is_file():
            return self.not_found(404)
        body = re.sub(rb"https?://flink\.apache\.org", self.base.encode(), file.read_bytes())
        kind = "application/xml" if file.suffix == ".xml" else "text/html; charset=utf-8"
        return Response(200, body, (("Content-Type", kind),))


@pytest.fixture(scope="session")
def flink(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("flink")
    with tarfile.open(corpus / "replay-flink" / "site.tar.xz") as archive:
        archive.extractall(folder, filter="data")
    return folder


def listed(folder: Path, list_path: str) -> str:
    """Return all that the listing pages, or the feed, of one state say."""
    parts = sorted((folder / "blog").rglob("*.html")) if list_path.endswith(".html") else [folder / list_path.lstrip("/")]
    return "".join(part.read_text(encoding="utf-8") for part in parts)


# What the listing is followed through month by month; by the feed in longer strides, which end where the edits are.
STRIDES = {"/blog/index.html": tuple(range(25)), "/blog/feed.xml": (0, 1, 21, 22)}


@pytest.mark.parametrize("list_path", STRIDES)
def test_a_real_newsroom_is_followed_month_by_month(list_path: str, flink: Path, tmp_path: Path) -> None:
    truth = json.loads((flink / "truth.json").read_text())
    site = ReplaySite(flink)
    site.list_path = list_path
    with Newsroom(site), watch(tmp_path, source("flink", site.url)) as watched:
        begun = 0
        for state in STRIDES[list_path]:
            site.state = state
            known = {line.item_url for line in watched.house.store.items()}
            report = watched.one()
            found = {line.item_url for line in watched.house.store.items()} - known
            # One page of this history was never linked to from anywhere.
            shown = listed(flink / f"{state:02d}", list_path)
            new = {path for month in truth[begun : state + 1] for path in month["new"]}
            assert found == {f"{site.base}/{path}" for path in new if path in shown}, state
            assert report.new == len(found)
            begun = state + 1
        real = {f"{site.base}/{edit['path']}" for month in truth for edit in month["edited"]}
        told = watched.changes()
        assert {line.item_url for line in told if "body" in line.fields} == real
        # 2 of 2; the one more page that is told of did change: the target of a link
        assert [(line.fields, line.significance) for line in told if line.item_url not in real] == [(("links",), "minor")]


@pytest.mark.parametrize("name", SAMPLE)
def test_real_edits_are_reported_and_real_noise_is_not(name: str, corpus: Path, tmp_path: Path) -> None:
    sample = pairs.load(name, corpus)[:: SAMPLE[name]]
    told = pairs.outcomes(sample, tmp_path)
    wrong = {pair.id: (pair.expected, told[pair.id]) for pair in sample if not pairs.met(pair.expected, told[pair.id])}
    assert not wrong
