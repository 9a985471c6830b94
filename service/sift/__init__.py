"""Looks -> verdicts: telling an edit from noise.

An alarm (a content print that differs from the baseline) is not believed at once. Noise strikes many pages of a source, or the same page
twice in a row; an edit strikes one release and stays. So every alarm is judged

- alone (``first_verdict``): is it a release at all that came, and is it another text?
- in company (``in_company``): what several releases of a source share is no edit of any of them;
- by further looks (``settled``): what differs between looks moments apart is noise.

| answer of a look      | item was     | verdict                                                             |
|-----------------------|--------------|---------------------------------------------------------------------|
| failed                | any          | failed: nothing is concluded                                        |
| 304, equal bytes      | live         | unchanged; rebased where it now reads otherwise                     |
| gone (1)              | live         | missed; withdrawn once missed before, ``gone_after`` ago            |
| gone                  | withdrawn    | unchanged                                                           |
| gone                  | never read   | held: a release is not born missing                                 |
| nothing to read       | any          | held                                                                |
| error page, wall      | any          | held: no release (``captures``)                                     |
| reading               | never read   | first                                                               |
| doubtful (2)          | never read   | held; first once it has come so for ``STEADY``                      |
| reading               | withdrawn    | restored (with an edit where its content differs)                   |
| reading               | read badly   | rebased: its baseline was no release                                |
| same exact            | live         | unchanged; rebased where the baseline was restated                  |
| other rule or method  | live         | rebased: not comparable, and no edit                                |
| same content          | live         | cosmetic, to be confirmed                                           |
| doubtful (3)          | live         | held; edited once nothing else was seen for ``STEADY``              |
| other content         | live         | edited, to be confirmed                                             |

(1) 404, 410, led astray, a page that says it is not there, a page without its text.
(2) not made like its siblings, while most known pages are not either.
(3) not made like its siblings, cut short, in another language, a variant that was not kept to, an older copy.
"""

from .alone import STEADY, first_verdict
from .company import LEAST_COMPANY, Company, in_company
from .confirming import ALARMS, asks_again, settled
from .crowd import Fit, fit, had_template, shows_release, trouble, without_strays

__all__ = [
    "ALARMS",
    "LEAST_COMPANY",
    "STEADY",
    "Company",
    "Fit",
    "asks_again",
    "first_verdict",
    "fit",
    "had_template",
    "in_company",
    "settled",
    "shows_release",
    "trouble",
    "without_strays",
]
