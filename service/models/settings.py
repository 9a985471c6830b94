"""How presswatch runs: every setting with its default and its help; read once, frozen, passed down.

Durations are written in TOML as seconds (``20``) or with a unit (``"20s"``, ``"15m"``, ``"1h"``, ``"7d"``). ``least``, ``most``
and ``among``
in a field's metadata bound what may be configured; None and empty mean anything.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from .notices import Target


def _setting(default: Any, help: str, *, least: Any = None, most: Any = None, among: tuple[str, ...] = (), shown: bool = True) -> Any:
    return field(default=default, repr=shown, metadata={"help": help, "least": least, "most": most, "among": among})


@dataclass(frozen=True, slots=True)
class FetchSettings:
    """``[fetch]``: how we ask."""

    user_agent: str = _setting("", "sent with every request; empty: presswatch/VERSION and the contact below")
    contact: str = _setting("", "an address or mailbox for the webmaster who reads the logs")
    allow_private_hosts: bool = _setting(False, "let the fetcher talk to loopback and private addresses")
    per_host_delay: float = _setting(1.0, "seconds between two requests to a host, at least", least=0, most=3600)
    connect_timeout: float = _setting(10.0, "seconds to wait for a connection", least=0.1, most=300)
    read_timeout: float = _setting(20.0, "seconds to wait for the next bytes", least=0.1, most=300)
    total_timeout: float = _setting(60.0, "seconds that one answer may take altogether", least=0.1, most=3600)
    max_bytes: int = _setting(
        5_000_000, "bytes of one answer, after decompression; PDFs may have five times as many", least=1000, most=1_000_000_000
    )
    max_redirects: int = _setting(10, "redirects that one request follows", least=0, most=30)
    retries: int = _setting(2, "further tries after a failure that may pass, with growing pauses", least=0, most=10)
    obey_robots: bool = _setting(True, "ask robots.txt first")


@dataclass(frozen=True, slots=True)
class BrowserSettings:
    """``[browser]``: what builds the pages of sources with ``render = "browser"``, and takes pictures."""

    chromium: str = _setting("", "the Chromium to use; empty: the one on the path")
    sandbox: bool = _setting(
        True, "let Chromium shut its pages in; it cannot for root, nor in most containers: false, only where nothing else is to be lost"
    )
    patience: float = _setting(30.0, "seconds that one page may take to be built, with all that it asks for", least=1, most=300)
    pages: int = _setting(2, "pages built at the same time by one process", least=1, most=16)
    max_memory: int = _setting(1_000_000_000, "bytes of memory that one page may take", least=100_000_000, most=64_000_000_000)


@dataclass(frozen=True, slots=True)
class EditsSettings:
    """``[edits]``: when an alarm is believed."""

    confirm_after: timedelta = _setting(
        timedelta(seconds=20), "how long after an alarm the second look comes; 0: at once", least=timedelta(0), most=timedelta(minutes=10)
    )
    gone_after: timedelta = _setting(
        timedelta(hours=1), "between the looks that confirm a withdrawal; 0: in the same pass", least=timedelta(0), most=timedelta(days=7)
    )


@dataclass(frozen=True, slots=True)
class ScheduleSettings:
    """``[schedule]``: when and how much."""

    every: timedelta = _setting(
        timedelta(minutes=15),
        "how often a source's list is read, unless the source says",
        least=timedelta(seconds=1),
        most=timedelta(days=31),
    )
    recheck_min: timedelta = _setting(
        timedelta(minutes=5), "a release is looked at again no sooner than this", least=timedelta(seconds=1), most=timedelta(days=31)
    )
    recheck_max: timedelta = _setting(
        timedelta(days=7), "and no later than this, however old it is", least=timedelta(seconds=1), most=timedelta(days=365)
    )
    engine: str = _setting(
        "threads",
        "where hosts are polled: threads of this process, or queue: by 'presswatch worker' on any machine (needs PostgreSQL)",
        among=("threads", "queue"),
    )
    lease: timedelta = _setting(
        timedelta(seconds=30),
        "how long a host stays with a worker that nothing is heard of any more",
        least=timedelta(seconds=2),
        most=timedelta(hours=1),
    )
    workers: int = _setting(8, "hosts polled at the same time by one process", least=1, most=256)
    batch: int = _setting(100, "looks of one scheduled pass at most; the rest stays due", least=1, most=10_000)
    stop_after: timedelta = _setting(
        timedelta(seconds=20), "how long passes may take to finish when asked to stop", least=timedelta(0), most=timedelta(minutes=10)
    )


@dataclass(frozen=True, slots=True)
class WebSettings:
    """``[web]``: the pages and the API."""

    host: str = _setting("127.0.0.1", "address to listen on; another than loopback needs a token")
    port: int = _setting(8787, "port to listen on; 0: any free one", least=0, most=65_535)
    token: str = _setting(
        "", "a long secret for whatever changes state, and for reading from elsewhere; better PRESSWATCH_WEB__TOKEN than here", shown=False
    )
    token_file: str = _setting("", "a file with nothing but the token, such as /run/secrets/presswatch; or PRESSWATCH_WEB__TOKEN_FILE")
    public: bool = _setting(False, "where others than this machine reach the pages: let everybody read them, without the token")
    public_url: str = _setting("", "where readers reach the pages, for links in notices (https://presswatch.example.org); empty: no links")
    per_minute: int = _setting(1200, "requests that one address may make in a minute; 0: any number", least=0, most=1_000_000)


@dataclass(frozen=True, slots=True)
class LogSettings:
    """``[log]``: what is told on stderr."""

    level: str = _setting("info", "debug, info, warning or error", among=("debug", "info", "warning", "error"))
    format: str = _setting("auto", "console, json, or auto: console on a terminal", among=("auto", "console", "json"))


@dataclass(frozen=True, slots=True)
class KeepSettings:
    """``[keep]``: how long what is not history is kept; versions and changes are kept for ever."""

    passes: timedelta = _setting(timedelta(days=30), "attempts at sources", least=timedelta(days=1))
    notices: timedelta = _setting(timedelta(days=30), "notices that were sent or given up", least=timedelta(days=1))
    snapshots: bool = _setting(True, "keep the raw page of every version")
    captures: timedelta = _setting(timedelta(days=30), "raw pages on which no version stands", least=timedelta(days=1))


@dataclass(frozen=True, slots=True)
class EvidenceSettings:
    """``[evidence]``: who else vouches for what was recorded."""

    timestamp_url: str = _setting(
        "", "an authority for time stamps (RFC 3161) that witnesses checkpoints; needs the stamp extra; empty: none"
    )
    timestamp_every: timedelta = _setting(
        timedelta(hours=1),
        "how often at most; not where nothing was found",
        least=timedelta(seconds=1),
        most=timedelta(days=31),
    )
    timestamp_roots: str = _setting(
        "", "a PEM file with the root certificates of that authority, for 'presswatch verify'; empty: not looked at"
    )


@dataclass(frozen=True, slots=True)
class WaybackSettings:
    """``[wayback]``: a web archive that is asked for a copy of its own of what is found."""

    sources: tuple[str, ...] = _setting((), 'sources whose new and edited releases it is asked to copy, by their ids; "*": all; none: off')
    url: str = _setting("https://web.archive.org/save", "where it is asked; it speaks as Save Page Now of the Wayback Machine does")
    access_key: str = _setting(
        "", "key of an account there (archive.org/account/s3.php); or PRESSWATCH_WAYBACK__ACCESS_KEY_FILE", shown=False
    )
    secret_key: str = _setting("", "its secret; better PRESSWATCH_WAYBACK__SECRET_KEY, or ..._SECRET_KEY_FILE, than here", shown=False)
    pause: timedelta = _setting(
        timedelta(seconds=15), "between two requests to it, at least", least=timedelta(seconds=1), most=timedelta(hours=1)
    )
    per_day: int = _setting(500, "copies that it is asked for in a day (UTC), at most", least=1, most=100_000)


@dataclass(frozen=True, slots=True)
class Settings:
    """All of ``presswatch.toml``, plus where things are (from the environment alone); ``notify`` are its ``[[notify]]`` tables."""

    fetch: FetchSettings = FetchSettings()
    browser: BrowserSettings = BrowserSettings()
    edits: EditsSettings = EditsSettings()
    schedule: ScheduleSettings = ScheduleSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()
    keep: KeepSettings = KeepSettings()
    evidence: EvidenceSettings = EvidenceSettings()
    wayback: WaybackSettings = WaybackSettings()
    notify: tuple[Target, ...] = ()
    config_dir: Path = Path("config")
    state_dir: Path = Path("state")
    database_url: str = field(default="", repr=False)
