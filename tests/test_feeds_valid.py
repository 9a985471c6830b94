"""Feeds by the letter of their standards: Atom by the grammar of RFC 4287, JSON Feed by the rules of its version 1.1."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from service.render import Told, atom, json_feed

from .newsroom import DrupalSite
from .test_feeds import HEAD, NASTY, edited, line
from .test_feeds import watched as watched  # a fixture
from .watching import Watch

ATOM = {"atom": "http://www.w3.org/2005/Atom"}
GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).with_name("atom.rng")))


def atom_faults(feed: bytes) -> Iterator[str]:
    """Yield what is against RFC 4287: its grammar, its Schematron rules (sections 4.1.1 and 4.1.2), and what it says in words."""
    root = etree.fromstring(feed)
    if not GRAMMAR.validate(root):
        yield str(GRAMMAR.error_log.last_error)
    entries = root.findall("atom:entry", ATOM)
    if root.find("atom:author", ATOM) is None and any(entry.find("atom:author", ATOM) is None for entry in entries):
        yield "an entry has no author, and the feed has none"
    for entry in entries:
        if entry.find("atom:content", ATOM) is None and entry.find("atom:link[@rel='alternate']", ATOM) is None:
            yield "an entry without content has no alternate link"
    ids = [found.text or "" for found in root.iterfind(".//atom:id", ATOM)]
    yield from (f"no absolute IRI: {one}" for one in ids if not urlsplit(one).scheme)
    if len(set(ids)) < len(ids):
        yield "an id is there twice"
    for place in (root, *entries):
        links = [(link.get("type"), link.get("hreflang")) for link in place.findall("atom:link[@rel='alternate']", ATOM)]
        if len(set(links)) < len(links):
            yield "two alternate links of one type"
    if not root.findall("atom:link[@rel='self']", ATOM):
        yield "a feed should say where it is"


def json_feed_faults(told: dict[str, Any]) -> Iterator[str]:
    """Yield what is against https://www.jsonfeed.org/version/1.1/ in its required and typed fields."""
    if told.get("version") != "https://jsonfeed.org/version/1.1" or not isinstance(told.get("title"), str):
        yield "version and title are required"
    if told.get("next_url") == told.get("feed_url"):
        yield "next_url must not be feed_url"
    yield from _no_addresses(told, "home_page_url", "feed_url", "next_url", "icon", "favicon")
    if len({item["id"] for item in told["items"]}) < len(told["items"]):
        yield "an id is there twice"
    for item in told["items"]:
        yield from _item_faults(item)


def _item_faults(item: dict[str, Any]) -> Iterator[str]:
    if not isinstance(item.get("id"), str) or not item["id"]:
        yield "an item needs an id that is a string"
    if not {"content_html", "content_text"} & item.keys():
        yield "an item needs content_html or content_text"
    yield from _no_addresses(item, "url", "external_url", "image", "banner_image")
    moments = [item[name] for name in ("date_published", "date_modified") if name in item]
    yield from (f"no moment of RFC 3339: {one}" for one in moments if datetime.fromisoformat(one).tzinfo is None)
    if not all(isinstance(tag, str) for tag in item.get("tags", [])):
        yield "tags are strings"
    yield from (f"custom objects begin with an underscore: {name}" for name in item if isinstance(item[name], dict) and name[0] != "_")


def _no_addresses(told: dict[str, Any], *names: str) -> Iterator[str]:
    yield from (f"{name} is no absolute address" for name in names if name in told and not urlsplit(told[name]).scheme)


def test_feeds_as_served_are_valid(watched: tuple[DrupalSite, Watch, str]) -> None:
    site, watch_, base = watched
    for query in ("", "?kind=edited&source=news", "?kind=moved"):
        assert list(atom_faults(requests.get(f"{base}/feeds/changes.atom{query}", timeout=10).content)) == []
    edited(site, watch_, 2, "fifty-one")
    site.withdraw(site.releases[3].slug)
    watch_.one()
    for query in ("", "?kind=edited&source=news"):
        assert list(atom_faults(requests.get(f"{base}/feeds/changes.atom{query}", timeout=10).content)) == []
        answer = requests.get(f"{base}/feeds/changes.json{query}", timeout=10)
        assert answer.headers["Content-Type"].startswith("application/feed+json")
        assert list(json_feed_faults(answer.json())) == [] and answer.json()["items"]


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=50)
@given(NASTY, NASTY, st.sampled_from(["edited", "withdrawn", "incident"]))
def test_feeds_are_valid_whatever_the_pages_said(title: str, summary: str, kind: str) -> None:
    whose = {} if kind != "incident" else {"item_url": None, "not_before": None}
    told = [Told(line(title=title, summary=summary, kind=kind, **whose), "<p><ins>x</ins></p>"), Told(line(id=8), "")]
    assert list(atom_faults(atom(HEAD, told))) == []
    assert list(json_feed_faults(json.loads(json_feed(HEAD, told)))) == []


@pytest.mark.parametrize(
    "broken",
    [
        (b"<updated>", b"<updated>yesterday "),
        (b"<id>", b"<id/><id>"),
        (b"<author>", b"<author><surname xmlns='http://www.w3.org/2005/Atom'>x</surname>"),
        (b'rel="self"', b'rel="self" hreflang="no language"'),
        (b"http://host/changes/7<", b"seven<"),
    ],
)
def test_the_grammar_refuses_what_is_wrong(broken: tuple[bytes, bytes]) -> None:
    feed = atom(HEAD, [Told(line(), "<p>x</p>")])
    assert list(atom_faults(feed)) == [] and broken[0] in feed
    assert list(atom_faults(feed.replace(*broken, 1))) != []
