"""Office documents packed anew: no properties, no authors, no previews, and nothing that is fetched from elsewhere."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING

from app.formats import office_shape
from app.formats.image_clean import jpeg_without_segments, png_without_chunks
from app.formats.xml_scrub import parsed, scrubbed, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_DAWN = (1980, 1, 1, 0, 0, 0)
_DROPPED = ("docprops/", "customxml/", "thumbnails/", "word/people.xml", "word/glossary/", "xl/revisions/")
_RELATIONSHIP = re.compile(r"<(?:\w+:)?Relationship\s(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*?/>")
_OVERRIDE = re.compile(r"<(?:\w+:)?(?:Override|file-entry)\s(?:[^\"'<>]|\"[^\"<]*\"|'[^'<]*')*?/>")
_VALUE = re.compile(r"\s(?:[\w\-]+:)?(Type|Target|TargetMode|PartName|full-path)\s*=\s*(?:\"([^\"<]*)\"|'([^'<]*)')")
_GONE = ("/core-properties", "/extended-properties", "/custom-properties", "/thumbnail", "/customXml",
         "/people", "/glossaryDocument", "/revisionHeaders", "/usernames")  # fmt: skip
_LINKS = ("https://", "http://", "mailto:", "tel:", "#")
_FETCHED = re.compile(r"<draw:(?:image|object|object-ole|plugin|applet|floating-frame)\s[^<>]*xlink:href\s*=\s*[\"']"
                      r"(?:[a-zA-Z][\w+.\-]*:|//|\.\./)")  # fmt: skip
_META = (b'<?xml version="1.0" encoding="UTF-8"?><office:document-meta '
         b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" office:version="1.2"/>')  # fmt: skip
_INSIDE = {"docx", "xlsx", "pptx"}


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
    if lower in {"[content_types].xml", "meta-inf/manifest.xml"}:
        return _listed(data, _OVERRIDE, _kept)
    cleaner = _CLEANERS.get(ending)
    return cleaner(data) if cleaner else _plain(ending, data)


def _inside(ending: str, data: bytes) -> bytes:
    if ending not in _INSIDE:
        message = "This document holds another file inside. Save it as PDF."
        raise ValueError(message)
    return clean(ending, data)


def _plain(ending: str, data: bytes) -> bytes:
    if ending in {"svg", "html", "htm", "xhtml", "exe", "dll", "js", "swf", "jar"}:
        message = "This document holds another file inside. Save it as PDF."
        raise ValueError(message)
    return data


def _xml(data: bytes) -> bytes:
    text = scrubbed(data)
    if _FETCHED.search(text.decode()):
        raise _from_elsewhere()
    return text


def _listed(data: bytes, row: re.Pattern[str], keep: Callable[[dict[str, str]], bool]) -> bytes:
    """A list of parts without the rows of those that are gone."""
    parsed(data)
    text = row.sub(lambda found: found.group() if keep(_values(found.group())) else "", text_of(data))
    return text.encode()


def _values(row: str) -> dict[str, str]:
    return {found.group(1): found.group(2) or found.group(3) or "" for found in _VALUE.finditer(row)}


def _related(row: dict[str, str]) -> bool:
    """Whether a relationship stays; one that fetches something is refused with the whole document."""
    if row.get("TargetMode") == "External" and not (
        row.get("Type", "").endswith("/hyperlink") and row.get("Target", "").lower().startswith(_LINKS)
    ):
        raise _from_elsewhere()
    return not row.get("Type", "").endswith(_GONE)


def _kept(row: dict[str, str]) -> bool:
    part = (row.get("PartName") or row.get("full-path") or "").lower().lstrip("/")
    return not part.startswith(_DROPPED)


def _from_elsewhere() -> ValueError:
    return ValueError("This document fetches something from elsewhere. Save it as PDF.")


_CLEANERS: Mapping[str, Callable[[bytes], bytes]] = {
    "jpg": jpeg_without_segments,
    "jpeg": jpeg_without_segments,
    "png": png_without_chunks,
    "rels": lambda data: _listed(data, _RELATIONSHIP, _related),
    "xml": _xml,
    "rdf": _xml,
    "vml": _xml,
}
