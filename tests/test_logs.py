"""The log: a closed list of events, one line each, nothing in it that could steer a terminal."""

import io
import json
import logging
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from service import logs
from service.errors import StateError
from service.logs import Event, Keys

SERVICE = Path(logs.__file__).parent


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def told(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_elsewhere_than_on_a_terminal_it_is_json_with_an_utc_moment() -> None:
    stream = io.StringIO()
    logs.configure("auto", "info", stream)
    logs.log(Event.CHANGE, kind="edited", change=4, item="https://x.org/1", source="csto", summary="15 → 51", error=None)
    (event,) = told(stream)
    moment = datetime.fromisoformat(event.pop("timestamp"))
    assert moment.tzinfo is not None and abs(datetime.now(UTC) - moment).total_seconds() < 60
    assert list(event) == ["level", "event", "source", "item", "change", "kind", "summary"]
    assert event["event"] == "change"
    assert "15 → 51" in stream.getvalue()


def test_on_a_terminal_it_is_coloured_lines() -> None:
    stream = Terminal()
    logs.configure("auto", "info", stream)
    logs.log(Event.STARTED, sources=3)
    assert "started" in stream.getvalue() and "\x1b[" in stream.getvalue()


def test_console_lines_in_a_file_have_no_colours() -> None:
    stream = io.StringIO()
    logs.configure("console", "info", stream)
    logs.log(Event.STARTED, sources=3)
    assert stream.getvalue().endswith("started        sources=3\n") and "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(("level", "count"), [("debug", 2), ("info", 2), ("warning", 1), ("error", 0)])
def test_events_below_the_level_are_not_told(level: str, count: int) -> None:
    stream = io.StringIO()
    logs.configure("json", level, stream)
    logs.log(Event.PASS_DONE, source="x")
    logs.log(Event.PASS_FAILED, source="x")
    assert len(told(stream)) == count


def test_before_it_is_set_up_nothing_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    logs.log(Event.STARTED, sources=1)
    assert capsys.readouterr() == ("", "")


STEERING = "a\x1b[31mb\x07c\x9bd\u202ee\u2066f\rg\nh\x7f"


@pytest.mark.parametrize(("format", "stream"), [("console", io.StringIO()), ("json", io.StringIO())])
def test_texts_from_pages_cannot_steer_a_terminal(format: str, stream: io.StringIO) -> None:
    logs.configure(format, "info", stream)
    logs.log(Event.CHANGE, item=STEERING, summary=STEERING, error=STEERING)
    assert stream.getvalue().endswith("\n")
    assert stream.getvalue()[:-1].isprintable()


def test_json_keeps_such_texts_exactly() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    logs.log(Event.CHANGE, summary=STEERING)
    assert told(stream)[0]["summary"] == STEERING


def test_a_bug_comes_with_its_traceback_and_an_error_of_ours_in_words() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    try:
        raise KeyError("x")
    except KeyError as error:
        logs.bug(error, source="csto")
    logs.bug(StateError("held by another process"), source="csto")
    bug, trouble = told(stream)
    assert (bug["event"], bug["source"], bug["error"]) == ("bug", "csto", "KeyError: 'x'")
    assert bug["traceback"].startswith("Traceback") and "test_logs.py" in bug["traceback"]
    assert (trouble["event"], trouble["error"]) == ("trouble", "held by another process")
    assert "traceback" not in trouble


def test_a_traceback_on_the_console_stands_below_the_line() -> None:
    stream = io.StringIO()
    logs.configure("console", "info", stream)
    logs.bug(ValueError("\x1b[2J"))
    assert stream.getvalue().splitlines()[1:] == ["ValueError: \\u001b[2J"]


def test_what_libraries_tell_comes_out_the_same_way() -> None:
    stream = io.StringIO()
    logs.configure("json", "info", stream)
    logging.getLogger("apscheduler").warning("run of job %s was missed", "tick")
    logging.getLogger("urllib3").info("not of interest")
    (event,) = told(stream)
    assert (event["event"], event["level"], event["library"], event["summary"]) == (
        "library",
        "warning",
        "apscheduler",
        "run of job tick was missed",
    )


def test_a_key_that_is_not_of_the_closed_set_is_a_bug() -> None:
    with pytest.raises(TypeError, match="no key of the log: sauce"):
        logs.log(Event.STARTED, sauce="x")  # type: ignore[call-arg] # what is tested


def test_every_event_and_key_is_used_and_every_event_says_what_it_means() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in SERVICE.rglob("*.py"))
    assert [event.name for event in Event if f"Event.{event.name}" not in code] == []
    assert [key for key in Keys.__annotations__ if f"{key}=" not in code and f'keys["{key}"]' not in code] == []
    assert all(event.meaning for event in Event)
    assert len({event.label for event in Event}) == len(Event)
