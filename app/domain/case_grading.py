"""Grading a case without knowing whose it is: what a grade says, in which order work is read, where graders differ.

A grade is sealed once and never changed. Marks by question help the grader to compare like with like; only the ratings
on dimensions count, and they count as any scorecard's do.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.domain import card
from app.domain.card import CardContent
from app.domain.errors import Fault
from app.domain.text import text_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.domain.blueprint import CaseStudy, Scale, Scorecard

GRADERS_WANTED = 2
"""How many people grade each submission at least."""

FAR_APART = 2
"""Points between two ratings on one dimension from which a further grader is offered."""

MINUTES_A_SUBMISSION = 15
"""About how long it takes to read, mark and rate one submission."""

_UNRATED = "Rate at least one dimension. If you cannot judge this work, give it back instead."
NOTE_LIMIT = 4000


class GradeState(StrEnum):
    """Where one grader's duty on one submission stands: owed, sealed, or given back without a grade."""

    OWED = "owed"
    SEALED = "sealed"
    RETURNED = "returned"


@dataclass(frozen=True, slots=True)
class Check:
    """One line to tick: an expected output, or a line of the marking guide with how it is told (may be empty)."""

    id: str
    text: str
    detail: str
    dimensions: tuple[str, ...]

    @property
    def is_output(self) -> bool:
        """Whether it is something that the candidate was to hand over."""
        return self.id.startswith("output-")


@dataclass(frozen=True, slots=True)
class QuestionMark:
    """What a grader noted on one answer. ``value`` of ``None`` is *not assessed*, where ``marked`` is true."""

    question_id: UUID
    marked: bool = False
    value: int | None = None
    seen: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True, slots=True)
class GradeContent:
    """A whole grade: the marks by question, and the card with ratings on the case's dimensions."""

    marks: tuple[QuestionMark, ...]
    card: CardContent

    def mark(self, question_id: UUID) -> QuestionMark:
        """The mark on a question, an empty one where there is none."""
        return next((m for m in self.marks if m.question_id == question_id), QuestionMark(question_id))


def checklist(case: CaseStudy) -> tuple[Check, ...]:
    """The expected outputs and then the marking guide of a case, as lines that can be ticked."""
    outputs = [
        Check(f"output-{number}", entry.text, entry.detail or "", entry.refs)
        for number, entry in enumerate(case.outputs, 1)
    ]
    guide = [
        Check(f"guide-{number}", entry.text, entry.detail or "", entry.refs)
        for number, entry in enumerate(case.marking, 1)
    ]
    return (*outputs, *guide)


def bears_on(check: Check, dimensions: Iterable[str]) -> bool:
    """Whether a line of the guide is about an answer that bears on these dimensions; without any it is about all."""
    wanted = set(dimensions)
    return not wanted or not check.dimensions or bool(wanted.intersection(check.dimensions))


def checks_for(case: CaseStudy, question: str, dimensions: Iterable[str], others: Iterable[str]) -> tuple[Check, ...]:
    """The lines of the guide that one question's answer is held against.

    An output that another question of the task asks for (``others`` are their texts) is looked for there.
    """
    elsewhere = set(others) - {question}
    lines = (check for check in checklist(case) if check.text not in elsewhere)
    wanted = tuple(dimensions)
    return tuple(check for check in lines if check.text == question or bears_on(check, wanted))


def reading_order(grader_id: UUID, question_id: UUID, submissions: Iterable[UUID]) -> tuple[UUID, ...]:
    """Submissions as this grader reads them on this question: shuffled, and the same each time.

    Each grader and each question have an order of their own, so that nobody is always read first or after the best.
    A submission that comes later takes its place without moving the others past each other.
    """
    return tuple(sorted(submissions, key=lambda each: _place(grader_id, question_id, each)))


def of_case(scorecard: Scorecard, case: CaseStudy) -> Scorecard:
    """The scorecard cut to the dimensions that the case informs; signals are for interviews and left out."""
    wanted = tuple(d for d in scorecard.dimensions if d.id in case.dimensions)
    return replace(scorecard, dimensions=wanted, signals=(), probes=())


def mark_faults(mark: QuestionMark, scale: Scale, checks: Iterable[str]) -> tuple[Fault, ...]:
    """Faults that even an unfinished mark may not have."""
    faults = list(text_faults("note", "the note", mark.note, limit=NOTE_LIMIT))
    if mark.value is not None and mark.value not in scale.values:
        message = f"{mark.value} is not on the scale: choose {scale.lowest} to {scale.highest}, or “not assessed”."
        faults.append(Fault("mark", message))
    known = set(checks)
    faults += [Fault("seen", f"{each!r} is not a line of the marking guide") for each in mark.seen if each not in known]
    return tuple(faults)


def sealing_faults(content: GradeContent, scorecard: Scorecard, questions: Sequence[UUID]) -> tuple[Fault, ...]:
    """Everything that stands between a grade and its seal; ``scorecard`` is cut to the case's dimensions."""
    unmarked = [
        Fault(f"question-{number}", f"Mark the answer to question {number}, or choose “not assessed”.")
        for number, question_id in enumerate(questions, 1)
        if not content.mark(question_id).marked
    ]
    faults = card.sealing_faults(content.card, scorecard, [d.id for d in scorecard.dimensions])
    return (*unmarked, *(Fault("ratings", _UNRATED) if fault.field == "ratings" else fault for fault in faults))


def to_json(content: GradeContent) -> str:
    """Canonical text of a grade; the same content always gives the same text."""
    marks = [
        {"question": str(m.question_id), "value": m.value, "seen": sorted(m.seen), "note": m.note}
        for m in sorted(content.marks, key=lambda m: m.question_id)
        if m.marked
    ]
    body = {"marks": marks, "card": card.to_json(content.card)}
    return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def from_json(text: str) -> GradeContent:
    """Read back what :func:`to_json` wrote."""
    body: Mapping[str, Any] = json.loads(text)
    marks = tuple(
        QuestionMark(UUID(m["question"]), marked=True, value=m["value"], seen=tuple(m["seen"]), note=m["note"])
        for m in body["marks"]
    )
    return GradeContent(marks, card.from_json(body["card"]))


def spread(values: Iterable[int | None]) -> int:
    """Points between the lowest and the highest value; 0 where fewer than two people gave one."""
    given = [value for value in values if value is not None]
    return max(given) - min(given) if given else 0


def widest(cards: Sequence[CardContent]) -> tuple[str, int]:
    """The dimension on which the cards differ most, and by how many points; ("", 0) where they nowhere differ."""
    dimensions = dict.fromkeys(r.dimension for content in cards for r in content.rated)
    gaps = [(spread(_value(content, each) for content in cards), each) for each in dimensions]
    points, dimension = max(gaps, key=lambda gap: gap[0], default=(0, ""))
    return (dimension, points) if points else ("", 0)


def complete(sealed: int, owed: int) -> bool:
    """Whether a submission's grades can be revealed: enough are sealed, and nobody still owes one."""
    return sealed >= GRADERS_WANTED and owed == 0


def _value(content: CardContent, dimension: str) -> int | None:
    rating = content.rating(dimension)
    return rating.value if rating else None


def _place(grader_id: UUID, question_id: UUID, submission: UUID) -> bytes:
    return hashlib.sha256(grader_id.bytes + question_id.bytes + submission.bytes).digest()
