"""``[[notify]]`` of presswatch.toml: who is told of changes, and what a user is told about every line that is wrong."""

from datetime import time, timedelta
from pathlib import Path

import pytest

from service.errors import ConfigErrors
from service.models import Settings, Significance, Target
from service.settings import load, load_all, load_sources, named


class TestTargets:
    """``[[notify]]``: who is told of changes."""

    def written(self, folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
        (folder / "presswatch.toml").write_text(text, encoding="utf-8")
        return load(folder, environ or {})

    def refused(self, folder: Path, text: str, environ: dict[str, str] | None = None) -> str:
        with pytest.raises(ConfigErrors) as caught:
            self.written(folder, text, environ)
        return str(caught.value)

    def test_every_key_is_read(self, tmp_path: Path) -> None:
        (target,) = self.written(
            tmp_path,
            """
            [[notify]]
            id = "desk"
            url = "https://desk.example.org/hook"
            secret = "s"
            sources = "csto"
            kinds = ["edited", "withdrawn"]
            classes = "number"
            significance = "minor"
            declared = "stealth"
            words = "peacekeep*"
            removed = '"will not"'
            added = "troops OR soldiers"
            digest = "1h"
            quiet = "22:00-7:30"
            timezone = "Europe/Moscow"
            give_up_after = "7d"
            enabled = false
            """,
        ).notify
        assert target == Target(
            "desk", "https://desk.example.org/hook", "s", ("csto",), ("edited", "withdrawn"), ("number",), Significance.MINOR, ("stealth",),
            "peacekeep*", '"will not"', "troops OR soldiers", timedelta(hours=1), (time(22), time(7, 30)), "Europe/Moscow",
            timedelta(days=7), False,
        )  # fmt: skip

    def test_addresses_and_secrets_come_from_files_and_the_environment(self, tmp_path: Path) -> None:
        (tmp_path / "address").write_text("https://a.example.org/s3cret\n")
        (tmp_path / "secret").write_text("whsec_AAAA\n")
        text = '[[notify]]\nid = "a-b"\nurl_file = "address"\nsecret_file = "secret"\n'
        (target,) = self.written(tmp_path, text).notify
        assert (target.url, target.secret) == ("https://a.example.org/s3cret", "whsec_AAAA")
        told = {"PRESSWATCH_NOTIFY__A_B__URL": "ntfy://topic", "PRESSWATCH_NOTIFY__A_B__SECRET": "other"}
        (target,) = self.written(tmp_path, text, told).notify
        assert (target.url, target.secret) == ("ntfy://topic", "other")
        assert "s3cret" not in repr(target) and "topic" not in repr(target)

    @pytest.mark.parametrize(
        ("line", "words"),
        [
            ('ur = "x"', "presswatch.toml:4: notify.ur: unknown key; did you mean 'url'?"),
            ('quiet = "22-7"', 'expected hours such as "22:00-07:00"'),
            ('quiet = "22:00-22:00"', "never begin or never end"),
            ('timezone = "Mars"', "unknown time zone"),
            ('kinds = ["edit"]', "did you mean 'edited'?"),
            ('classes = ["numbers"]', "did you mean 'number'?"),
            ('significance = "big"', "notify.significance: expected"),
            ('removed = "-only"', "nothing to search for"),
            ('digest = "soon"', "expected a duration"),
            ('secret = "whsec_s3cret!"', "is not base64"),
            ("secret = 5", "expected a text in quotes"),
            ('secret_file = "nowhere"', "nowhere: cannot be read"),
            ('url_file = "x"', "stands beside url"),
            ('id = "desk"', "given twice"),
            ('[[notify]]\nid = "desk"\nurl = "ntfy://x"', "is the id of another target already"),
            ('[[notify]]\nid = "x"', "is required: here, in url_file, or as PRESSWATCH_NOTIFY__X__URL"),
            ('[[notify]]\nid = "x"\nurl = "s3cret"', "expected a webhook such as"),
            ('[[notify]]\nid = "x"\nurl = "https://s3cret host"', "expected a webhook such as"),
        ],
    )
    def test_what_is_wrong_is_told_with_its_line_and_without_what_is_secret(self, tmp_path: Path, line: str, words: str) -> None:
        told = self.refused(tmp_path, f'[[notify]]\nid = "desk"\nurl = "https://a.example.org"\n{line}\n')
        assert words in told and "s3cret" not in told

    def test_variables_that_mean_no_target_are_told(self, tmp_path: Path) -> None:
        told = self.refused(tmp_path, "", {"PRESSWATCH_NOTIFY__DESK__URL": "ntfy://s3cret", "PRESSWATCH_NOTIFY__DESK__X": "s3cret"})
        assert "has the id 'desk'" in told and "expected PRESSWATCH_NOTIFY__<ID>__URL" in told and "s3cret" not in told
        assert "two brackets" in self.refused(tmp_path, "[notify]\nid = 'x'\n")

    def test_targets_and_sources_that_name_each_other_must_be_there(self, tmp_path: Path) -> None:
        (tmp_path / "sources.toml").write_text('[[source]]\nid = "csto"\nurl = "https://x.org/"\nnotify = ["dask", "archive"]\n')
        text = '[[notify]]\nid = "desk"\nurl = "ntfy://x"\nsources = ["ctso"]\n[[notify]]\nid = "archive"\nurl = "ntfy://y"\n'
        (tmp_path / "presswatch.toml").write_text(text)
        with pytest.raises(ConfigErrors) as caught:
            load_all(tmp_path, {})
        assert "csto.notify: no target 'dask' in presswatch.toml; did you mean 'desk'?" in str(caught.value)
        assert "notify.desk.sources: no source 'ctso'; did you mean 'csto'?" in str(caught.value)
        settings, sources = load(tmp_path, {}), load_sources(tmp_path)
        assert [target.sources for target in named(settings.notify, sources)] == [("ctso",), ("csto",)]
