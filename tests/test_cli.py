"""The command line before it opens the house: help, usage, endings, moments, tables."""

import io
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from importlib import import_module
from keyword import iskeyword
from pathlib import Path

import click
import pytest

from service import errors
from service.doors.cli import COMMANDS, cli, endings, main, moments, nearest, screen

ROOT = Path(__file__).parent.parent
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def presswatch(*args: str, env: dict[str, str] | None = None, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run the program as a user does, in a process of its own."""
    command = [sys.executable, "-m", "service", *args]
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **(env or {})}, input=stdin, capture_output=True, text=True, timeout=60)


@pytest.mark.parametrize("name", [name for name, _, _ in COMMANDS])
def test_every_command_explains_itself_with_an_example(name, capsys):
    assert main([name, "--help"]) == 0
    shown = capsys.readouterr().out
    assert "For example: presswatch" in shown
    assert f"Usage: presswatch {name}" in shown


def test_help_names_every_command(capsys):
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    for name, module, words in COMMANDS:
        assert name in shown
        assert words.split()[0] in shown
        assert isinstance(getattr(import_module(f"service.doors.cli.{module}"), f"{name}_" if iskeyword(name) else name), click.Command)


def test_version_and_help_import_nothing_heavy():
    code = (
        "import sys; from service.doors.cli import main; main(sys.argv[1:]); "
        "print(sorted({name.split('.')[0] for name in sys.modules}), file=sys.stderr)"
    )
    for args in (["--version"], ["--help"], ["no-such-command"]):
        done = subprocess.run([sys.executable, "-c", code, *args], cwd=ROOT, capture_output=True, text=True, timeout=60)
        loaded = done.stderr.splitlines()[-1]
        for heavy in (
            "sqlalchemy",
            "sqlmodel",
            "pydantic",
            "requests",
            "rich",
            "trafilatura",
            "dateparser",
            "selectolax",
            "structlog",
            "w3lib",
        ):
            assert f"'{heavy}'" not in loaded, (args, heavy)


def test_version(capsys):
    assert main(["--version"]) == 0
    name, version = capsys.readouterr().out.split()
    assert name == "presswatch"
    assert version[0].isdigit()


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (["chnages"], "Did you mean changes?"),
        (["--no-such-option"], "--no-such-option"),
        (["refresh"], "name sources or addresses, or give --all"),
        (["refresh", "--all", "csto"], "not both"),
        (["changes", "--kind", "nonsense"], "edited"),
        (["changes", "--limit", "none"], "--limit"),
        (["changes", "--csv", "--follow"], "--follow"),
        (["show", "https://example.org/a", "--version", "1", "--at", "2h"], "do not go together"),
        (["add", "https://example.org/", "--id", "Not An Id"], "a-z"),
        (["diff"], "CHANGE|URL"),
    ],
)
def test_wrong_usage_is_told_in_words_with_code_2(args, told, capsys):
    assert main(args) == 2
    shown = capsys.readouterr()
    assert told in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (
            errors.ConfigErrors((errors.ConfigError("config/sources.toml", 3, "knid", "unknown key"),)),
            2,
            "config/sources.toml:3: knid: unknown key",
        ),
        (errors.UsageError("no source 'x'"), 2, "no source 'x'"),
        (errors.StateError("held by process 7"), 1, "held by process 7"),
        (errors.Abandoned(), 130, "stopped"),
        (KeyboardInterrupt(), 130, "stopped"),
        (PermissionError(13, "Permission denied", "/nowhere"), 1, "/nowhere: Permission denied"),
        (ZeroDivisionError("division by zero"), 1, "please report it"),
    ],
)
def test_every_error_ends_in_a_line_and_a_code(error, code, told, capsys):
    assert endings.ending(error, debug=False) == code
    shown = capsys.readouterr()
    assert told in shown.err
    assert "Traceback" not in shown.err
    assert shown.out == ""


def test_debug_shows_the_traceback_of_a_bug(capsys):
    assert endings.ending(ZeroDivisionError("division by zero"), debug=True) == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


def test_a_closed_pipe_ends_quietly():
    ours = subprocess.Popen([sys.executable, "-m", "service", "--help"], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert ours.stdout is not None
    assert ours.stderr is not None
    ours.stdout.close()
    assert b"Traceback" not in ours.stderr.read()
    ours.stderr.close()
    assert ours.wait(60) in (0, 1)


@pytest.mark.parametrize(
    ("text", "end", "expected"),
    [
        ("2h", False, NOW - timedelta(hours=2)),
        ("2h30m", False, NOW - timedelta(minutes=150)),
        ("1d 12 h", False, NOW - timedelta(hours=36)),
        ("1.5h", False, NOW - timedelta(minutes=90)),
        ("3d", False, NOW - timedelta(days=3)),
        ("now", False, NOW),
        ("2026-11-20T10:00:00Z", False, datetime(2026, 11, 20, 10, tzinfo=UTC)),
        ("2026-11-20T10:00+03:00", False, datetime(2026, 11, 20, 7, tzinfo=UTC)),
    ],
)
def test_moments_with_a_zone(text, end, expected):
    assert moments.parse(text, NOW, end=end) == expected


def test_a_day_is_local_and_ends_where_the_next_begins():
    assert moments.parse("2026-11-20", NOW) == datetime(2026, 11, 20).astimezone(UTC)
    assert moments.parse("2026-11-20", NOW, end=True) == datetime(2026, 11, 21).astimezone(UTC)
    assert moments.parse("yesterday", NOW, end=True) == moments.parse("today", NOW)
    assert moments.parse("2026-11-20 10:30", NOW) == datetime(2026, 11, 20, 10, 30).astimezone(UTC)


@pytest.mark.parametrize("text", ["", "soon", "2026-13-40", "99999999999w", "-2h", "0001-01-01T00:00:00+23:59"])
def test_what_is_no_moment_says_what_would_be(text):
    with pytest.raises(ValueError, match="is no moment: write 2026-11-21"):
        moments.parse(text, NOW)


def test_between_is_honest():
    earlier = NOW - timedelta(minutes=15)
    assert moments.between(None, NOW).startswith("before 2026-11-2")
    told = moments.between(earlier, NOW)
    assert told.startswith("between ")
    assert told.count(earlier.astimezone().strftime("%Z")) == 1


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-7200, "2 h ago"), (180, "in 3 min"), (0.2, "now"), (-5, "5 s ago"), (86400 * 9, "in 9 d"), (None, "-")],
)
def test_distance_is_in_one_unit(seconds, words):
    assert moments.distance(None if seconds is None else NOW + timedelta(seconds=seconds), NOW) == words


def test_nearest_words():
    assert nearest.did_you_mean("cstoo", ["csto", "nato"]) == "Did you mean csto?"
    assert nearest.did_you_mean("zzz", ["csto", "nato"]) == "Known: csto, nato."
    assert nearest.did_you_mean("zzz", []) == ""


def test_a_table_elsewhere_than_on_a_terminal_is_aligned_lines(capsys):
    screen.table(("id", "what"), [("1", "short"), ("200", "тихо"), ("3", "")])
    assert capsys.readouterr().out == "id   what\n1    short\n200  тихо\n3\n"


def test_a_table_too_wide_for_its_terminal_stands_in_blocks(capsys, monkeypatch):
    monkeypatch.setattr(screen, "on_terminal", lambda: True)
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "44")
    words = "Exercise ends · the number of vehicles was edited from 15 to 51"
    screen.table(("id", "source", "edits", "what"), [("7", "a-newsroom-with-a-long-name", "2", words)])
    shown = capsys.readouterr().out
    assert shown.splitlines()[0] == "7  a-newsroom-with-a-long-name  edits 2"
    assert all(len(line) <= 44 for line in shown.splitlines())
    assert words in " ".join(shown.split())


def test_json_keeps_letters_where_the_output_has_them_and_escapes_elsewhere(monkeypatch):
    for encoding, shown in (("utf-8", "тихо"), ("latin-1", "\\u0442")):
        raw = io.BytesIO()
        monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding, write_through=True))
        screen.say_json({"word": "тихо"})
        text = raw.getvalue().decode(encoding)
        assert shown in text
        assert json.loads(text) == {"word": "тихо"}


def test_the_group_loads_only_what_is_called():
    assert cli.list_commands(click.Context(cli)) == [name for name, _, _ in COMMANDS]
    assert cli.get_command(click.Context(cli), "no-such-command") is None
