"""The words of documents: as far as they can be read, and never more than is looked at."""

from __future__ import annotations

import io
import zipfile

from app.formats import document_text
from app.formats.document_kind import DOCX, PDF, TEXT
from app.formats.document_text import LONGEST, words_of


def docx(body: str) -> bytes:
    """A word processor's document with this body."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", f"<w:document><w:body>{body}</w:body></w:document>")
    return packed.getvalue()


def test_words_come_without_marks_one_paragraph_a_line() -> None:
    data = docx("<w:p><w:t>Fish &amp; chips</w:t></w:p><w:p><w:t>Led</w:t><w:tab/><w:t>it</w:t></w:p>")
    assert words_of(DOCX.media_type, data) == "Fish & chips\nLed\tit"
    assert words_of(TEXT.media_type, b"\xef\xbb\xbf plain ") == "plain"
    assert words_of(PDF.media_type, b"%PDF-1.7") == ""
    assert words_of(DOCX.media_type, b"PK no archive") == ""


def test_of_an_endless_document_only_the_beginning_is_unpacked() -> None:
    before = document_text._MOST_BYTES
    found = words_of(DOCX.media_type, docx("<w:p><w:t>first</w:t></w:p>" + f"<{'x' * 90}/>" * 200_000 + "last"))
    assert before < 90 * 200_000
    assert found == "first"
    assert len(words_of(DOCX.media_type, docx("word " * 500_000))) == LONGEST
