"""Dates as publishers write them, and the stamps we keep: ISO 8601, as precise as the publisher was, never more.

Three readers: ``stamp`` for words that people read (``is_bare`` tells whether they are nothing but a date, ``may_be_dated`` at once that
they have none), ``machine_stamp`` for fields that programs read, ``instant`` for the moment a stamp can mean. All of them answer None
rather than guess. The month table and the patterns are our own: of the libraries measured, those that read more dates than these also
read dates that are not there.
"""

from .machine import instant, machine_stamp
from .months import speaks
from .prose import is_bare, may_be_dated, stamp

__all__ = ["instant", "is_bare", "machine_stamp", "may_be_dated", "speaks", "stamp"]
