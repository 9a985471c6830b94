"""When to read a source's list again: as often as the source says, later while it fails, less often where it is dear and brings nothing.

A server that answers "not modified" is asked as often as ever, for its answer costs nothing. One that sends the whole list each time
(a ministry's feed of 240 entries was 1.1 MB, without validators; another is a year old) is asked up to four times less often, once
nothing new has come for days. A feed shows only so many entries, and those that come and go between two readings are missed: in ten
weeks of a busy national feed the fastest twenty news took 53 minutes and the fastest thirty 201, so a pause of 45 s for each entry is
less than a third of the time in which the whole list rolls over.
"""

from datetime import timedelta

# A silent list is asked again after a share of its silence: after two days of it four times less often.
_SHARE = 48
_LONGEST_STRETCH = 4
_EACH_ENTRY = timedelta(seconds=45)
_LONGEST_SILENCE = timedelta(hours=6)


def pause(every: timedelta, failures: int = 0, quiet: timedelta = timedelta(0), size: int = 0) -> timedelta:
    """Return how long to wait before a list is read again; never less than ``every``.

    Each of ``failures`` in a row doubles the wait, up to six hours (or ``every``). ``quiet`` is how long a list that is sent whole each
    time has brought nothing new; zero for one that is not. ``size`` is how many entries it usually shows.
    """
    if failures:
        return min(max(every, _LONGEST_SILENCE), every * (1 << min(failures, 16)))
    return max(every, min(quiet / _SHARE, every * _LONGEST_STRETCH, _EACH_ENTRY * size))
