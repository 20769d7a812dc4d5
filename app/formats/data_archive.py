"""A copy of somebody's data as one file to take away: JSON for programs, PDF for people, and their documents."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING

from app.domain.privacy.data_copy import told, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from app.domain.privacy.data_copy import DataCopy

_EPOCH = (2000, 1, 1, 0, 0, 0)


def as_json(copy: DataCopy) -> str:
    """The copy as JSON: section by section, every row a map of texts."""
    told = {
        "about": copy.subject,
        "kept by": copy.company,
        "made at": copy.made_at.isoformat(),
        "not in it": list(copy.left_out),
        "sections": [{"what": one.title, "rows": [_texts(row) for row in one.rows]} for one in copy.sections],
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def _texts(row: Mapping[str, object]) -> dict[str, str]:
    return {words_of(name): told(value) for name, value in row.items()}


def archive(copy: DataCopy, paper: bytes | None, documents: Iterable[tuple[str, bytes]]) -> bytes:
    """The zip file: ``data.json``, ``data.pdf`` where it could be printed, and ``documents/`` by number and name."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        _add(packed, "data.json", as_json(copy).encode())
        if paper is not None:
            _add(packed, "data.pdf", paper)
        for number, (name, data) in enumerate(documents, 1):
            _add(packed, f"documents/{number:03d} {_plain(name)}", data)
    return held.getvalue()


def _add(packed: zipfile.ZipFile, name: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(name, date_time=_EPOCH)
    entry.external_attr = 0o600 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    packed.writestr(entry, data)


def _plain(name: str) -> str:
    """Never a path, whatever a file was called."""
    return "".join("_" if one in '/\\:*?"<>|' or not one.isprintable() else one for one in name).strip(". ") or "file"
