"""Promise: a secret comes from where its owner wants it, and goes nowhere else: no message, log, page, table or export repeats it."""

import io
import stat
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from urllib.parse import urljoin

import pytest

from service.doors.cli import COMMANDS, main
from service.errors import ConfigErrors
from service.models import Settings
from service.settings import exposed, load, load_all

from .newsroom import DrupalSite, Newsroom
from .rawsite import RawSite, page
from .test_daemon import Daemon
from .test_web import free_port
from .watching import SETTINGS, source, write_config

MARK = "s3cret"


def written(folder: Path, text: str, environ: dict[str, str] | None = None) -> Settings:
    (folder / "presswatch.toml").write_text(text)
    return load(folder, environ or {})


class TestFiles:
    def test_a_variable_may_name_a_file(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text(f"{MARK}-token\n")
        (tmp_path / "database").write_text(f"postgresql://user:{MARK}@host/name\n")
        (tmp_path / "hook").write_text("https://a.example/hook")
        told = {
            "PRESSWATCH_WEB__TOKEN_FILE": str(tmp_path / "token"),
            "PRESSWATCH_DATABASE_URL_FILE": str(tmp_path / "database"),
            "PRESSWATCH_NOTIFY__DESK__URL_FILE": str(tmp_path / "hook"),
            "PRESSWATCH_NOTIFY__DESK__SECRET_FILE": str(tmp_path / "token"),
        }
        found = written(tmp_path, '[[notify]]\nid = "desk"\n', told)
        assert (found.web.token, found.database_url) == (f"{MARK}-token", f"postgresql://user:{MARK}@host/name")
        assert (found.notify[0].url, found.notify[0].secret) == ("https://a.example/hook", f"{MARK}-token")
        assert MARK not in repr(found)

    def test_so_may_the_settings(self, tmp_path: Path) -> None:
        (tmp_path / "token").write_text("from the file\n")
        assert written(tmp_path, '[web]\ntoken_file = "token"\n').web.token == "from the file"
        assert written(tmp_path, '[web]\ntoken_file = "token"\n', {"PRESSWATCH_WEB__TOKEN": "told"}).web.token == "told"

    @pytest.mark.parametrize(
        ("text", "environ", "words"),
        [
            ("", {"PRESSWATCH_WEB__TOKEN_FILE": "/nowhere"}, "PRESSWATCH_WEB__TOKEN_FILE: /nowhere: cannot be read: No such file"),
            ("", {"PRESSWATCH_WEB__TOKEN_FILE": "EMPTY"}, "is empty"),
            ("", {"PRESSWATCH_WEB__TOKEN_FILE": "BYTES"}, "not UTF-8 text"),
            ("", {"PRESSWATCH_WEB__TOKEN_FILE": "EMPTY", "PRESSWATCH_WEB__TOKEN": MARK}, "stands beside PRESSWATCH_WEB__TOKEN"),
            ("", {"PRESSWATCH_WEB__TOKE_FILE": "TOKEN"}, "PRESSWATCH_WEB__TOKE: unknown key; did you mean 'token'?"),
            (f'[web]\ntoken = "{MARK}"\ntoken_file = "x"\n', {}, "web.token_file: stands beside token"),
            ('[web]\ntoken_file = "nowhere"\n', {}, "nowhere: cannot be read"),
        ],
    )
    def test_what_is_wrong_is_told_without_what_stands_in_them(
        self, tmp_path: Path, text: str, environ: dict[str, str], words: str
    ) -> None:
        for name, content in (("EMPTY", b" \n"), ("BYTES", b"\xff\xfe" + MARK.encode()), ("TOKEN", MARK.encode())):
            (tmp_path / name).write_bytes(content)
        told = {key: str(tmp_path / value) if (tmp_path / value).is_file() else value for key, value in environ.items()}
        with pytest.raises(ConfigErrors) as refused:
            written(tmp_path, text, told)
        assert words in str(refused.value) and MARK not in str(refused.value)


class TestMessages:
    @pytest.mark.parametrize(
        "line",
        [
            f"token = {MARK}",
            f'token = "{MARK}',
            f'"token" = {MARK}',
            f"token = ['{MARK}']",
            f"[[notify]]\nid = 'a'\nurl = mailto://u:{MARK}@host",
            f"[[notify]]\nid = 'a'\nurl = '{MARK}'\nsecret = whsec_{MARK}",
            f"[[notify]]\nid = 'a'\nurl = ['{MARK}']",
            f"[[notify]]\nid = 'a'\nurl = 'https://{MARK} x'",
        ],
    )
    def test_a_mistake_in_the_settings_is_told_without_the_secret_beside_it(self, tmp_path: Path, line: str) -> None:
        with pytest.raises(ConfigErrors) as refused:
            written(tmp_path, f"[web]\n{line}\n")
        assert "presswatch.toml:" in str(refused.value) and MARK not in str(refused.value)

    @pytest.mark.parametrize(
        "line",
        [
            f'headers = {{Authorization = "Bearer {MARK}\\u0007"}}',
            f'headers = {{"A b" = "{MARK}"}}',
            f"headers = {{Authorization = {MARK}}}",
            f"headers = {{Authorization = ['{MARK}']}}",
            f"[source.headers]\nAuthorization = {MARK}",
            f"[source.headers]\nX-Api-Key = {MARK}",
            f'[[source]]\nurl = "https://user:{MARK}@b.example/"',
        ],
    )
    def test_neither_does_one_in_the_sources(self, tmp_path: Path, line: str) -> None:
        (tmp_path / "sources.toml").write_text(f'[[source]]\nurl = "https://a.example/"\n{line}\n')
        with pytest.raises(ConfigErrors) as refused:
            load_all(tmp_path, {})
        assert "sources.toml:" in str(refused.value) and MARK not in str(refused.value)

    @pytest.mark.parametrize(
        "url",
        [
            f"postgresql://user:{MARK}@127.0.0.1:1/name",
            f"postgresql://user:{MARK}@127.0.0.1:port/name",
            f"postgresql://user:{MARK}@[::/name",
            f"postgresql://user:{MARK}@host.invalid/name?connect_timeout=x",
            f"postgresql://127.0.0.1:1/name?user=u&password={MARK}",
            f"mysql://user:{MARK}@host/name",
            f"postgresql+psycopg://u:{MARK}@/name?host=127.0.0.1&port=1",
        ],
    )
    @pytest.mark.parametrize("asked", ["sources", "changes"])
    def test_a_database_out_of_reach_is_told_without_its_password(
        self, tmp_path: Path, url: str, asked: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        config = write_config(tmp_path, "")
        monkeypatch.setenv("PRESSWATCH_DATABASE_URL", url)
        told, said = io.StringIO(), io.StringIO()
        with redirect_stdout(told), redirect_stderr(said):
            code = main(["--debug", "--config", str(config), "--state", str(tmp_path / "state"), asked])
        assert code in (1, 2) and said.getvalue()
        assert MARK not in told.getvalue() + said.getvalue()


class TestExposure:
    @pytest.mark.parametrize(
        ("how", "what", "mode", "named"),
        [
            ('[web]\ntoken = "x"\n', "", 0o644, ["presswatch.toml"]),
            ('[web]\ntoken = "x"\n', "", 0o640, ["presswatch.toml"]),
            ('[web]\ntoken = "x"\n', "", 0o600, []),
            ('[web]\ntoken = ""\nport = 80\n', "", 0o644, []),
            ('[[notify]]\nid = "a"\nurl = "ntfy://x"\n', "", 0o604, ["presswatch.toml"]),
            ('[[notify]]\nid = "a"\nurl_file = "hook"\n', "", 0o644, ["hook"]),
            ('[[notify]]\nid = "a"\nurl_file = "/run/secrets/hook"\n', "", 0o644, []),
            ('[web]\ntoken_file = "hook"\n', "", 0o644, ["hook"]),
            ("", '[[source]]\nurl = "https://a.example/"\nheaders = {Authorization = "x"}\n', 0o644, ["sources.toml"]),
            ("", '[[source]]\nurl = "https://a.example/"\nheaders = {User-Agent = "x"}\n', 0o644, []),
            ("not toml", "[[[", 0o644, []),
            ("web = 5\nnotify = 1", "source = 3", 0o644, []),
        ],
    )
    def test_files_with_secrets_that_others_can_read_are_named(
        self, tmp_path: Path, how: str, what: str, mode: int, named: list[str]
    ) -> None:
        for name, text in (("presswatch.toml", how), ("sources.toml", what), ("hook", "ntfy://x")):
            (tmp_path / name).write_text(text)
            (tmp_path / name).chmod(mode)
        told = exposed(tmp_path)
        assert [words.partition(" holds")[0] for words in told] == [str(tmp_path / name) for name in named]
        assert all("chmod 600" in words for words in told)

    def test_the_daemon_warns_of_them_once(self, tmp_path: Path) -> None:
        config = write_config(tmp_path, "", SETTINGS + f'[web]\nport = {free_port()}\ntoken = "{MARK}"\n')
        (config / "presswatch.toml").chmod(0o644)
        daemon = Daemon(tmp_path)
        daemon.heard("started")
        daemon.process.send_signal(1)
        daemon.heard("reloaded")
        daemon.process.terminate()
        assert daemon.process.wait(20) == 0
        daemon.reader.join(5)
        warned = [told for told in daemon.events if told["event"] == "weakness"]
        assert len(warned) == 1 and "chmod 600" in warned[0]["summary"]
        assert stat.S_IMODE((config / "presswatch.toml").stat().st_mode) == 0o644  # it is not ours to change
        assert MARK not in str(daemon.events)


class Everything:
    """A presswatch with a secret wherever one can stand, and all that it ever said."""

    def __init__(self, folder: Path, site: DrupalSite, hook: RawSite) -> None:
        self.folder, self.site, self.port = folder, site, free_port()
        targets = f"""
[[notify]]
id = "hook"
url = "{hook.url(f"/{MARK}-path")}"
secret = "{MARK}-signing"
[[notify]]
id = "refused"
url = "http://user:{MARK}-word@127.0.0.1:1/{MARK}?{MARK}=1"
[[notify]]
id = "mail"
url = "mailto://user:{MARK}-mail@127.0.0.1:1?to=a@example.org"
[[notify]]
id = "push"
url = "ntfys://{MARK}-name:{MARK}-word@127.0.0.1:1/{MARK}-topic"
"""
        how = SETTINGS + f'[web]\nport = {self.port}\ntoken = "{MARK}-token"\n[log]\nlevel = "debug"\n{targets}'
        head = f'{{Authorization = "Bearer {MARK}-head", Cookie = "session={MARK}-cookie", X-Key = "{MARK}-key"}}'
        write_config(folder, source("news", site.url, headers=head), how)
        self.said: list[str] = []

    def run(self, *arguments: str) -> str:
        answer, said = io.StringIO(), io.StringIO()
        with redirect_stdout(answer), redirect_stderr(said):
            main(["--debug", "--config", str(self.folder / "config"), "--state", str(self.folder / "state"), *arguments])
        self.said.append(f"$ {arguments[0]}\n{answer.getvalue()}{said.getvalue()}")
        return answer.getvalue()

    def ask(self, path: str, data: bytes | None = None, **headers: str) -> str:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=20) as given:
                told = str(given.headers) + given.read().decode("utf-8", "replace")
        except urllib.error.HTTPError as refused:
            with refused:
                told = str(refused.headers) + refused.read().decode("utf-8", "replace")
        self.said.append(f"GET {path}\n{told}")
        return told

    def leaks(self) -> Iterator[str]:
        """Yield where a secret was said; of files, where one stands, packed or not."""
        for words in self.said:
            if MARK in words:
                at = words.index(MARK)
                yield f"{words.splitlines()[0]}: {words[max(0, at - 200) : at + 40]}"
        for path in sorted(self.folder.rglob("*")):
            if path.is_file() and path.parent.name != "config":
                yield from (f"{path}: {name}" for name, data in _unpacked(path) if MARK.encode() in data)


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    import gzip

    data = path.read_bytes()
    yield "", data
    if path.name.endswith(".gz"):
        yield "unpacked", gzip.decompress(data)
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as held:
            for name in held.namelist():
                inner = held.read(name)
                yield name, gzip.decompress(inner) if inner.startswith(b"\x1f\x8b") else inner


@pytest.fixture
def small() -> Iterator[DrupalSite]:
    site = DrupalSite(count=6)
    with Newsroom(site):
        yield site


def test_marked_secrets_are_found_nowhere(small: DrupalSite, tmp_path: Path) -> None:
    site, hook = small, RawSite({f"/{MARK}-path": page(b"no", "500 Trouble")})
    everything = Everything(tmp_path, site, hook)
    run, ask = everything.run, everything.ask
    daemon = Daemon(tmp_path, word="run")
    daemon.heard("serving")
    run("refresh", "--all", "--json")
    site.edit(site.releases[1].slug, "the", "not the")
    assert "1 edited" in run("refresh", "news", "--recheck")
    daemon.heard("notice-failed")
    address = urljoin(site.url, site.releases[1].path)
    for asked in (
        ["changes", "--json"], ["changes", "--csv"], ["items", "--why"], ["sources", "--template"], ["show", address, "--evidence"],
        ["diff", "1"], ["search", "council"], ["notify"], ["notify", "test"], ["notify", "send"], ["probe", site.url], ["verify"],
        ["export", "--change", "1"], ["export", "--output", str(tmp_path / "all.jsonl")],
        ["export", "--format", "warc", "--output", str(tmp_path / "all.warc.gz")], ["import", str(tmp_path / "none")],
        ["db", "backup", str(tmp_path / "copy.db")], ["db", "copy", f"postgresql://u:{MARK}@127.0.0.1:1/x"], ["worker"], ["run"],
        ["serve"], ["add", f"http://user:{MARK}@127.0.0.1:1/"], ["refresh", "nowhere"], ["demo", "--nonsense"],
    ):  # fmt: skip
        run(*asked)
    assert {words.split()[1] for words in everything.said} == {name for name, *_ in COMMANDS}
    assert sum("presswatch:" not in words for words in everything.said) > 15  # most of them came to their end
    for path in (
        "/", "/sources", "/sources/news", "/statistics", "/search?q=council", "/changes/1", "/login", "/nowhere", "/feeds/changes.atom",
        "/feeds/opml", "/metrics", "/healthz", "/readyz", "/openapi.json", "/api/v1/sources", "/api/v1/changes", "/api/v1/stats",
        "/api/v1/changes/1/evidence.zip",
    ):  # fmt: skip
        ask(path, Authorization=f"Bearer {MARK}-token")
    ask("/login", f"token={MARK}-wrong&next=/".encode())
    signed = ask("/login", f"token={MARK}-token&next=/sources".encode())
    assert "Set-Cookie" in signed or "Sources" in signed
    config = tmp_path / "config" / "presswatch.toml"
    config.write_text(config.read_text() + f"[web\ntoken = {MARK}-broken\n")
    daemon.process.send_signal(1)
    daemon.heard("config-refused")
    daemon.process.terminate()
    assert daemon.process.wait(30) == 0
    daemon.reader.join(5)
    hook.close()
    everything.said.append(f"log\n{daemon.events}")
    assert list(everything.leaks()) == []


def test_the_search_above_can_fail(tmp_path: Path) -> None:
    everything = Everything(tmp_path, DrupalSite(count=1), RawSite())
    everything.said.append(f"$ one\nhello {MARK}")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as held:
        held.writestr("inner", MARK)
    assert len(list(everything.leaks())) == 3
