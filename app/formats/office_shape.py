"""What an office document may hold, from the directory of its archive: nothing is unpacked before this has passed."""

from __future__ import annotations

import io
import zipfile

MOST_MEMBERS = 500
MOST_BYTES = 50_000_000
MOST_RATIO = 100
SMALL = 1_000_000
"""So little may be packed as tightly as it likes: empty pages and tables are."""
_ENCRYPTED = 0x1
_PACKED = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
MACROS = ("vbaproject.bin", "vbadata.xml", "/activex/", "basic/", "scripts/", "/macrosheets/", "/dialogsheets/")
_OPEN_XML = "application/vnd.openxmlformats-officedocument."
MAIN_PARTS = {
    "docx": f"{_OPEN_XML}wordprocessingml.document.main+xml",
    "xlsx": f"{_OPEN_XML}spreadsheetml.sheet.main+xml",
    "pptx": f"{_OPEN_XML}presentationml.presentation.main+xml",
}
ODT_TYPE = "application/vnd.oasis.opendocument.text"


def fault_of(ending: str, data: bytes) -> str:
    """What is wrong with a document of that ending (``docx``, ``xlsx``, ``pptx`` or ``odt``), or an empty text."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return _archive_fault(archive, len(data)) or _type_fault(ending, archive)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, NotImplementedError, EOFError, OSError, ValueError, KeyError):
        return "This document is damaged or is not what its name says. Save it again, or save it as PDF."


def _archive_fault(archive: zipfile.ZipFile, packed: int) -> str:
    members = archive.infolist()
    size = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or size > MOST_BYTES or (size > SMALL and size > MOST_RATIO * packed):
        return "This document unpacks to far more than it seems. Save it as PDF."
    if any(member.flag_bits & _ENCRYPTED or member.compress_type not in _PACKED for member in members):
        return "This document is protected by a password. Save it without one."
    names = [member.filename.lower() for member in members]
    if len(set(names)) < len(names) or not all(map(_plain, names)):
        return "This document is put together in an unusual way. Save it as PDF."
    if any(mark in f"/{name}" if mark.startswith("/") else name.endswith(mark) or name.startswith(mark)
           for name in names for mark in MACROS):  # fmt: skip
        return "This document holds macros. Save it without them, or save it as PDF."
    return ""


def _plain(name: str) -> bool:
    parts = name.split("/")
    return not (name.startswith("/") or ".." in parts or "\\" in name or ":" in parts[0] or not name.isprintable())


def _type_fault(ending: str, archive: zipfile.ZipFile) -> str:
    if ending == "odt":
        said = archive.read("mimetype").decode("ascii").strip()
        right = said == ODT_TYPE and "content.xml" in archive.namelist()
    else:
        types = archive.read("[Content_Types].xml").decode("utf-8-sig")
        right = MAIN_PARTS[ending] in types and "macroEnabled" not in types
    return "" if right else "The content of this file is not what its name says. Save it again, or save it as PDF."
