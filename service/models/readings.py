"""What a person reads of a page or PDF."""

from dataclasses import dataclass
from typing import NamedTuple


class Block(NamedTuple):
    """A paragraph, heading, list item, table cell or the like, as displayed.

    ``path`` is its place: tags with their classes from body down, joined by ``/`` (its last part is the block's own tag, such as
    ``p``, ``h2``, ``li``, ``td``, ``blockquote``, ``pre``). ``text`` is its visible text, white space collapsed, nothing folded.
    """

    path: str
    text: str

    @property
    def tag(self) -> str:
        return self.path.rsplit("/", 1)[-1].split(".")[0]


class Link(NamedTuple):
    """A link, image or attachment: its absolute address, and the words it is shown with."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a person reads of a release: title, dates, blocks, links; as displayed.

    ``published`` and ``modified`` are stamps as in ``Entry``, taken from the page alone: a date that only the list tells is not
    part of the reading, or it would seem edited once the list forgets it. ``method`` names how the body was found
    (``selectors``, ``template``, ``generic``, ``pdf``, ``text``), ``rule`` the version of the extractor with what the configuration
    told it: readings by different ones are not compared. ``notes`` are the lines and log entries in which the page itself speaks of its
    updates; they are no part of the text. ``alternates`` are the addresses at which the page says that it stands in other languages; they
    are not kept with its versions.
    """

    title: str
    blocks: tuple[Block, ...] = ()
    published: str | None = None
    modified: str | None = None
    language: str | None = None
    links: tuple[Link, ...] = ()
    images: tuple[Link, ...] = ()
    attachments: tuple[Link, ...] = ()
    canonical: str | None = None
    method: str = ""
    rule: str = ""
    notes: tuple[str, ...] = ()
    alternates: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The body as plain text, a blank line between blocks."""
        return "\n\n".join(block.text for block in self.blocks)
