"""The words of a document, as far as they can be read without drawing it; nothing for pictures and PDF files."""

from __future__ import annotations

import html
import io
import re
import zipfile

from app.formats.document_kind import DOCX, ODT, TEXT

LONGEST = 60_000
"""Letters of a résumé that are looked at: some thirty pages."""
_MOST_BYTES = 2_000_000
"""Bytes of a part that are looked at: marks take many times the room of the words between them."""
READABLE = frozenset({TEXT.media_type, DOCX.media_type, ODT.media_type})
"""Media types that words can be read from."""
_PARTS = {DOCX.media_type: "word/document.xml", ODT.media_type: "content.xml"}
_BREAK = re.compile(r"</(?:w:p|text:p|text:h)>|<(?:w:br|w:cr|text:line-break)\b[^<>]*/>")
_TAB = re.compile(r"<(?:w:tab|text:tab)\b[^<>]*/>")
_TAG = re.compile(r"<[^<>]*(?:>|$)")
"""A mark, or half of one where the text is cut off."""
_BLANKS = re.compile(r"\n{3,}")


def words_of(media_type: str, data: bytes) -> str:
    """The text of a document that was cleaned before; empty where there is none to read."""
    if media_type == TEXT.media_type:
        return data.decode("utf-8-sig", errors="replace").strip()[:LONGEST]
    part = _PARTS.get(media_type)
    if part is None:
        return ""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive, archive.open(part) as stream:
            marked = stream.read(_MOST_BYTES).decode("utf-8", errors="replace")
    except (zipfile.BadZipFile, KeyError, OSError):
        return ""
    broken = _TAG.sub("", _TAB.sub("\t", _BREAK.sub("\n", marked)))
    return _BLANKS.sub("\n\n", html.unescape(broken)).strip()[:LONGEST]
