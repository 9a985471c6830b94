"""Cron lines: checked, and with the days of the week by name.

APScheduler counts weekdays from Monday, crontab(5) from Sunday: only names mean the same to both.
"""

_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun")


def cron_line(text: str) -> str:
    """Return a cron line of five fields in the form that APScheduler reads as cron would; ``ValueError`` says what is wrong with it."""
    from apscheduler.triggers.cron import CronTrigger  # lazy: few sources have one

    fields = text.split()
    if len(fields) != 5:
        raise ValueError(f'expected five fields (minute hour day month weekday) such as "0 6 * * mon-fri"; found {len(fields)}')
    line = " ".join([*fields[:4], ",".join(map(_named, fields[4].split(",")))])
    try:
        CronTrigger.from_crontab(line, timezone="UTC")
    except ValueError as error:
        raise ValueError(f"not a cron line: {error}") from None
    return line


def _named(part: str) -> str:
    """Return one part of the weekday field with names in place of numbers; 0 and 7 are Sunday."""
    days, _, step = part.partition("/")
    first, _, last = ("0", "-", "6") if days == "*" and step else days.partition("-")
    ends = (first, last or first)
    if step.isdecimal() and not int(step):
        raise ValueError(f"not a cron line: a step of 0 in {part!r}")
    if not all(end.isdecimal() and int(end) < len(_DAYS) for end in ends) or (step and not step.isdecimal()):
        return part
    names = dict.fromkeys(_DAYS[int(ends[0]) : int(ends[1]) + 1 : int(step or 1)])
    return ",".join(names) or part
