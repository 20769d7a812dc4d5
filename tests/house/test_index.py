"""What the search index follows is written row by row: a bulk statement would go past the flush that keeps it."""

from __future__ import annotations

import re

from app.models.search import NAMED
from tests.house.source import ROOT

_BULK = re.compile(rf"\b(insert|update|delete)\(({'|'.join(kind.__name__ for kind in NAMED)})\b")


def test_nothing_that_can_be_found_is_written_in_bulk() -> None:
    found = [
        f"{file.relative_to(ROOT)}: {match.group(0)}"
        for file in sorted((ROOT / "app").rglob("*.py"))
        for match in _BULK.finditer(file.read_text(encoding="utf-8"))
    ]
    assert found == []
    assert _BULK.search("update(Candidate).where()"), "the rule has to be able to fail"
