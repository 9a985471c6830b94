"""Texts of strangers, made fit for a terminal and for a table: shown, never obeyed."""

# Escape sequences begin with a control character; bidi embeddings, overrides and isolates, and invisible tags, make a line read as what it
# is not (CVE-2021-42574); half a surrogate pair cannot be written at all.
_INERT = {
    **{code: chr(0x2400 + code) for code in range(0x20) if code not in (0x09, 0x0A)},
    0x7F: "\u2421",
    **dict.fromkeys([*range(0x80, 0xA0), *range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xE0000, 0xE0080)], "\ufffd"),
    **dict.fromkeys(range(0xD800, 0xE000), "\ufffd"),
    **dict.fromkeys((0x2028, 0x2029), "\n"),
}
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def terminal_safe(text: str) -> str:
    """Return the text with control characters shown as pictures, and what turns the reading direction replaced; tabs and lines stay."""
    return text.translate(_INERT)


def csv_safe(text: str) -> str:
    """Return the text so that no spreadsheet takes it for a formula: an apostrophe before what could start one.

    Source: OWASP, "CSV Injection".
    """
    return f"'{text}" if text.startswith(_FORMULA) else text
