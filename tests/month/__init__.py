"""A simulated month of a newsroom: every kind of edit and of noise at once, on a clock that is moved by hand, with a ledger of the truth.

what there is -> what happens -> what was done -> what was made of it: ``kinds``, ``life``, ``ledger``, ``judge``, ``report``.
By hand: ``python -m tests.month [SITE ...] [--days 30] [--releases 40] [--seed 1]`` prints what was found, missed and made up.
"""

from .kinds import SITES
from .ledger import Verdict
from .life import Month
from .report import told

__all__ = ["SITES", "Month", "Verdict", "told"]
