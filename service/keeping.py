"""What is kept of a look that becomes a version: the raw answer that it stands on, and a picture of it where its source wants one."""

from collections.abc import Callable
from dataclasses import replace

from .looks import Tools
from .models import Answer, Missing, Plan, Snapshot, Verdict, VerdictKind
from .steps import is_rederived, keeps_reading


class Keeper:
    """Who keeps raw answers for one pass. ``troubles`` says what could not be had besides: it stops no version."""

    def __init__(self, tools: Tools, plan: Plan, before_request: Callable[[], None]) -> None:
        self.tools, self.plan, self.before_request = tools, plan, before_request
        self.troubles: list[str] = []

    def evidence(self, verdict: Verdict) -> str:
        """Return a pointer to the raw answer that a verdict's version stands on, kept just now where it is not yet."""
        base = verdict.look.item.baseline
        if keeps_reading(verdict) and is_rederived(verdict):
            return base.snapshot if base is not None else ""
        if self.tools.archive is None or not (keeps_reading(verdict) or verdict.kind is VerdictKind.WITHDRAWN):
            return ""
        kept, again = _served(verdict.look.answer), map(_served, verdict.again)
        if kept is None:
            return ""
        return self.tools.archive.keep_seen(self.with_picture(kept), [look for look in again if look is not None])

    def with_picture(self, kept: Snapshot) -> Snapshot:
        if not self.plan.source.screenshot:
            return kept
        picture, trouble = self.tools.fetcher.picture(kept, self.plan.source, self.before_request)
        if trouble and trouble not in self.troubles:
            self.troubles.append(trouble)
        return replace(kept, picture=picture)


def _served(answer: Answer) -> Snapshot | None:
    """Return what was served: a page, or the answer that there is none."""
    return answer.snapshot if isinstance(answer, Missing) else answer if isinstance(answer, Snapshot) else None
