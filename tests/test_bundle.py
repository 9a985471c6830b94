"""The evidence of a change stands by itself: unpacked in an empty folder, checked without presswatch, and every altered byte is told."""

import base64
import hashlib
import json
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner
from warcio.archiveiterator import ArchiveIterator

from service.bundle import bundle
from service.doors import web
from service.doors.cli import cli
from service.errors import UsageError

from .newsroom import DrupalSite, Newsroom
from .storing import environ
from .test_passes import reworded
from .test_web import free_port
from .watching import Watch, source, watch

EDITED, WITHDRAWN = 1, 2


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watch]:
    """A release edited, another one withdrawn."""
    with Newsroom(DrupalSite()) as newsroom, watch(tmp_path_factory.mktemp("bundle"), source("news", newsroom.url)) as watched:
        site = newsroom.site
        watched.one()
        site.edit(site.releases[3].slug, *reworded(site, site.releases[3].slug))
        watched.one()
        site.withdraw(site.releases[1].slug)
        watched.one()
        assert watched.kinds() == ["edited", "withdrawn"]
        yield watched


def packed(watched: Watch, number: int) -> bytes:
    return b"".join(bundle(watched.house.store, watched.house.archive, number))


def unpacked(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(BytesIO(data)) as file:
        assert file.testzip() is None
        file.extractall(folder)
    return folder


@pytest.fixture
def edited(watched: Watch, tmp_path: Path) -> Path:
    return unpacked(packed(watched, EDITED), tmp_path / "evidence")


def checked(folder: Path) -> tuple[int, str]:
    done = subprocess.run([sys.executable, "-I", "-S", "check.py"], cwd=folder, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_all_of_it_is_there_and_holds(watched: Watch, edited: Path) -> None:
    code, told = checked(edited)
    assert (code, "All of it holds" in told) == (0, True), told
    names = {path.relative_to(edited).as_posix() for path in edited.rglob("*") if path.is_file()}
    of_sides = {
        f"{side}/{name}" for side in ("before", "after") for name in ("text.txt", "reading.json", "headers.txt", "request.txt", "page.html")
    }
    assert names == {"README.txt", "check.py", "change.json", "diff.html", "captures.warc.gz", "ledger.json", "SHA256SUMS"} | of_sides
    said = json.loads((edited / "change.json").read_text())
    versions = watched.house.store.version_lines(said["change"]["item_url"])
    for side, version in zip(("before", "after"), versions, strict=True):
        assert hashlib.sha256((edited / side / "reading.json").read_bytes()).hexdigest() == version.exact_hash
        assert (edited / side / "page.html").read_bytes() == watched.house.archive.fetch(version.snapshot).body
        assert said[side]["capture"]["peer"] == "127.0.0.1"
    assert "of all things" in (edited / "after" / "text.txt").read_text()
    assert "<ins>" in (edited / "diff.html").read_text() and "http-equiv" not in (edited / "diff.html").read_text()
    assert "seen_until" not in (edited / "change.json").read_text()


def test_the_captures_are_read_by_the_tools_of_web_archives(edited: Path) -> None:
    kinds = [record.rec_type for record in ArchiveIterator((edited / "captures.warc.gz").open("rb"), check_digests="raise")]
    assert kinds[:3] == ["warcinfo", "response", "request"] and kinds.count("response") == 2


def test_the_same_change_is_the_same_zip_whatever_comes_after(watched: Watch) -> None:
    before = packed(watched, EDITED)
    watched.one()
    assert packed(watched, EDITED) == before


def resealed(folder: Path, name: str, data: bytes) -> None:
    """Put other bytes in the place of a file, with digests that fit."""
    before, sums = (folder / name).read_bytes(), (folder / "SHA256SUMS").read_text()
    (folder / name).write_bytes(data)
    lines = sums.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(data).hexdigest()).splitlines(keepends=True)[:-1]
    (folder / "SHA256SUMS").write_text("".join(lines) + f"# seal {hashlib.sha256(''.join(lines).encode()).hexdigest()}\n")


def test_the_ledger_proves_the_change_and_both_versions(edited: Path) -> None:
    told = checked(edited)[1]
    assert "entries lead to the checkpoint at entry" in told and "the checkpoint is signed with the Ed25519 key" in told
    proofs = json.loads((edited / "ledger.json").read_text())["proofs"]
    assert sorted(json.loads(proof["entry"])["entry"] for proof in proofs) == ["change", "release", "version", "version"]
    assert proofs[-1]["checkpoint"].split("\n")[3] in (edited / "README.txt").read_text()


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        ("change.json", '"substantive"', '"cosmetic"', "is not the change that ledger.json proves"),
        ("change.json", '"reason": "edit"', '"reason": "rebase"', "as ledger.json proves it"),
        ("ledger.json", '\\"kind\\":\\"edited\\"', '\\"kind\\":\\"moved\\"', "does not lead to its checkpoint"),
        ("ledger.json", "\\n\\n\u2014", "\\n\\n-", "ledger.json"),
        ("ledger.json", '"entry": "{\\"entry\\":\\"change\\"', '"entry": "{\\"entry\\":\\"chance\\"', "does not prove the change"),
        ("ledger.json", "202", "203", "ledger.json"),
    ],
)
def test_another_story_with_digests_that_fit_is_told_by_the_ledger(edited: Path, name: str, old: str, new: str, words: str) -> None:
    whole = (edited / name).read_text()
    assert old in whole
    resealed(edited, name, whole.replace(old, new).encode())
    code, told = checked(edited)
    assert (code, words in told) == (1, True), told


def test_a_signature_of_another_key_is_told(edited: Path) -> None:
    whole = (edited / "ledger.json").read_text()
    key = json.loads(whole)["proofs"][0]["key"]
    resealed(edited, "ledger.json", whole.replace(key, f"{'0' if key[0] != '0' else '1'}{key[1:]}").encode())
    code, told = checked(edited)
    assert (code == 1 and "not written as one" in told) or "NOT CHECKED here" in told


def test_a_signature_that_is_none_is_told(edited: Path) -> None:
    said = json.loads((edited / "ledger.json").read_text())
    for proof in said["proofs"]:
        head, _, written = proof["checkpoint"].rstrip("\n").rpartition(" ")
        forged = bytearray(base64.b64decode(written))
        forged[20] ^= 1
        proof["checkpoint"] = f"{head} {base64.b64encode(forged).decode()}\n"
    resealed(edited, "ledger.json", json.dumps(said, ensure_ascii=False).encode())
    code, told = checked(edited)
    assert (code == 1 and "not signed with the key told" in told) or "NOT CHECKED here" in told


def test_without_openssl_it_says_so(edited: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-S", "check.py"], cwd=edited, capture_output=True, text=True, check=False, env={"PATH": ""}
    )
    assert (done.returncode, "NOT CHECKED here (no openssl 3)" in done.stdout) == (0, True), done.stdout


def test_a_withdrawal_shows_what_stood_there_and_the_answer_that_told_it(watched: Watch, tmp_path: Path) -> None:
    folder = unpacked(packed(watched, WITHDRAWN), tmp_path / "evidence")
    assert checked(folder)[0] == 0
    assert (folder / "after" / "headers.txt").read_text().startswith("HTTP/1.1 404")
    assert (folder / "before" / "text.txt").stat().st_size > 100
    assert not (folder / "after" / "text.txt").exists()
    assert "no longer served" in (folder / "README.txt").read_text()


def test_any_altered_byte_is_told_by_the_name_of_its_file(edited: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")  # openssl takes its time
    names = sorted(path.relative_to(edited).as_posix() for path in edited.rglob("*") if path.is_file() and path.name != "check.py")
    for name in names:
        whole = (edited / name).read_bytes()
        for place in (0, len(whole) // 2, len(whole) - 1):
            (edited / name).write_bytes(whole[:place] + bytes([whole[place] ^ 1]) + whole[place + 1 :])
            code, told = checked(edited) if place == len(whole) - 1 else _checked_here(edited)
            assert (code, name in told) == (1, True), (name, place, told)
        (edited / name).write_bytes(whole)
    assert checked(edited)[0] == 0


def _checked_here(folder: Path) -> tuple[int, str]:
    """The same without a process of its own."""
    from service.bundle.check import Checker

    checker = Checker(folder)
    code = checker.run()
    return code, str(checker.wrong)


def test_a_file_too_many_or_too_few_is_told_and_so_is_another_checker(edited: Path) -> None:
    (edited / "more.txt").write_text("x")
    assert "more.txt" in checked(edited)[1]
    (edited / "more.txt").unlink()
    (edited / "before" / "text.txt").unlink()
    code, told = checked(edited)
    assert (code, "before/text.txt" in told) == (1, True)
    (edited / "check.py").write_text((edited / "check.py").read_text() + "# \n")
    assert "check.py" in checked(edited)[1]


def test_digests_made_to_fit_are_told_by_what_they_are_digests_of(edited: Path) -> None:
    """Who alters a page and writes its new digest down is told by the capture, and who packs another text by the version."""
    for name, words in (("after/page.html", "captures.warc.gz"), ("after/reading.json", "not the text of the version")):
        whole, sums = (edited / name).read_bytes(), (edited / "SHA256SUMS").read_text()
        (edited / name).write_bytes(whole + b" ")
        lines = sums.replace(hashlib.sha256(whole).hexdigest(), hashlib.sha256(whole + b" ").hexdigest()).splitlines(keepends=True)[:-1]
        seal = hashlib.sha256("".join(lines).encode()).hexdigest()
        (edited / "SHA256SUMS").write_text("".join(lines) + f"# seal {seal}\n")
        code, told = checked(edited)
        assert (code, name in told, words in told) == (1, True, True), told
        (edited / name).write_bytes(whole)
        (edited / "SHA256SUMS").write_text(sums)


def test_what_cannot_be_read_is_said_and_the_rest_still_handed_on(watched: Watch, tmp_path: Path) -> None:
    from service.archive import Archive

    nothing = Archive(tmp_path / "empty", watched.house.clock)
    folder = unpacked(b"".join(bundle(watched.house.store, nothing, EDITED)), tmp_path / "evidence")
    code, told = checked(folder)
    assert (code, "no raw answer was kept" in told) == (0, True), told
    assert not (folder / "captures.warc.gz").exists()


def test_no_such_change(watched: Watch) -> None:
    with pytest.raises(UsageError, match="no change 99"):
        packed(watched, 99)


def test_from_the_command_line_and_from_the_page(watched: Watch, tmp_path: Path) -> None:
    wanted = packed(watched, EDITED)
    settings = watched.house.settings
    place = ["--config", str(settings.config_dir), "--state", str(settings.state_dir)]
    out = tmp_path / "evidence.zip"
    done = CliRunner().invoke(cli, [*place, "export", "--change", "1", "--output", str(out)], env=environ(settings.state_dir))
    assert (done.exit_code, out.read_bytes()) == (0, wanted), done.output
    assert list(tmp_path.iterdir()) == [out]
    port = free_port()
    stop = web.start(watched.house, "127.0.0.1", port)
    page = requests.get(f"http://127.0.0.1:{port}/changes/1", timeout=10)
    answer = requests.get(f"http://127.0.0.1:{port}/api/v1/changes/1/evidence.zip", timeout=10)
    none = requests.get(f"http://127.0.0.1:{port}/api/v1/changes/99/evidence.zip", timeout=10)
    stop()
    assert (answer.content, answer.headers["content-type"]) == (wanted, "application/zip")
    assert 'action="/api/v1/changes/1/evidence.zip"' in page.text and "HTTP/1.1 200 OK" in page.text
    assert none.status_code == 404


def test_show_tells_how_a_version_was_served(watched: Watch) -> None:
    settings = watched.house.settings
    place = ["--config", str(settings.config_dir), "--state", str(settings.state_dir)]
    url = watched.changes()[0].item_url or ""
    shown = CliRunner().invoke(cli, [*place, "show", url, "--evidence"], env=environ(settings.state_dir))
    assert {"status", "by", "page", "header", "sent", "record"} <= {line.split("  ")[0] for line in shown.output.splitlines()}
    assert "the same bytes  again at " in shown.output
    told = json.loads(CliRunner().invoke(cli, [*place, "show", url, "--evidence", "--json"], env=environ(settings.state_dir)).output)
    assert (told["evidence"]["peer"], told["evidence"]["status"], told["version"]) == ("127.0.0.1", 200, 2)
