"""Notices from end to end: the daemon tells of an edit by itself, and the command line says how it went."""

import json
from pathlib import Path

from click.testing import CliRunner, Result

from service.doors.cli import cli

from .newsroom import DrupalSite
from .receiving import hook
from .test_daemon import daemon
from .watching import SETTINGS, Watch, source, watch, write_config

SECRET = "whsec_c2VjcmV0"


def settings(*targets: str) -> str:
    return "\n".join([SETTINGS, '[schedule]\nevery = "1s"\nrecheck_min = "1s"\nrecheck_max = "2s"', *targets])


def target(url: str, *more: str) -> str:
    return "\n".join(["[[notify]]", 'id = "desk"', f'url = "{url}"', f'secret = "{SECRET}"', *more])


def call(folder: Path, *arguments: str) -> Result:
    return CliRunner().invoke(
        cli, ["--config", str(folder / "config"), "--state", str(folder / "state"), *arguments], standalone_mode=False
    )


def edited(site: DrupalSite, number: int = 2) -> str:
    release = site.releases[number]
    first = release.body.split(" ")[0]
    site.edit(release.slug, first, f"{first} edited")
    return site.address(release.slug)


def test_the_daemon_tells_of_an_edit_and_of_what_its_target_missed(site: DrupalSite, tmp_path: Path) -> None:
    with hook() as gone:
        port = int(gone.url.split(":")[2].split("/")[0])
    write_config(tmp_path, source("news", site.url, notify='["desk"]'), settings(target(gone.url, 'kinds = ["edited"]')))
    with daemon(tmp_path, "--no-web") as running:
        running.heard("pass-done")
        address = edited(site)
        assert "connection refused" in running.heard("notice-failed")["error"]
        with hook(port) as back:
            running.heard("notice-sent")
            (body,) = back.bodies()
        assert [change["item_url"] for change in body["changes"]] == [address]
        assert "s3cret" not in json.dumps(running.events) and SECRET not in json.dumps(running.events)


def test_a_refresh_without_a_daemon_and_send_do_the_same(site: DrupalSite, tmp_path: Path) -> None:
    with hook() as there, watch(tmp_path, source("news", site.url), settings(target(there.url))) as watched:
        watched.one()
        edited(site)
        watched.one()
        assert told(watched) == 1
        shown = call(tmp_path, "notify", "send")
        assert shown.stdout == "1 sent, 0 waiting, 0 given up\n" and len(there.got) == 1
        assert call(tmp_path, "notify", "send").stdout == "0 sent, 0 waiting, 0 given up\n"


def told(watched: Watch) -> int:
    return len(watched.changes())


def test_notify_test_sends_a_sample_and_says_what_happened(tmp_path: Path) -> None:
    with hook() as there:
        write_config(tmp_path, "", settings(target(there.url), target("http://127.0.0.1:1/s3cret").replace("desk", "lost")))
        there.answers = [(204, {}), (401, {}), (204, {})]
        shown = call(tmp_path, "notify", "test")
        assert shown.stdout == "desk: sent: http://127.0.0.1: 204 No Content\nlost: not sent: http://127.0.0.1: connection refused\n"
        assert shown.return_value == 1
        refused = call(tmp_path, "notify", "test", "desk", "--json")
        assert json.loads(refused.output) == {"target": "desk", "sent": False, "words": "http://127.0.0.1: 401 Unauthorized"}
        assert call(tmp_path, "notify", "test", "desk").return_value == 0
        assert all(body["test"] for body in there.bodies())
    assert "no target 'dask'. Did you mean desk?" in str(call(tmp_path, "notify", "test", "dask").exception)


def test_the_list_says_how_each_target_is_and_what_waits(site: DrupalSite, tmp_path: Path) -> None:
    with watch(tmp_path, source("news", site.url), settings(target("http://127.0.0.1:1/s3cret"))) as watched:
        assert "new: told of what happens" in call(tmp_path, "notify").output
        watched.one()
        edited(site)
        watched.one()
        assert call(tmp_path, "notify", "send").return_value == 1
        shown = call(tmp_path, "notify").output
        assert "http://127.0.0.1" in shown and "failed 1 time in a row: http://127.0.0.1: connection refused" in shown
        lines = json.loads(call(tmp_path, "notify", "--json").output)
        assert [(line["id"], line["waiting"], line["tries"]) for line in lines["targets"]] == [("desk", 1, 1)]
        assert "1 in all" in call(tmp_path, "notify", "retry", "desk").output
        assert "s3cret" not in shown


def test_without_a_target_it_says_how_to_have_one(tmp_path: Path) -> None:
    write_config(tmp_path, "")
    assert "[[notify]]" in str(call(tmp_path, "notify", "test").exception)
    shown = call(tmp_path, "notify")
    assert shown.exception is None and "[[notify]]" in shown.output
