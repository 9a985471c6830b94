"""What can be wrong, in words for whoever has to decide what it means."""

from service.models import Flaw

# sort: (what it means, what to do)
_SENSES = {
    "database": (
        "the file of the database was damaged or altered by something else than presswatch",
        "restore a backup (presswatch db backup makes them) into another folder and run verify there",
    ),
    "altered": (
        "the row does not say what it said when it was entered in the ledger, or the entry was altered",
        "compare it with a backup, and with the raw page: what presswatch shows of it is not what it recorded",
    ),
    "text": (
        "the text kept, its length or its fingerprints are not those that were recorded",
        "compare it with a backup, and with the raw page of this version",
    ),
    "lost": (
        "what this entry is of was removed or cannot be read any more",
        "look for it in a backup; the entry's digest proves what it said to whoever finds it",
    ),
    "chain": (
        "an entry was altered, removed or put in between: what was recorded from here on stands on another past",
        "compare with a checkpoint that somebody else keeps (presswatch verify --checkpoint FILE), and with a backup",
    ),
    "unentered": (
        "it was written past presswatch, or its entry was removed",
        "do not rely on it; compare with a backup",
    ),
    "numbering": (
        "versions were removed or put in between, or the row of the release was altered: how many it has, which is the latest, its state",
        "compare with a backup",
    ),
    "address": (
        "the row of an address was altered: who asks for this address is shown another release, or none",
        "compare with a backup; the release is in the ledger with the address at which it was found",
    ),
    "raw-page": (
        "the raw page is not, or no longer, the one that this version was read from",
        "look for the file in a backup; the version's text still stands in the ledger by its digest",
    ),
    "raw-file": (
        "bytes of a file of raw pages were altered, cut off or added",
        "look for the file in a backup; which versions stand on these bytes is told above",
    ),
    "checkpoint": (
        "the checkpoint was altered, or the ledger was rewritten after it was signed",
        "compare with the copy that somebody else keeps: a ledger that does not lead through a signed checkpoint was altered",
    ),
    "checkpoint-file": (
        "the copy of the checkpoints in the state folder is not what was written there",
        "the checkpoints in the database are told of by themselves; the file can be removed, it is then written anew",
    ),
    "stamp": (
        "the time stamp of a checkpoint was altered, or is of something else",
        "the checkpoint itself may still hold; ask the authority of the stamp",
    ),
}
SORTS = tuple(_SENSES)


def flaw(sort: str, where: str, what: str) -> Flaw:
    """Return a flaw of a known sort."""
    means, todo = _SENSES[sort]
    return Flaw(sort, what, where, means, todo)
