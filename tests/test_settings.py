"""The configuration: what is read, what wins, and what a user is told about every line that is wrong."""

import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from service.errors import ConfigErrors
from service.models import Kind, ScheduleSettings, Selectors, Settings, Source
from service.settings import add_source, durations, load, load_all, load_sources, slug, source_toml
from service.settings.cron import cron_line


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A folder with one source and no presswatch.toml."""
    (tmp_path / "sources.toml").write_text('[[source]]\nurl = "https://news.example/press/"\n')
    return tmp_path


def problems(folder: Path, environ: Mapping[str, str] = {}) -> list[str]:
    """What a user is told, without the way to the folder."""
    with pytest.raises(ConfigErrors) as caught:
        load_all(folder, environ)
    return [str(error).replace(f"{folder}/", "") for error in caught.value.errors]


class TestPresswatchToml:
    def test_without_a_file_everything_has_its_default(self, config: Path) -> None:
        assert load(config, {}) == Settings(config_dir=config)

    def test_environment_wins_over_file_wins_over_default(self, config: Path) -> None:
        (config / "presswatch.toml").write_text('[fetch]\nretries = 5\nread_timeout = 7\n[edits]\ngone_after = "2h"\n')
        found = load(
            config,
            {"PRESSWATCH_FETCH__RETRIES": "1", "PRESSWATCH_FETCH__ALLOW_PRIVATE_HOSTS": "true", "PRESSWATCH_EDITS__CONFIRM_AFTER": "0"},
        )
        assert (found.fetch.retries, found.fetch.read_timeout, found.fetch.connect_timeout) == (1, 7.0, 10.0)
        assert found.fetch.allow_private_hosts is True
        assert found.edits.confirm_after == timedelta(0)
        assert found.edits.gone_after == timedelta(hours=2)

    def test_an_empty_variable_says_nothing(self, config: Path) -> None:
        assert load(config, {"PRESSWATCH_FETCH__RETRIES": "", "PRESSWATCH_STATE": ""}) == Settings(config_dir=config)

    def test_places_come_from_arguments_then_the_environment(self, config: Path, tmp_path: Path) -> None:
        environ = {"PRESSWATCH_CONFIG": str(config), "PRESSWATCH_STATE": "/elsewhere", "PRESSWATCH_DATABASE_URL": "postgresql://u@h/n"}
        found = load(None, environ)
        assert (found.config_dir, found.state_dir, found.database_url) == (config, Path("/elsewhere"), "postgresql://u@h/n")
        assert load(config, environ, tmp_path).state_dir == tmp_path

    def test_other_variables_are_none_of_our_business(self, config: Path) -> None:
        assert load(config, {"PRESSWATCH_CORPUS": "/data", "HOME": "/", "PRESSWATCHER__X": "1"}) == Settings(config_dir=config)

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("[fetch]\n\nper_host_dely = 3", "presswatch.toml:3: fetch.per_host_dely: unknown key; did you mean 'per_host_delay'?"),
            ("[fetsh]\nretries = 3", "presswatch.toml:1: fetsh: unknown section; did you mean 'fetch'?"),
            ('[[source]]\nurl = "https://x.org/"', "presswatch.toml:1: source: unknown key; sources belong in sources.toml"),
            ("retries = 3", "presswatch.toml:1: retries: unknown key; it belongs under [fetch]"),
            ("fetch = 3", "presswatch.toml:1: fetch: expected a table; found 3 (a number)"),
            ('[web]\nport = "8787"', "presswatch.toml:2: web.port: expected a whole number; found '8787' (a text)"),
            ("[web]\nport = 70000", "presswatch.toml:2: web.port: expected at most 65535; found 70000 (a number)"),
            ("[fetch]\nobey_robots = 1", "presswatch.toml:2: fetch.obey_robots: expected true or false; found 1 (a number)"),
            ('[edits]\nconfirm_after = "11m"', "presswatch.toml:2: edits.confirm_after: expected at most 10 minutes; found 11m"),
            (
                '[log]\nlevel = "warn"',
                "presswatch.toml:2: log.level: expected 'debug', 'info', 'warning' or 'error'; found 'warn' (a text); "
                "did you mean 'warning'?",
            ),
            ('[schedule]\nrecheck_min = "8d"', "presswatch.toml: schedule.recheck_min: is longer than recheck_max"),
            ("[fetch\nretries = 3", "presswatch.toml:1: the name of a table ends with as many brackets as it began with: [fetch"),
            ("[log]\nlevel = warning", 'presswatch.toml:2: a text needs quotes ("..."), true and false are written small: level = warning'),
        ],
    )
    def test_a_wrong_line_is_told_with_file_line_key_and_what_was_expected(self, config: Path, text: str, told: str) -> None:
        (config / "presswatch.toml").write_text(text)
        assert problems(config) == [told]

    def test_a_duration_that_is_none(self, config: Path) -> None:
        (config / "presswatch.toml").write_text('[schedule]\n# how often\nevery = "2 weeks"')
        (told,) = problems(config)
        assert told.startswith("presswatch.toml:3: schedule.every: expected a duration")
        assert told.endswith("found '2 weeks'")

    @pytest.mark.parametrize(
        ("variable", "value", "told"),
        [
            ("PRESSWATCH_WEB__PORT", "x", "PRESSWATCH_WEB__PORT: expected a whole number; found 'x' (a text)"),
            ("PRESSWATCH_WEB__PROT", "1", "PRESSWATCH_WEB__PROT: unknown key; did you mean 'port'?"),
            ("PRESSWATCH_WEBB__PORT", "1", "PRESSWATCH_WEBB__PORT: unknown section; did you mean 'web'?"),
            ("PRESSWATCH_STATES", "/x", "PRESSWATCH_STATES: unknown variable; did you mean 'PRESSWATCH_STATE'?"),
            (
                "PRESSWATCH_DATABASE_URL",
                "mysql://u:secret@h",
                "PRESSWATCH_DATABASE_URL: expected postgresql://user@host/name or sqlite:///file; found mysql:...",
            ),
        ],
    )
    def test_a_wrong_variable_is_told_by_its_name(self, config: Path, variable: str, value: str, told: str) -> None:
        assert problems(config, {variable: value}) == [told]

    def test_a_file_in_another_encoding(self, config: Path) -> None:
        (config / "presswatch.toml").write_bytes('[fetch]\ncontact = "Пресса"'.encode("cp1251"))
        assert problems(config) == ["presswatch.toml: not UTF-8 text (byte 19): save it as UTF-8"]

    def test_a_byte_order_mark_and_windows_line_ends_are_fine(self, config: Path) -> None:
        (config / "presswatch.toml").write_bytes(b"\xef\xbb\xbf[fetch]\r\nretries = 3\r\n")
        assert load(config, {}).fetch.retries == 3


class TestSourcesToml:
    def test_an_address_is_enough(self, config: Path) -> None:
        assert load_sources(config) == (Source(id="news-example-press", url="https://news.example/press/", name="news-example-press"),)

    def test_every_key(self, config: Path) -> None:
        (config / "sources.toml").write_text(
            """
            [[source]]
            id = "csto"
            name = "CSTO newsroom"
            url = "https://en.odkb-csto.org/news/news_odkb/"
            kind = "listing"
            language = "en"
            timezone = "Europe/Moscow"
            cron = "0 6 * * 1-5"
            recheck = {min = "10m", max = "30d"}
            pages = 9
            include = "/news/"
            exclude = ["/print/", "*.pdf$"]
            per_host_delay = 2
            headers = {"Accept-Language" = "en"}
            render = "browser"
            notify = ["desk"]
            enabled = false
            tags = "treaty"
            [source.selectors]
            link = 'a[href*="/news/"]'
            title = "h1"
            date = ".news-date-time"
            body = "div.news-detail"
            ignore = [".share", ".counter"]
            """
        )
        assert load_sources(config) == (
            Source(
                id="csto",
                url="https://en.odkb-csto.org/news/news_odkb/",
                name="CSTO newsroom",
                kind=Kind.LISTING,
                language="en",
                timezone="Europe/Moscow",
                cron="0 6 * * mon,tue,wed,thu,fri",
                recheck_min=timedelta(minutes=10),
                recheck_max=timedelta(days=30),
                pages=9,
                include=("/news/",),
                exclude=("/print/", "*.pdf$"),
                selectors=Selectors('a[href*="/news/"]', "h1", ".news-date-time", "div.news-detail", (".share", ".counter")),
                per_host_delay=2.0,
                headers=(("Accept-Language", "en"),),
                render="browser",
                notify=("desk",),
                enabled=False,
                tags=("treaty",),
            ),
        )

    def test_what_a_source_leaves_open_comes_from_the_schedule(self, config: Path) -> None:
        (config / "presswatch.toml").write_text('[schedule]\nevery = "1h"\nrecheck_max = "90d"\n')
        _, (source,) = load_all(config, {})
        assert (source.every, source.recheck_min, source.recheck_max) == (timedelta(hours=1), timedelta(minutes=5), timedelta(days=90))
        assert load_sources(config, ScheduleSettings(every=timedelta(minutes=1)))[0].every == timedelta(minutes=1)

    def test_without_the_file_the_user_is_told_what_to_do(self, tmp_path: Path) -> None:
        (told,) = problems(tmp_path)
        assert told.startswith("sources.toml: there is no such file: run `presswatch add URL`")

    def test_a_file_without_a_source_watches_nothing(self, config: Path) -> None:
        (config / "sources.toml").write_text("# nothing yet\n")
        assert load_sources(config) == ()

    @pytest.mark.parametrize(
        ("line", "told"),
        [
            ('url = "ftp://x.org/"', "url: expected an address that begins with http:// or https://; found 'ftp://x.org/'"),
            ('name = "x"', "url: is required"),
            ('id = "A b"', "id: expected a short name of small letters, digits and hyphens, such as 'a-b'; found 'A b'"),
            ('kind = "rss"', "kind: expected 'auto', 'feed', 'listing', 'sitemap' or 'page'; found 'rss' (a text)"),
            ('kind = "list"', "did you mean 'listing'?"),
            ('knd = "feed"', "knd: unknown key; did you mean 'kind'?"),
            ('cron = "61 * * * *"', "cron: not a cron line"),
            ('cron = "@daily"', "cron: expected five fields"),
            ('cron = "0 6 * * *"\nevery = 60', "cron: stands beside every; keep one of the two"),
            ('timezone = "Europe/Moskow"', "timezone: unknown time zone 'Europe/Moskow'"),
            ('language = "English!"', "language: expected a language tag"),
            ('selectors = {lnk = "a"}', "selectors.lnk: unknown key; did you mean 'link'?"),
            ('selectors = {link = "p..x"}', "selectors.link: not a CSS selector: 'p..x'"),
            ("include = [1]", "include.0: expected a text in quotes; found 1 (a number)"),
            ('recheck = {min = "2d", max = "1d"}', "recheck: min is longer than max"),
            ("every = 0", "every: expected at least 1 second; found 0s"),
            ('headers = {"A b" = "c"}', "headers: 'A b': not a header that can be sent"),
            ("pages = 0", "pages: expected at least 1; found 0"),
            ('render = "chrome"', "render: expected 'browser'; found 'chrome'"),
        ],
    )
    def test_a_wrong_key_is_told_with_its_line(self, config: Path, line: str, told: str) -> None:
        url = "" if line.startswith(("url", "name")) else 'url = "https://x.org/"\n'
        (config / "sources.toml").write_text(f"# one\n\n[[source]]\n{url}{line}\n")
        (said,) = problems(config)
        assert said.startswith("sources.toml:" + ("3: " if told == "url: is required" else f"{5 if url else 4}: ")), said
        assert told in said

    def test_an_id_given_twice_names_both_lines(self, config: Path) -> None:
        (config / "sources.toml").write_text('[[source]]\nurl = "https://x.org/a"\n\n[[source]]\nid = "x-org-a"\nurl = "https://x.org/b"\n')
        assert problems(config) == [
            "sources.toml:5: id: 'x-org-a' is the id of the source on line 1 already; give this one an id of its own"
        ]

    def test_one_bracket_too_few(self, config: Path) -> None:
        (config / "sources.toml").write_text('[source]\nurl = "https://x.org/"\n')
        assert problems(config) == ["sources.toml:1: source: write [[source]] with two brackets"]

    @pytest.mark.parametrize("selector", [r'"td\.x"', '"a[href*="news"]"'])
    def test_selectors_in_double_quotes_are_taught_single_ones(self, config: Path, selector: str) -> None:
        (config / "sources.toml").write_text(f'[[source]]\nurl = "https://x.org/"\nselectors = {{link = {selector}}}\n')
        (told,) = problems(config)
        assert told.startswith("sources.toml:3: ")
        assert "single quotes" in told

    def test_all_that_is_wrong_is_told_at_once_in_the_order_of_the_lines(self, config: Path) -> None:
        (config / "presswatch.toml").write_text("[web]\nport = true\nhots = 1\n")
        (config / "sources.toml").write_text('[[source]]\nurl = 1\nkind = "x"\n[[source]]\n')
        lines = [told.split(": ")[0] for told in problems(config, {"PRESSWATCH_LOG__LEVEL": "x"})]
        assert lines == [
            "presswatch.toml:2",
            "presswatch.toml:3",
            "PRESSWATCH_LOG__LEVEL",
            "sources.toml:2",
            "sources.toml:3",
            "sources.toml:4",
        ]

    def test_lines_are_right_after_texts_and_lists_of_many_lines(self, config: Path) -> None:
        (config / "sources.toml").write_text(
            '[[source]]\nurl = "https://x.org/"\nname = """\n[[source]]\nkind = 1\n"""\ntags = [\n  "a", # ]\n  "b",\n]\nkind = 1\n'
        )
        (told,) = problems(config)
        assert told.startswith("sources.toml:11: kind: expected")


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("https://www.example.org/press/news/?id=1", "example-org-press-news-id-1"),
        ("http://пресса.рф/", "source"),
        ("https://x.org/" + "long-" * 40, "x-org-" + "long-" * 11 + "lon"),
    ],
)
def test_a_short_name_is_made_from_any_address(text: str, name: str) -> None:
    assert slug(text) == name
    assert slug(name) == name


class TestAdding:
    def test_the_new_source_stands_at_the_end_and_nothing_else_changes(self, config: Path) -> None:
        path = config / "sources.toml"
        path.write_text('# mine\n[[source]]\nurl   =   "https://x.org/"   # keep\n\n# [[source]]\n# url = "https://later.org/"\n')
        before = path.read_text()
        added = add_source(config, {"url": "https://y.org/news/", "kind": "listing", "selectors": {"link": 'a[href^="/news/"]'}})
        assert path.read_text() == (
            f"{before}\n"
            '[[source]]\nid = "y-org-news"\nurl = "https://y.org/news/"\nkind = "listing"\n'
            "selectors = {link = 'a[href^=\"/news/\"]'}\n"
        )
        assert load_sources(config)[-1] == added
        assert sorted(entry.name for entry in config.iterdir()) == ["sources.toml"]

    def test_the_first_source_makes_the_file(self, tmp_path: Path) -> None:
        added = add_source(tmp_path / "config", {"url": "https://y.org/"})
        assert load_sources(tmp_path / "config") == (added,)

    @pytest.mark.parametrize(
        ("table", "told"),
        [
            ({"url": "http://www.news.example/press"}, "is watched already, as 'news-example-press'"),
            ({"url": "https://y.org/", "id": "news-example-press"}, "is taken by https://news.example/press/: give another"),
            ({"url": "y.org"}, "expected an address"),
        ],
    )
    def test_what_cannot_be_added_leaves_the_file_alone(self, config: Path, table: dict[str, str], told: str) -> None:
        before = (config / "sources.toml").read_bytes()
        with pytest.raises(ConfigErrors, match=told):
            add_source(config, table)
        assert (config / "sources.toml").read_bytes() == before

    def test_a_link_to_the_file_stays_a_link(self, config: Path, tmp_path: Path) -> None:
        folder = tmp_path / "linked"
        folder.mkdir()
        (folder / "sources.toml").symlink_to(config / "sources.toml")
        add_source(folder, {"url": "https://y.org/"})
        assert (folder / "sources.toml").is_symlink()
        assert len(load_sources(config)) == 2

    texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=30)

    @settings(max_examples=60, deadline=None)
    @given(
        name=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30),
        patterns=st.lists(texts, max_size=3),
        minutes=st.integers(min_value=1, max_value=400_000),
        kind=st.sampled_from(list(Kind)),
        enabled=st.booleans(),
    )
    def test_a_source_written_is_read_back_as_it_was(self, name: str, patterns: list[str], minutes: int, kind: Kind, enabled: bool) -> None:
        source = Source(
            id="x", url="https://x.org/", name=name, kind=kind, every=timedelta(minutes=minutes), include=tuple(patterns), enabled=enabled,
            selectors=Selectors(link='a[href*="x"]', ignore=("p:not(.a)",)), headers=(("X-Y", "z"),), recheck_max=timedelta(days=30),
        )  # fmt: skip
        table = tomllib.loads(source_toml(source))["source"][0]
        assert table.get("name", source.id) == name
        assert table.get("include", []) == patterns
        assert durations.read(table.get("every", "15m")) == timedelta(minutes=minutes)
        assert (table.get("kind", "auto"), table.get("enabled", True)) == (kind.value, enabled)
        assert table["selectors"] == {"link": 'a[href*="x"]', "ignore": ["p:not(.a)"]}


class TestDurations:
    @pytest.mark.parametrize(
        ("written", "seconds"),
        [
            (20, 20),
            (0, 0),
            (1.5, 1.5),
            ("20", 20),
            ("20s", 20),
            ("15m", 900),
            ("1h", 3600),
            ("7d", 604_800),
            ("1h30m", 5400),
            ("1d 2h", 93_600),
            ("0.5s", 0.5),
        ],
    )
    def test_what_they_mean(self, written: object, seconds: float) -> None:
        assert durations.read(written) == timedelta(seconds=seconds)

    @pytest.mark.parametrize("written", ["", "m", "1w", "1.5h", "-5s", "5 minutes", "30m1h", "nan", float("nan"), 1e300])
    def test_what_is_none(self, written: object) -> None:
        with pytest.raises(ValueError, match="expected a duration"):
            durations.read(written)

    @given(st.integers(min_value=0, max_value=10**12))
    def test_what_is_shown_is_read_back(self, milliseconds: int) -> None:
        duration = timedelta(milliseconds=milliseconds)
        assert durations.read(durations.shown(duration)) == duration


class TestCron:
    @pytest.mark.parametrize(
        ("written", "weekdays"),
        [
            ("*", "*"),
            ("0", "sun"),
            ("7", "sun"),
            ("1-5", "mon,tue,wed,thu,fri"),
            ("5-7", "fri,sat,sun"),
            ("*/2", "sun,tue,thu,sat"),
            ("mon-fri", "mon-fri"),
        ],
    )
    def test_weekdays_mean_what_cron_means(self, written: str, weekdays: str) -> None:
        assert cron_line(f"0 6 * * {written}") == f"0 6 * * {weekdays}"

    @pytest.mark.parametrize("written", ["8", "5-2", "x", "1/0"])
    def test_weekdays_that_are_none(self, written: str) -> None:
        with pytest.raises(ValueError, match="not a cron line"):
            cron_line(f"0 6 * * {written}")
