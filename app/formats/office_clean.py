"""Office documents packed anew: no properties, no authors, no previews, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from app.formats import office_shape
from app.formats.image_clean import jpeg_without_segments, png_without_chunks
from app.formats.office_reach import FETCHES, LINKS, RUNS, leads_away, refuse_reaching, rows_of
from app.formats.xml_scrub import UNUSUAL, scrubbed, text_of, without_notes

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAWN = (1980, 1, 1, 0, 0, 0)
_DROPPED = ("docprops/", "customxml/", "thumbnails/", "word/people.xml", "word/glossary/", "xl/revisions/", "[trash]/")
_RELATIONSHIP = re.compile(r"<(?:\w+:)?Relationship\s(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*?/>")
_OVERRIDE = re.compile(r"<(?:\w+:)?(?:Override|Default)\s(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*?/>")
_ENTRY = re.compile(r"<(?:\w+:)?file-entry\s(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*?/>")
_GONE = ("/core-properties", "/extended-properties", "/custom-properties", "/thumbnail", "/customxml",
         "/people", "/glossarydocument", "/revisionheaders", "/usernames")  # fmt: skip
_ACTING = ("/vbaproject", "/wordvbadata", "/control", "/activexcontrolbinary", "/xlmacrosheet", "/xlintlmacrosheet",
           "/afchunk", "/webextension", "/webextensiontaskpanes", "/extensibility", "/attachedtoolbars")  # fmt: skip
"""Kinds of parts that run, or that are another document with rules of its own."""
_ACTING_CONTENT = ("macro", "vba", "activex")
_MARKUP = frozenset({"xml", "rels", "vml", "rdf"})
_KNOWN = frozenset({"gif", "bmp", "tif", "tiff", "emf", "wmf", "emz", "wmz", "wdp", "jfif", "svm",
                    "odttf", "fntdata", "ttf", "otf", "mp4", "m4v", "mov", "m4a", "mp3", "wav"})  # fmt: skip
"""Pictures, fonts, films and sounds: they are looked at or heard, and hold no other file."""
_PRINTER, _HOLDERS = "printersettings", (b"\xd0\xcf\x11\xe0", b"PK", b"MZ")
_BARE = frozenset({"mimetype", "layout-cache"})
_REPLACEMENTS = "objectreplacements/"
_META = (b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
         b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>')  # fmt: skip
_INSIDE = {"docx", "xlsx", "pptx"}
_HOLDS = "This document holds another file inside. Save it as PDF."


def clean(ending: str, data: bytes) -> bytes:
    """The document anew; ``ValueError`` when part of it is damaged, hidden or comes from elsewhere."""
    if fault := office_shape.fault_of(ending, data):
        raise ValueError(fault)
    packed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(packed, "w") as anew:
        for member in archive.infolist():
            if not member.is_dir() and not member.filename.lower().startswith(_DROPPED):
                _add(anew, member.filename, _part(member.filename, archive.read(member)))
    return packed.getvalue()


def _add(anew: zipfile.ZipFile, name: str, data: bytes) -> None:
    member = zipfile.ZipInfo(name, _DAWN)
    # A text document is known by its first member, which must lie there unpacked.
    member.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
    member.create_system = 0
    anew.writestr(member, data)


def _part(name: str, data: bytes) -> bytes:
    lower = name.lower()
    ending = lower.rpartition(".")[2]
    if not data:
        return data  # word processors leave empty parts for settings that nobody made
    if lower == "meta.xml":
        return _META
    if "/embeddings/" in lower:
        return _inside(ending, data)
    if lower == "[content_types].xml":
        return _listed(data, _OVERRIDE, ("Override", "Default"), _kept)
    if lower == "meta-inf/manifest.xml":
        return _listed(data, _ENTRY, ("file-entry",), _kept)
    cleaner = _CLEANERS.get(ending)
    return cleaner(data) if cleaner else _plain(lower, data)


def _inside(ending: str, data: bytes) -> bytes:
    if ending not in _INSIDE:
        raise ValueError(_HOLDS)
    return clean(ending, data)


def _plain(lower: str, data: bytes) -> bytes:
    """A part that is no text, as it is: one of the few kinds that hold nothing else."""
    ending = lower.rpartition(".")[2]
    settings = ending == "bin" and _PRINTER in lower and not data.startswith(_HOLDERS)
    if not (ending in _KNOWN or lower in _BARE or lower.startswith(_REPLACEMENTS) or settings):
        raise ValueError(_HOLDS)
    return data


def _xml(data: bytes) -> bytes:
    text = scrubbed(data)
    refuse_reaching(text)
    return text


def _listed(
    data: bytes, row: re.Pattern[str], names: tuple[str, ...], keep: Callable[[Mapping[str, str]], bool]
) -> bytes:
    """A list of parts without the rows of those that are gone.

    Rows are judged as a parser reads them and cut from the text as it stands; where the two differ it is refused.
    """
    rows, text = rows_of(data, names), without_notes(text_of(data))
    if len(row.findall(text)) != len(rows):
        raise ValueError(UNUSUAL)
    stays = iter([keep(one) for one in rows])
    return row.sub(lambda found: found.group() if next(stays) else "", text).encode()


def _related(row: Mapping[str, str]) -> bool:
    """Whether a relationship stays; one that fetches or runs something is refused with the whole document."""
    kind, target = row.get("Type", "").strip().lower(), row.get("Target", "").strip()
    if row.get("TargetMode", "").strip().lower() == "external":
        if not (kind.endswith("/hyperlink") and target.lower().startswith(LINKS)):
            raise ValueError(FETCHES)
    elif target.startswith("//") or leads_away(target.lstrip("/").replace("../", "")):
        raise ValueError(FETCHES)
    if kind.endswith(_ACTING):
        raise ValueError(RUNS)
    return not kind.endswith(_GONE)


def _kept(row: Mapping[str, str]) -> bool:
    """Whether a row of the list of contents stays; one that calls a part what it is not is refused."""
    part = (row.get("PartName") or row.get("full-path") or "").lower().lstrip("/")
    content = row.get("ContentType", "").lower()
    if any(word in content for word in _ACTING_CONTENT):
        raise ValueError(RUNS)
    ending = (part or row.get("Extension", "").lower()).rpartition(".")[2]
    if content.endswith("xml") and ending not in _MARKUP:
        raise ValueError(UNUSUAL)
    return not part.startswith(_DROPPED)


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "jpg": jpeg_without_segments,
    "jpeg": jpeg_without_segments,
    "png": png_without_chunks,
    "rels": lambda data: _listed(data, _RELATIONSHIP, ("Relationship",), _related),
    "xml": _xml,
    "rdf": _xml,
    "vml": _xml,
}
