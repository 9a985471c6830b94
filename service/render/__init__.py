"""A diff or a line of the log -> text, HTML, JSON, CSV. Pure, one format a module; what comes from pages is shown, never obeyed."""

from .alone import page_end, page_facts, page_head, text_html
from .captures import capture_json, capture_lines
from .charts import activity_chart, bar
from .columns import side
from .feeds import FeedHead, Told, atom, json_feed, opml
from .fragment import excerpt, html
from .groups import WITHIN, grouped
from .inline import words
from .learned import template_facts, template_json, template_lines
from .notices import Letter, letter, logged, message_json
from .safe import csv_safe, terminal_safe
from .shapes import (
    change_json,
    copies_json,
    diff_json,
    hit_json,
    item_json,
    memento_json,
    moment,
    order_json,
    report_json,
    show_json,
    show_memento_json,
    source_json,
    translations_json,
    version_json,
)
from .sides import sides
from .tables import changes_csv, csv_head, csv_line
from .unified import unified

__all__ = [
    "WITHIN",
    "FeedHead",
    "Letter",
    "Told",
    "activity_chart",
    "atom",
    "bar",
    "capture_json",
    "capture_lines",
    "change_json",
    "changes_csv",
    "copies_json",
    "csv_head",
    "csv_line",
    "csv_safe",
    "diff_json",
    "excerpt",
    "grouped",
    "hit_json",
    "html",
    "item_json",
    "json_feed",
    "letter",
    "logged",
    "memento_json",
    "message_json",
    "moment",
    "opml",
    "order_json",
    "page_end",
    "page_facts",
    "page_head",
    "report_json",
    "show_json",
    "show_memento_json",
    "side",
    "sides",
    "source_json",
    "template_facts",
    "template_json",
    "template_lines",
    "terminal_safe",
    "text_html",
    "translations_json",
    "unified",
    "version_json",
    "words",
]
