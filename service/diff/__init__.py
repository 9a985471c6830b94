"""Two readings -> what differs between them, hunk by hunk, word by word; the work is bounded for any input.

What a reader of the hunks may rely on:

- A block in no hunk stands in both readings with the same displayed text.
- The runs of a hunk join to the displayed texts exactly, the old one without ``ADDED``, the new one without ``REMOVED``. A change of
  shape alone (curly quote, no-break space) is a pair of runs, ``REMOVED`` then ``ADDED``, for which ``quiet`` is true; it counts no
  words. So two readings that are equal when folded give ``EDITED`` hunks with 0 words on the blocks that are displayed differently.
- A paragraph split in two, or two joined, is one hunk with ``\\n\\n`` in its runs; ``before`` and ``after`` are the first of its blocks.
- Links and attachments are compared without their order by ``urls.address_key``; their runs read ``words <address>``.
"""

from service.models import Diff, Op, Reading, Run

from .body import body_hunks
from .fields import attachment_hunks, link_hunks, published_hunks, title_hunks
from .runs import quiet
from .sequences import Budget
from .tokens import count

__all__ = ["diff", "quiet", "settled"]


def diff(before: Reading, after: Reading) -> Diff:
    """Return what differs; hunks in the order of the newer text, removed blocks where they stood.

    ``coarse`` tells that the bound on work was reached: some words or blocks that are alike then stand as removed and added.
    The comparison is symmetric: swapped readings give the same hunks with the sides swapped.
    """
    budget = Budget()
    hunks = (
        *title_hunks(before, after, budget),
        *published_hunks(before, after),
        *body_hunks(before.blocks, after.blocks, budget),
        *link_hunks(before, after),
        *attachment_hunks(before, after, budget),
    )
    told = [run for hunk in hunks if hunk.field in ("title", "body") for run in settled(hunk.runs)]
    added, removed = (count("\n".join(run.text for run in told if run.op is op)) for op in (Op.ADDED, Op.REMOVED))
    return Diff(hunks, added, removed, budget.coarse)


def settled(runs: tuple[Run, ...]) -> tuple[Run, ...]:
    """Return the runs as a reader wants them: what only changed its shape is the same, in its newer shape."""
    out: list[Run] = []
    for run in runs:
        if run.op is Op.ADDED and out and out[-1].op is Op.REMOVED and quiet(out[-1].text, run.text):
            out[-1] = Run(Op.SAME, run.text)
        else:
            out.append(run)
    return tuple(out)
