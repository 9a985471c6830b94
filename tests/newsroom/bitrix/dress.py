"""How editors dress a text in Bitrix: photos whose file names end up glued to words, documents, addresses of several ages."""

import hashlib
from dataclasses import replace
from html import escape
from urllib.parse import quote

from ..releases import Attachment, Release


def upload(name: str, folder: str = "medialibrary") -> str:
    """Return where Bitrix keeps an uploaded file: below three hex digits of a hash of its name."""
    return f"/upload/{folder}/{hashlib.md5(name.encode()).hexdigest()[:3]}/{quote(name)}"


def photo(name: str, as_link: bool = False) -> str:
    """Return a photo in the running text: named by its alternative text, or by the words of the link that stands for it."""
    path = upload(name)
    shown = name if as_link else f'<img width="300" alt="{escape(name)}" title="{escape(name)}" src="{path}" height="200" align="left">'
    return f'<a href="{path}" target="_blank">{shown}</a>'


def document(name: str, text: str) -> Attachment:
    """Return an attachment under its name of 32 hex digits."""
    stored = f"{hashlib.md5(name.encode()).hexdigest()}.docx"
    return Attachment(upload(stored, "iblock"), text.encode())


def dressed(release: Release) -> Release:
    """Return a made-up release as one of the forms seen in the wild; its number decides which."""
    number = release.id
    if number % 5 == 2:
        release = replace(release, body=_glued(release.body, photo(f"ZVF_{6800 + number}.JPG", as_link=number % 2 == 0)))
    if number % 3 == 0:
        release = replace(release, picture=upload(f"preview{number}.jpg", "iblock"))
    return _addressed(release)


def _glued(body: str, markup: str) -> str:
    """Put a photo before the first word of the second paragraph, without a space, as editors do."""
    first, mark, rest = body.partition("\n<p>")
    return f"{first}{mark}{markup}{rest}"


def _addressed(release: Release) -> Release:
    number = release.id
    if number == 1:
        return replace(release, section="/chairmanship/", address="/chairmanship/?ELEMENT_ID=1", date_form="none")
    if number == 4:
        files = (document(release.slug, release.body),)
        return replace(release, section="/documents/statements/", attachments=files, date_form="alone", with_about=False, signature=())
    if number % 9 == 5:
        return replace(release, section="/news/speech/", date_form="alone")
    if number < 8:
        return replace(release, slug=release.slug.replace("-", "_"))
    return release
