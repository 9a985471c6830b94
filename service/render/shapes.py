"""What programs are given: plain dicts for ``json.dumps``, with the keys and the order that ``--json`` and the API promise."""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

from service.models import ChangeLine, Diff, Hit, ItemLine, Memento, RefreshOrder, Release, SourceLine, SourceReport, VersionLine


def change_json(line: ChangeLine) -> dict[str, Any]:
    """Return one line of the change log; instants are ISO 8601 in UTC with Z."""
    return {
        "id": line.id,
        "source": line.source,
        "item_url": line.item_url,
        "title": line.title,
        "kind": line.kind,
        "significance": line.significance,
        "classes": list(line.classes),
        "declared": line.declared,
        "fields": list(line.fields),
        "not_before": moment(line.not_before),
        "not_after": moment(line.not_after),
        "detected_at": moment(line.detected_at),
        "before_version": line.before_version,
        "after_version": line.after_version,
        "words_added": line.words_added,
        "words_removed": line.words_removed,
        "summary": line.summary,
    }


def show_json(release: Release) -> dict[str, Any]:
    """Return a release with one of its versions; ``text`` is None for a tombstone, all of the version where there is none yet."""
    version = release.version
    return {
        "item_url": release.item_url,
        "source": release.source,
        "version": version.number if version else None,
        "versions": release.versions,
        "state": release.state,
        "title": version.title if version else None,
        "published": release.published,
        "language": release.language,
        "text": version.reading.text if version and version.reading else None,
        "content_hash": version.content_hash if version else None,
        "exact_hash": version.exact_hash if version else None,
        "rule": version.rule if version else None,
        "seen_from": moment(version.seen_from) if version else None,
        "seen_until": moment(version.seen_until) if version else None,
        "snapshot": version.snapshot if version else None,
    }


def translations_json(release: Release) -> dict[str, Any]:
    """Return which releases say the same in another language: what the API tells beside ``show_json``."""
    return {"translations": [{"item_url": other.item_url, "title": other.title} for other in release.translations]}


def copies_json(release: Release) -> dict[str, Any]:
    """Return what a web archive has copied of a release, and after which version: what the API tells beside ``show_json``."""
    return {"web_copies": [{"version": copy.version, "url": copy.url, "copied_at": moment(copy.copied_at)} for copy in release.copies]}


def memento_json(memento: Memento) -> dict[str, Any]:
    """Return what somebody else captured of a release, without its text."""
    return {
        "memento": memento.name,
        "keeper": memento.keeper,
        "captured_at": moment(memento.captured_at),
        "imported_at": moment(memento.imported_at),
        "url": memento.url,
        "original": memento.original,
        "title": memento.title,
        "published": memento.published,
        "content_hash": memento.content_hash,
        "exact_hash": memento.exact_hash,
        "rule": memento.rule,
        "payload": memento.payload,
        "snapshot": memento.snapshot,
    }


def show_memento_json(url: str, memento: Memento) -> dict[str, Any]:
    """Return what somebody else captured of the release at an address, with its text."""
    return {"item_url": url, **memento_json(memento), "text": memento.reading.text if memento.reading is not None else None}


def diff_json(diff: Diff) -> dict[str, Any]:
    """Return a diff with every run of its hunks."""
    hunks = [
        {
            "field": hunk.field,
            "kind": hunk.kind.value,
            "before": hunk.before,
            "after": hunk.after,
            "tag": hunk.tag,
            "runs": [{"op": run.op.value, "text": run.text} for run in hunk.runs],
        }
        for hunk in diff.hunks
    ]
    return {"hunks": hunks, "words_added": diff.words_added, "words_removed": diff.words_removed, "coarse": diff.coarse}


def report_json(report: SourceReport) -> dict[str, Any]:
    """Return what a pass did: a line of ``refresh --json``."""
    return _plain(report)


def source_json(line: SourceLine) -> dict[str, Any]:
    """Return one source and its health."""
    return _plain(line)


def item_json(line: ItemLine) -> dict[str, Any]:
    """Return one tracked release; its id is a cursor of the store, and nothing to be told."""
    return {name: value for name, value in _plain(line).items() if name != "id"}


def version_json(line: VersionLine) -> dict[str, Any]:
    """Return one version of a release, without its text; a tombstone has none."""
    return {
        "version": line.number,
        "reason": line.reason,
        "title": line.title,
        "published": line.published,
        "content_hash": line.content_hash,
        "exact_hash": line.exact_hash,
        "rule": line.rule,
        "seen_from": moment(line.seen_from),
        "seen_until": moment(line.seen_until),
        "snapshot": line.snapshot,
    }


def order_json(order: RefreshOrder) -> dict[str, Any]:
    """Return how far a refresh is that was asked for, with the report of each source that is done."""
    state = "done" if order.finished_at else "running" if order.started_at else "waiting"
    return {
        "id": order.id,
        "state": state,
        "sources": list(order.sources),
        "urls": list(order.urls),
        "recheck": order.recheck,
        "asked_at": moment(order.asked_at),
        "started_at": moment(order.started_at),
        "finished_at": moment(order.finished_at),
        "done": order.done,
        "total": order.total,
        "reports": [report_json(report) for report in order.reports],
    }


def hit_json(hit: Hit) -> dict[str, Any]:
    """Return what a search found; ``snippet`` are parts of the passage, each with whether it is what was searched for."""
    return {**_plain(hit), "snippet": [{"text": text, "found": found} for text, found in hit.snippet]}


def moment(instant: datetime | None) -> str | None:
    """Return an aware instant as ISO 8601 in UTC with Z, as precise as it is; None for None."""
    return instant.astimezone(UTC).isoformat().replace("+00:00", "Z") if instant else None


def _plain(line: SourceReport | SourceLine | ItemLine | Hit) -> dict[str, Any]:
    return {field.name: _value(getattr(line, field.name)) for field in fields(line)}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return moment(value)
    return list(value) if isinstance(value, tuple) else value
