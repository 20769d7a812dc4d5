"""Erasures: whose data goes, why, how far it has come, and what was removed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from app.domain.audit import Head

GROUND_LIMIT = 1_000
LEAST_GROUND = 10
AGED_OUT_DAYS = 35
"""After how many days logs of the database and backups without the erasure are gone, unless the company says else."""


class SubjectKind(StrEnum):
    """Whose data it is."""

    CANDIDATE = "candidate"
    PERSON = "person"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"candidate": "Candidate", "person": "Former colleague"}[self.value]


class ErasureState(StrEnum):
    """How far an erasure has come. ``running`` is only ever seen inside the transaction that erases."""

    ASKED = "asked"
    REFUSED = "refused"
    RUNNING = "running"
    DONE = "done"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"asked": "Waits for approval", "refused": "Refused", "running": "Under way", "done": "Erased"}[
            self.value
        ]


class Origin(StrEnum):
    """Why data is erased."""

    REQUEST = "request"
    RETENTION = "retention"
    RESTORE = "restore"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {
            "request": "On request",
            "retention": "Its time was over",
            "restore": "Erased before, and brought back by a restored backup",
        }[self.value]


class Progress(StrEnum):
    """What the register of erasures knows of one: ``begun`` where nobody wrote down whether it was committed."""

    BEGUN = "begun"
    DONE = "done"
    VOID = "void"


UNNAMED = Head(0, "")
"""Stands for the event of a line that names none, as older versions wrote it; no chain holds it."""


@dataclass(frozen=True, slots=True)
class RegisterEntry:
    """One erasure of the register: enough to repeat it on a restored backup, and nothing personal.

    ``after``: the newest event of the chain as each attempt began of which nobody knows the end. A database that
    holds all of them lived on from there; an older copy does not, and cannot tell how they ended.
    """

    erasure_id: UUID
    kind: SubjectKind
    subject_id: UUID
    begun_at: datetime
    progress: Progress = Progress.BEGUN
    after: tuple[Head, ...] = (UNNAMED,)


def aged_out_on(erased_at: datetime, days: int = AGED_OUT_DAYS) -> date:
    """The day by which the database's own log and the last backup with the data are gone."""
    return erased_at.date() + timedelta(days=days)
