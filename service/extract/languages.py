"""The language of a text that nobody names."""

from service.models import Block

_ENOUGH = 200  # characters, below which the guess is worth little


def guessed(blocks: tuple[Block, ...]) -> str | None:
    """Return the language that the words of a text are in (ISO 639-1), or None for a short text or without the ``lang`` extra."""
    text = " ".join(block.text for block in blocks)[:5000]
    if len(text) < _ENOUGH:
        return None
    try:
        from py3langid import classify
    except ImportError:
        return None
    language, _score = classify(text)
    return str(language)
