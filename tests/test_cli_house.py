"""The command line end to end: a real newsroom on loopback, a real state folder, output as users and programs get it."""

import json
import os
import pty
import re
import signal
import subprocess
import sys
import threading
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from service.doors.cli import main
from tests.newsroom import BitrixSite, Newsroom, dead_url

ROOT = Path(__file__).parent.parent
HOW = """
[fetch]
allow_private_hosts = true
per_host_delay = 0
retries = 0
[edits]
confirm_after = 0
gone_after = 0
"""
CHANGE_KEYS = (
    "id source item_url title kind significance classes declared fields not_before not_after detected_at before_version after_version "
    "words_added words_removed summary"
).split()
SHOW_KEYS = (
    "item_url source version versions state title published language text content_hash exact_hash rule seen_from seen_until snapshot"
).split()
REPORT_KEYS = "source outcome new checked edited cosmetic withdrawn restored moved duplicates incidents held failed errors".split()


class Desk:
    """A user at a desk: a newsroom to watch, a folder with configuration and state, and what the commands answer."""

    def __init__(self, newsroom: Newsroom, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.newsroom, self.site, self.folder, self.capsys = newsroom, newsroom.site, folder, capsys
        self.config, self.state = folder / "config", folder / "state"
        self.config.mkdir()
        (self.config / "presswatch.toml").write_text(HOW)
        self.sources(f'[[source]]\nid = "room"\nurl = "{newsroom.url}"\n')

    def sources(self, text: str) -> None:
        (self.config / "sources.toml").write_text(text)

    def options(self) -> list[str]:
        return ["--config", str(self.config), "--state", str(self.state)]

    def run(self, *args: str, code: int = 0) -> str:
        """Return what a command printed as its answer; what it said beside it is kept in ``said``."""
        given = main([*self.options(), *args])
        shown = self.capsys.readouterr()
        self.said = shown.err
        assert given == code, shown.err
        assert "Traceback" not in shown.err
        return shown.out

    def lines(self, *args: str) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.run(*args, "--json").splitlines()]


@pytest.fixture
def desk(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Iterator[Desk]:
    with Newsroom(BitrixSite(count=6)) as newsroom:
        yield Desk(newsroom, tmp_path, capsys)


def edited(desk: Desk) -> str:
    """Make a baseline, edit the newest release by a number, look again; return its address."""
    desk.run("refresh", "--all")
    release = desk.site.latest
    desk.site.edit(release.slug, "</p>", " It cost 1234 drams.</p>", declared=False)
    desk.run("refresh", "--all", "--recheck")
    return desk.site.address(release.slug)


def test_from_a_first_look_to_an_edit(desk):
    assert desk.run("changes") == ""
    assert "presswatch refresh --all" in desk.said
    told = json.loads(desk.run("refresh", "--all", "--json"))
    (report,) = told["sources"]
    assert list(report) == REPORT_KEYS
    assert (report["source"], report["new"], report["failed"]) == ("room", 6, 0)
    assert told["seconds"] >= 0

    release = desk.site.latest
    desk.site.edit(release.slug, "</p>", " It cost 1234 drams.</p>", declared=False)
    assert "1 edited" in desk.run("refresh", "room", "--recheck")
    (change,) = desk.lines("changes")
    assert set(CHANGE_KEYS) <= set(change)
    assert (change["kind"], change["source"], change["item_url"]) == ("edited", "room", desk.site.address(release.slug))

    shown = desk.run("diff", str(change["id"]))
    assert "1234" in shown
    assert "happened between" in shown
    assert "edited" in desk.run("changes")
    assert desk.run("changes", "--after", str(change["id"])) == ""
    assert desk.run("changes", "--kind", "withdrawn") == ""
    assert desk.run("changes", "--csv").splitlines()[0].startswith("id,")


def test_every_form_of_a_diff(desk):
    url = edited(desk)
    assert "+" in desk.run("diff", url, "--format", "unified")
    assert "1234" in desk.run("diff", url, "1", "2", "--format", "side")
    assert "<ins" in desk.run("diff", url, "--format", "html")
    assert json.loads(desk.run("diff", url, "--format", "json"))["hunks"]
    (change,) = desk.lines("changes")
    told = json.loads(desk.run("diff", str(change["id"]), "--format", "json"))
    assert told["change"]["id"] == change["id"]


def test_a_release_as_it_read_then(desk):
    url = edited(desk)
    first = json.loads(desk.run("show", url, "--version", "1", "--json"))
    now = json.loads(desk.run("show", url, "--json"))
    assert set(SHOW_KEYS) <= set(now)
    assert (first["version"], now["version"], now["versions"]) == (1, 2, 2)
    assert "1234" in now["text"]
    assert "1234" not in first["text"]
    at_first = desk.run("show", url, "--at", first["seen_until"])
    assert "version 1 of 2" in at_first
    assert "1234" not in at_first
    assert "not seen" in (desk.run("show", url, "--at", "9w", code=2), desk.said)[1]
    assert "no version 9" in (desk.run("show", url, "--version", "9", code=2), desk.said)[1]


def test_search_names_the_edit_that_brought_or_removed_the_words(desk):
    assert desk.run("search", "drams") == "" and "presswatch refresh --all" in desk.said
    url = edited(desk)
    (change,) = desk.lines("changes")
    (hit,) = desk.lines("search", '"1234 drams"')
    assert (hit["item_url"], hit["version"], hit["change"], hit["source"]) == (url, 2, change["id"], "room")
    assert {"text": "1234 drams", "found": True} in hit["snippet"]
    shown = desk.run("search", "dram*", "-nothing", "-h2o", "--source", "room")
    assert f"change {change['id']}" in shown and "[1234 drams]" not in shown and "[drams]" in shown
    assert desk.run("search", "drams", "--removed") == "" and "peacekeep*" in desk.said
    desk.site.withdraw(desk.site.latest.slug)
    desk.run("refresh", "--all", "--recheck")
    assert "now withdrawn" in desk.run("search", "drams", "--removed")


def test_a_search_that_cannot_be_is_told_in_words(desk):
    assert "nothing to search for" in (desk.run("search", "-drams", code=2), desk.said)[1]
    assert "--removed" in (desk.run("search", "drams", "--remved", code=2), desk.said)[1]


def test_one_release_alone_is_looked_at(desk):
    desk.run("refresh", "--all")
    url = desk.site.address(desk.site.latest.slug)
    before = len(desk.site.requests)
    assert "1 checked" in desk.run("refresh", url)
    asked = {line.path for line in desk.site.requests[before:]} - {"/robots.txt"}
    assert asked == {desk.site.latest.path}


def test_a_withdrawal_is_told_in_words(desk):
    desk.run("refresh", "--all")
    desk.site.withdraw(desk.site.latest.slug)
    assert "1 withdrawn" in desk.run("refresh", "--all", "--recheck")
    (change,) = desk.lines("changes", "--kind", "withdrawn")
    assert "no longer served" in desk.run("diff", str(change["id"]))


def test_items_and_sources(desk):
    (waiting,) = desk.lines("sources")
    assert (waiting["id"], waiting["health"]) == ("room", "not looked at yet")
    desk.run("refresh", "--all")
    items = desk.lines("items", "--source", "room")
    assert len(items) == 6
    assert {"item_url", "source", "title", "state", "versions", "edits"} <= set(items[0])
    assert len(desk.lines("items", "--limit", "2")) == 2
    (source,) = desk.lines("sources")
    assert source["releases"] == 6
    assert "room" in desk.run("sources")
    (first,) = desk.lines("items", "--why", "--limit", "1")
    assert (first["item_url"], first["pace"]) == (items[0]["item_url"], "official")
    assert any("within a day" in reason for reason in first["why"])
    assert "never edited while it was watched" in desk.run("items", "--why")
    assert desk.site.latest.title in desk.run("items")


def test_what_was_learned_of_the_pages_of_a_source_is_shown(desk):
    assert "nothing learned yet" in desk.run("sources", "--template", "room")
    desk.run("refresh", "--all")
    shown = desk.run("sources", "room", "--template")
    (told,) = desk.lines("sources", "room", "--template")
    assert told["template"]["root"].replace("/", " > ") in shown
    assert "no source" in desk.run("sources", "roam", code=2) + desk.said


def test_what_fails_is_named_and_the_rest_is_done(desk):
    desk.sources(f'[[source]]\nid = "room"\nurl = "{desk.newsroom.url}"\n[[source]]\nid = "dead"\nurl = "{dead_url()}"\n')
    shown = desk.run("refresh", "--all", code=1)
    assert "room  baseline  6 new" in shown
    assert "dead  failed" in shown
    assert "dead: failed" in desk.said
    desk.run("refresh", "room")
    dead = next(line for line in desk.lines("sources") if line["id"] == "dead")
    assert dead["error"]


def test_a_release_says_whose_text_it_came_with(desk):
    desk.run("refresh", "--all")
    first = desk.site.latest
    again = desk.site.publish("Another headline", first.body)
    nearly = desk.site.publish("A third headline", first.body + "<p>And one more word.</p>")
    desk.run("refresh", "--all")
    told = f"came with the same text as {desk.site.address(first.slug)}"
    assert told in desk.run("show", desk.site.address(again.slug))
    assert re.search(r"came with nearly the same text as \S+ \(9\d % of it\)", desk.run("show", desk.site.address(nearly.slug)))
    assert "came with" not in desk.run("show", desk.site.address(first.slug))
    assert list(json.loads(desk.run("show", desk.site.address(again.slug), "--json"))) == SHOW_KEYS


def test_what_is_unknown_is_said_with_what_is_near(desk):
    assert desk.run("refresh", "roam", code=2) == ""
    assert "Did you mean room?" in desk.said
    desk.run("refresh", "https://example.org/elsewhere/", code=2)
    assert "presswatch add https://example.org/elsewhere/" in desk.said
    desk.run("diff", "77", code=2)
    assert "no change 77" in desk.said
    desk.run("show", "https://example.org/elsewhere/", code=2)
    assert "presswatch items" in desk.said
    desk.run("changes", "--source", "roam", code=2)
    assert "Did you mean room?" in desk.said
    desk.run("changes", "--since", "soon", code=2)
    assert "2026-11-21" in desk.said


def test_a_wrong_line_of_configuration_is_told_with_its_place(desk):
    desk.sources('[[source]]\nurl = "https://example.org/"\nknid = "feed"\n')
    desk.run("refresh", "--all", code=2)
    assert "sources.toml:3" in desk.said
    assert "knid" in desk.said
    assert "kind" in desk.said


def test_probe_stores_nothing_and_add_writes_the_source(desk):
    desk.sources("# ours\n")
    found = json.loads(desk.run("probe", desk.newsroom.url, "--json"))
    assert found["kind"] == "listing"
    assert len(found["entries"]) >= 5
    assert found["readings"][0]["text"]
    assert tomllib.loads(found["toml"])["source"][0]["url"] == desk.newsroom.url
    assert "[[source]]" in desk.run("probe", desk.newsroom.url)
    assert not (desk.state / "presswatch.db").exists()

    shown = desk.run("add", desk.newsroom.url, "--id", "mine", "--name", "My newsroom")
    assert "presswatch refresh mine" in shown
    text = (desk.config / "sources.toml").read_text()
    assert text.startswith("# ours\n")
    (source,) = tomllib.loads(text)["source"]
    assert (source["id"], source["name"], source["url"]) == ("mine", "My newsroom", desk.newsroom.url)
    desk.run("add", desk.newsroom.url, code=2)
    assert "mine" in desk.said
    assert "6 new" in desk.run("refresh", "mine")


class Terminal:
    """A real terminal as standard output and error of the commands run in this process."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.monkeypatch = monkeypatch
        monkeypatch.setenv("TERM", "xterm-256color")
        monkeypatch.setenv("COLUMNS", "140")
        monkeypatch.delenv("NO_COLOR", raising=False)

    def run(self, *args: str, code: int = 0) -> str:
        """Return what a person would see, escape sequences included."""
        ours, theirs = pty.openpty()
        seen: list[bytes] = []
        reader = threading.Thread(daemon=True, target=_drain, args=(ours, seen))
        reader.start()
        with os.fdopen(theirs, "w", encoding="utf-8") as screen, self.monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", screen)
            patched.setattr(sys, "stderr", screen)
            given = main(args)
        reader.join()
        os.close(ours)
        shown = b"".join(seen).decode()
        assert given == code, shown
        return shown


def _drain(terminal: int, seen: list[bytes]) -> None:
    try:
        while part := os.read(terminal, 65536):
            seen.append(part)
    except OSError:  # how Linux tells that the other side is closed
        return


def test_a_terminal_gets_colours_tables_and_a_bar(desk, monkeypatch):
    edited(desk)
    terminal = Terminal(monkeypatch)
    assert "\x1b[3" in terminal.run(*desk.options(), "diff", "1")
    table = terminal.run(*desk.options(), "changes")
    assert "significance" in table
    assert "\x1b[" in table
    refreshed = terminal.run(*desk.options(), "refresh", "room", "--recheck")
    assert "/6" in refreshed
    assert "room  ok  6 checked" in refreshed


def test_no_color_is_respected(desk, monkeypatch):
    edited(desk)
    terminal = Terminal(monkeypatch)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = terminal.run(*desk.options(), "diff", "1")
    assert "1234" in plain
    assert "\x1b" not in plain
    assert "\x1b[3" not in terminal.run(*desk.options(), "changes")


def test_the_log_is_followed_until_ctrl_c(desk):
    edited(desk)
    command = [sys.executable, "-m", "service", *desk.options(), "changes", "--follow", "--json"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as following:
        assert following.stdout is not None
        assert following.stderr is not None
        assert json.loads(following.stdout.readline())["id"] == 1
        desk.site.retitle(desk.site.latest.slug, "Another title altogether")
        desk.run("refresh", "--all", "--recheck")
        assert json.loads(following.stdout.readline())["id"] == 2
        following.send_signal(signal.SIGINT)
        assert following.stderr.read().strip() == "presswatch: stopped"
        assert following.wait(60) == 130


def test_the_demo_shows_its_acts_and_leaves_nothing(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["demo"]) == 0
    shown = capsys.readouterr().out
    assert "change 1: edited" in shown
    assert "{+not+}" in shown
    assert "withdrawn" in shown
    assert "changes told" in shown
    assert list(tmp_path.iterdir()) == []
