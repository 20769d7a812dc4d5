"""The audit chain in words: acts that a security team looks for are named, and can be chosen in the list."""

from __future__ import annotations

import re

from app.domain.audit_words import FAMILIES, KINDS, act_words
from tests.house.source import ROOT

_WATCHED = "(?:glass|role|session|look|person|factor|erasure|hold|retention|data)"
_ACT = re.compile(rf'"({_WATCHED}\.[a-z_]+)"')
_OBJECT = re.compile(r'audit\.record\([^"]*"[a-z_.-]+",\s*f"([a-z_-]+)/\{')


def _services() -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "app" / "services").glob("*.py"))


def test_every_act_on_accounts_roles_and_personal_data_has_words_and_a_choice() -> None:
    acts = sorted(set(_ACT.findall(_services())))
    beginnings = tuple(beginning for beginning, _ in FAMILIES)

    assert "glass.approve" in acts, "the source is read"
    assert [act for act in acts if ": " in act_words(act)] == []
    assert [act for act in acts if not act.startswith(beginnings)] == []


def test_every_kind_of_object_is_found_by_its_id() -> None:
    assert sorted(set(_OBJECT.findall(_services())) - KINDS) == []
