"""Which documents people may bring: the name, the browser and the bytes must say the same."""

from __future__ import annotations

import struct
from dataclasses import dataclass

from app.domain.text import unfit
from app.formats import office_shape

LIMITS = "PDF, PNG, JPEG or plain text, or an office document (docx, xlsx, pptx, odt), at most 10 MB"
ENDINGS = ".pdf,.png,.jpg,.jpeg,.txt,.docx,.xlsx,.pptx,.odt"
"""What a file field offers first."""
MOST_PIXELS = 40_000_000
_PNG_HEADER = struct.Struct(">4sII")
_MARKER = 0xFF
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""JPEG markers that carry the size of the picture; the three left out are tables."""


@dataclass(frozen=True, slots=True)
class DocumentKind:
    """A kind of document: its media type, the endings it goes by, and what browsers call it besides."""

    media_type: str
    endings: tuple[str, ...]
    aliases: tuple[str, ...] = ()


PDF = DocumentKind("application/pdf", ("pdf",))
PNG = DocumentKind("image/png", ("png",))
JPEG = DocumentKind("image/jpeg", ("jpg", "jpeg"), ("image/jpg", "image/pjpeg"))
TEXT = DocumentKind("text/plain", ("txt",))
_OPEN_XML = "application/vnd.openxmlformats-officedocument"
_ARCHIVES = ("application/zip", "application/x-zip-compressed", "application/octet-stream")
"""What browsers call office documents on machines without an office."""
DOCX = DocumentKind(f"{_OPEN_XML}.wordprocessingml.document", ("docx",), _ARCHIVES)
XLSX = DocumentKind(f"{_OPEN_XML}.spreadsheetml.sheet", ("xlsx",), _ARCHIVES)
PPTX = DocumentKind(f"{_OPEN_XML}.presentationml.presentation", ("pptx",), _ARCHIVES)
ODT = DocumentKind(office_shape.ODT_TYPE, ("odt",), _ARCHIVES)
OFFICE = (DOCX, XLSX, PPTX, ODT)
KINDS = (PDF, PNG, JPEG, TEXT, *OFFICE)
_RUN = frozenset({"exe", "bat", "cmd", "scr", "pif", "msi", "vbs", "hta", "lnk", "jar", "ps1", "html", "htm", "xhtml",
                  "svg", "php", "jsp", "asp", "aspx"})  # fmt: skip
"""Endings of what runs; one of them inside a name only serves to be mistaken for the last."""


def recognise(name: str, declared: str, data: bytes) -> tuple[DocumentKind | None, str]:
    """The document's kind, or ``None`` and what is wrong in words."""
    if not data:
        return None, "This file is empty."
    kind = next((kind for kind in KINDS if _ending(name) in kind.endings), None)
    if kind is None or _RUN.intersection(name.lower().split(".")[1:]):
        return None, f"This kind of file is not accepted: {LIMITS}."
    said = declared.partition(";")[0].strip().lower()
    if said not in {kind.media_type, *kind.aliases} or not _looks_like(kind, data):
        return None, f"The content of this file is not what its name says. Save it again: {LIMITS}."
    if kind in {PNG, JPEG} and not 0 < _pixels(kind, data) <= MOST_PIXELS:
        return None, "This picture is damaged or has more than 40 million pixels. Save it smaller."
    if kind in OFFICE and (wrong := office_shape.fault_of(kind.endings[0], data)):
        return None, wrong
    return kind, ""


def _ending(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name.strip(".") else ""


def _looks_like(kind: DocumentKind, data: bytes) -> bool:
    if kind is PDF:
        return data.startswith(b"%PDF-")
    if kind is PNG:
        return data.startswith(b"\x89PNG\r\n\x1a\n")
    if kind is JPEG:
        return data.startswith(b"\xff\xd8\xff")
    if kind in OFFICE:
        return data.startswith(b"PK\x03\x04")
    try:
        return not unfit(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return False


def _pixels(kind: DocumentKind, data: bytes) -> int:
    """Width times height from the header, 0 when there is none."""
    return _png_pixels(data) if kind is PNG else _jpeg_pixels(data)


def _png_pixels(data: bytes) -> int:
    header = data[12:24]
    if not header.startswith(b"IHDR") or len(header) < _PNG_HEADER.size:
        return 0
    _name, width, height = _PNG_HEADER.unpack(header)
    return int(width) * int(height)


def _jpeg_pixels(data: bytes) -> int:
    place = 2
    while place + 9 <= len(data) and data[place] == _MARKER:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4])
        if marker in _FRAMES:
            height, width = struct.unpack(">HH", data[place + 5 : place + 9])
            return int(width) * int(height)
        place += 2 + max(length, 2)
    return 0
