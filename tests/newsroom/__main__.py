"""A newsroom to try presswatch against: ``python -m tests.newsroom --port 8800``, then POST edits to ``/__edit``."""

import argparse
import threading
from collections.abc import Callable
from pathlib import Path

from . import BitrixSite, Newsroom, Site
from .csto import csto_site
from .drupal import DrupalSite
from .small import JsonFeedSite, PdfSite, SinglePageSite, SitemapSite
from .wordpress import WordPressSite

KINDS: dict[str, Callable[[], Site]] = {
    "bitrix": BitrixSite,
    "bitrix-ru": lambda: BitrixSite(language="ru", charset="windows-1251"),
    "wordpress": WordPressSite,
    "drupal": DrupalSite,
    "jsonfeed": JsonFeedSite,
    "sitemap": SitemapSite,
    "page": SinglePageSite,
    "pdf": PdfSite,
}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.newsroom", description=__doc__)
    parser.add_argument("--port", type=int, default=8800, help="the first port; each further site takes the next one")
    parser.add_argument("--kind", action="append", choices=[*KINDS, "all"], help="which site; may be given several times (default: bitrix)")
    parser.add_argument("--corpus", type=Path, help="the corpus folder: the CSTO newsroom comes first")
    options = parser.parse_args()
    kinds = options.kind or ["bitrix"]
    sites = [KINDS[kind]() for kind in (KINDS if "all" in kinds else kinds)]
    if options.corpus:
        sites.insert(0, csto_site(options.corpus))
    with Newsroom(*sites, port=options.port):
        for site in sites:
            print(f"{type(site).__name__:<16}{site.url}   edits: POST {site.base}/__edit", flush=True)
        print(
            f"""for example: curl -d '{{"do": "publish"}}' {sites[0].base}/__edit      (GET the same address for what can be done)""",
            flush=True,
        )
        try:
            threading.Event().wait()
        except KeyboardInterrupt:
            print("closed")


if __name__ == "__main__":
    main()
