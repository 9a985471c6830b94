"""The house tests itself: its floors, its words, its size, and that every setting and command is documented."""

import ast
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from service.doors.cli import COMMANDS
from service.models import ScheduleSettings, Settings, Source
from service.settings import durations, load, load_sources
from service.settings.forms import SelectorsForm, SourceForm
from service.settings.notify_form import NotifyForm
from service.settings.sources_toml import source_of

ROOT = Path(__file__).parent.parent
SERVICE = ROOT / "service"
MODULES = sorted(path for path in SERVICE.rglob("*.py") if "migrations" not in path.parts)

# The last column of the house's table of words: what our ideas are never called.
NEVER = frozenset(
    "site target watch channel post article record job task check crawl scrape dump document content wrapper skin checksum revision "
    "event update delta patch deleted dead alert push".split()
)
# Where such a word means something else, and what.
OTHER_SENSES = {
    "article": ("the HTML element and the schema.org type", r"_?article"),
    "channel": ("a socket", r"channel"),
    "check": ("the verb: what a rule does to a value", r"_?check(s|ed|_\w+)?"),
    "content": ("the fingerprint over the normal form, the HTTP header, an attribute of HTML", r"(\w+_)?content(_\w+)?"),
    "crawl": ("Crawl-delay of robots.txt", r"crawl_delay"),
    "dead": ("an address that does not answer; a notice that was given up", r"(dead|dead_\w+)"),
    "document": ("a file of a known format, as its parser calls it", r"_?\w*documents?"),
    "event": ("what the log tells, by the name that its users see", r"events?"),
    "job": ("the scheduler's word for its fixed jobs", r"_?jobs?"),
    "post": ("the hook of dataclasses", r"post_init"),
    "record": ("what a pass writes; a line of a library's log or archive", r"(pass_)?records?"),
    "site": ("the name of a publisher that titles end with; the newsroom of the demo", r"(\w+_)?sites?(_\w+)?"),
    "target": ("where a link, redirect, notice or file points; what a user names", r"(\w+_)?targets?(_\w+)?"),
    "update": ("the verb", r"(\w+_)?updated?(_\w+)?"),
    "watch": ("a stop-watch", r"_?watch"),
}


def names_given(path: Path) -> Iterator[str]:
    """Every name that a module gives to something, in small letters with underscores."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            name = node.name
        elif isinstance(node, ast.arg):
            name = node.arg
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            name = node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            name = node.attr
        else:
            continue
        if not name.startswith("__"):  # Python's own word, not ours
            yield re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower()


def named_otherwise(name: str) -> list[str]:
    """The words of a name that the house has another word for."""
    words = {part if part in NEVER else part.removesuffix("s") for part in name.split("_")} & NEVER
    return [word for word in words if word not in OTHER_SENSES or not re.fullmatch(OTHER_SENSES[word][1], name.strip("_"))]


def place(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines_that(pattern: str, but_not: str = r"(?!)") -> list[str]:
    """The lines of all modules in which a pattern is found, and another is not."""
    return [
        f"{place(path)}:{number}: {line.strip()}"
        for path in MODULES
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(pattern, line) and not re.search(but_not, line)
    ]


class TestModules:
    def test_call_things_by_the_words_of_the_house(self) -> None:
        assert [(place(path), name) for path in MODULES for name in names_given(path) if named_otherwise(name)] == []

    def test_have_at_most_300_lines(self) -> None:
        assert [place(path) for path in MODULES if len(path.read_text(encoding="utf-8").splitlines()) > 300] == []

    def test_read_the_time_in_clock_alone(self) -> None:
        reads = lines_that(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.(time|sleep|monotonic))\(")
        assert [line for line in reads if not line.startswith("service/clock.py")] == []

    def test_read_the_environment_at_the_doors_and_in_bootstrap_alone(self) -> None:
        reads = lines_that(r"\bos\.(environ|getenv)\b")
        assert [line for line in reads if not line.startswith(("service/bootstrap.py", "service/doors/"))] == []

    def test_give_a_reason_for_every_exception_to_a_rule(self) -> None:
        assert lines_that(r"# (noqa|type: ?ignore)", but_not=r"# (noqa: [A-Z0-9, ]+ - \w|type: ignore\[[\w, -]+\] # ?\w)") == []

    def test_say_what_they_are_for(self) -> None:
        texts = {path: path.read_text(encoding="utf-8") for path in MODULES}
        assert [place(path) for path, text in texts.items() if text.strip() and not ast.get_docstring(ast.parse(text))] == []


def test_imports_point_down_and_siblings_do_not_know_each_other() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


class TestConfigurationShipped:
    def test_every_setting_stands_in_presswatch_toml_with_its_default_and_help(self) -> None:
        text = (ROOT / "config" / "presswatch.toml").read_text(encoding="utf-8")
        tables = tomllib.loads(text)
        sections = {entry.name: entry.type for entry in fields(Settings) if is_dataclass(entry.type)}
        assert set(tables) == set(sections)
        for section, table in sections.items():
            assert list(tables[section]) == [entry.name for entry in fields(table)]
            for entry in fields(table):
                default = entry.default
                written = json.dumps(durations.shown(default)) if isinstance(default, timedelta) else None
                assert written is None or f"{entry.name} = {written}" in text
                assert f"# {entry.metadata['help']}\n{entry.name} = " in text
        assert load(ROOT / "config", {}) == Settings(config_dir=ROOT / "config")

    def test_every_key_of_a_target_is_explained_in_presswatch_toml_and_the_examples_hold(self, tmp_path: Path) -> None:
        text = (ROOT / "config" / "presswatch.toml").read_text(encoding="utf-8")
        assert re.findall(r"^#   ([a-z_]+)  +\S", text, re.M) == list(NotifyForm.model_fields)
        examples = "\n".join(line[1:] for line in text.splitlines() if re.match(r"#(\S|$)", line))
        (tmp_path / "presswatch.toml").write_text(examples.replace("secret_file", "secret"))
        assert [target.id for target in load(tmp_path, {}).notify] == ["desk", "archive", "peacekeepers"]

    def test_every_key_of_a_source_is_explained_in_sources_toml(self) -> None:
        text = (ROOT / "config" / "sources.toml").read_text(encoding="utf-8")
        explained = re.findall(r"^#   (\w+)  +\S", text, re.M)
        assert sorted(explained) == sorted(SourceForm.model_fields)
        assert all(re.search(rf"\b{name} = ", text) for name in SelectorsForm.model_fields)

    def test_the_sources_shipped_can_be_read_those_that_wait_too(self) -> None:
        live = load_sources(ROOT / "config")
        assert {"csto", "csto-ru", "un-press", "gov-uk", "kremlin"} <= {source.id for source in live}
        text = (ROOT / "config" / "sources.toml").read_text(encoding="utf-8")
        waiting = tomllib.loads("\n".join(line[1:] for line in text.splitlines() if re.match(r"#\S", line)))["source"]
        for table in waiting:
            source, wrong = source_of(table, ScheduleSettings())
            assert isinstance(source, Source), wrong
        ids = [source.id for source in live] + [table["id"] for table in waiting]
        assert len(set(ids)) == len(ids)


class TestRequirements:
    LOCKS = ("run.txt", "dev.txt", "build.txt")

    def pins(self, name: str) -> dict[str, str]:
        lines = (ROOT / "requirements" / name).read_text(encoding="utf-8").splitlines()
        return dict(re.match(r"([a-z0-9.-]+)==([^ ;\\]+)", line).groups() for line in lines if not line.startswith(" "))  # type: ignore[union-attr,misc] # every such line is a pin

    @pytest.mark.parametrize("name", LOCKS)
    def test_every_pin_has_its_hashes_and_no_index_is_named(self, name: str) -> None:
        text = (ROOT / "requirements" / name).read_text(encoding="utf-8")
        assert all("--hash=sha256:" in pin for pin in re.split(r"\n(?=\S)", text.strip()))
        assert not re.search(r"://|^-", text, re.M)

    def test_what_runs_is_what_was_tested(self) -> None:
        tested = self.pins("dev.txt").items()
        assert self.pins("run.txt").items() <= tested
        assert self.pins("build.txt").items() <= tested

    def test_every_dependency_is_locked(self) -> None:
        project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
        extras = project["optional-dependencies"]
        wanted = [
            *project["dependencies"],
            *(line for extra, lines in extras.items() if extra not in ("all", "dev", "browser") for line in lines),
        ]
        names = {re.match(r"[\w.-]+", line).group().lower().replace(".", "-").replace("_", "-") for line in wanted}  # type: ignore[union-attr] # a dependency begins with its name
        assert names <= set(self.pins("run.txt"))
        assert set(self.pins("run.txt")) | {"playwright"} <= set(self.pins("dev.txt"))


class TestReadme:
    @pytest.fixture
    def readme(self) -> str:
        path = ROOT / "README.md"
        if not path.exists():
            pytest.skip("README.md is not written yet")
        return path.read_text(encoding="utf-8")

    @pytest.mark.parametrize("command", [name for name, *_ in COMMANDS])
    def test_tells_of_every_command(self, readme: str, command: str) -> None:
        assert re.search(rf"presswatch {command}\b", readme)

    def test_its_links_within_the_project_lead_somewhere(self, readme: str) -> None:
        links = re.findall(r"\]\((?!https?://|#|mailto:)([^)#\s]+)", readme)
        assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_command_has_help_with_an_example() -> None:
    from click.testing import CliRunner

    from service.doors.cli import cli

    for name, _, words in COMMANDS:
        shown = CliRunner().invoke(cli, [name, "--help"])
        assert shown.exit_code == 0 and words, name
        assert f"presswatch {name}" in shown.output, name
