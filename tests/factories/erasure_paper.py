"""A certificate of an erasure, and a copy of somebody's data, as they are printed."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from app.domain.hiring import Stage
from app.domain.privacy.certificate import ErasureCertificate
from app.domain.privacy.data_copy import CopySection, DataCopy
from app.domain.privacy.erasing import Origin, SubjectKind
from tests.factories.hiring import NOW

HOSTILE = (
    '{"basics": 5}', '{"basics": {}, "work": [1]}', '{"basics": {"name": 5, "url": 6}}', '{"skills": {"name": "x"}}',
    '{"basics": {"name": "\\ud800"}}', '{"work": 1}', "{}}", "{[1]}", '{"a":' * 1500 + "1" + "}" * 1500,
    '{"basics":' * 1500 + "{}" + "}" * 1500, "[" * 1500, "5", "null", "[1]",
)  # fmt: skip
"""Texts that look like data and are none, or not what their column should hold."""


def certificate(*, bare: bool = False) -> ErasureCertificate:
    """An erasure on request; ``bare``: by a rule, of somebody of whom hardly anything was kept."""
    return ErasureCertificate(
        company="Harbor Logistics", zone="Europe/Berlin", erasure_id=UUID(int=5), subject_id=UUID(int=6),
        kind=SubjectKind.CANDIDATE, origin=Origin.RETENTION if bare else Origin.REQUEST, asked_at=NOW,
        asked_by="" if bare else "Hana Sato", approved_by="" if bare else "Hugo Blum", done_at=NOW,
        aged_out_on=date(2026, 12, 27), counts=() if bare else (("documents", 3), ("texts of others about them", 41)),
        alone=False,
    )  # fmt: skip


def copy(*, bare: bool = False) -> DataCopy:
    """What is kept about a candidate, with a long letter and many steps; ``bare``: nothing."""
    rows: dict[str, list[dict[str, object]]] = {
        "candidate": [{"name": "Mira Okafor", "email": "mira@example.org", "zone": "Europe/Berlin", "created_at": NOW}],
        "resume": [],
        "application": [{"opening": "Senior ML Product Manager", "stage": Stage.INTERVIEWING, "created_at": NOW}],
        "stage_change": [
            {"number": number, "at": NOW + timedelta(days=number), "to_stage": Stage.SCREENING, "by_id": "Person A"}
            for number in range(45)
        ],
        "interview": [],
        "message": [
            {"subject": "Your interview", "created_at": NOW, "path": "/x", "with_link": True,
             "body": "\n\n".join(["We look forward to meeting you, and hope that the day suits you well."] * 90)},
        ],
    }  # fmt: skip
    sections = tuple(CopySection(table, table, () if bare else tuple(held)) for table, held in rows.items())
    left_out = () if bare else ("Private notes of interviewers, which only their authors read.",)
    return DataCopy(SubjectKind.CANDIDATE, "Harbor Logistics", "Europe/Berlin", "Mira Okafor", NOW, sections, left_out)


def hostile_copy() -> DataCopy:
    """What is kept about somebody who wrote such things wherever they could, and in whose résumé they stand."""
    rows: dict[str, list[dict[str, object]]] = {
        "candidate": [{"name": text, "headline": text} for text in HOSTILE],
        "resume": [{"body": text} for text in HOSTILE],
        "stage_change": [{"at": NOW, "reason": text} for text in HOSTILE],
        "case_answer": [{"text": text} for text in HOSTILE],
    }
    sections = tuple(CopySection(table, table, tuple(held)) for table, held in rows.items())
    return DataCopy(SubjectKind.CANDIDATE, "Harbor Logistics", "Europe/Berlin", "{}", NOW, sections, ())
