"""What a grader typed, exactly as typed, and what it means.

The fields of one answer are `mark` (a value or ``none``), `seen`, `note` and `version`; the sheet of a submission has
those of a scorecard, without signals and private note.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from app.domain.case_grading import QuestionMark
from app.domain.errors import Fault, InvalidError
from app.web.typed_card import INTEGER, NOT_ASSESSED, Typed, from_form, lines, shown

if TYPE_CHECKING:
    from uuid import UUID

    from werkzeug.datastructures import MultiDict


@dataclass(frozen=True, slots=True)
class TypedMark:
    """The fields of one answer's form."""

    mark: str
    seen: tuple[str, ...]
    note: str

    def meant(self, question_id: UUID) -> QuestionMark:
        """What the fields mean; :class:`InvalidError` for a mark that means nothing."""
        if self.mark not in {"", NOT_ASSESSED} and not INTEGER.fullmatch(self.mark):
            raise InvalidError((Fault("mark", "Choose one of the levels, or “not assessed”."),))
        value = int(self.mark) if INTEGER.fullmatch(self.mark) else None
        return QuestionMark(question_id, bool(self.mark), value, self.seen, self.note)


def mark_from_form(fields: MultiDict[str, str]) -> TypedMark:
    """The fields of one answer's form."""
    seen = tuple(dict.fromkeys(fields.getlist("seen")))
    return TypedMark(fields.get("mark", "").strip(), seen, lines(fields.get("note", "")))


def mark_from(mark: QuestionMark) -> TypedMark:
    """The fields that show a stored mark."""
    return TypedMark(shown(mark.value) if mark.marked else "", mark.seen, mark.note)


def sheet_from_form(fields: MultiDict[str, str]) -> Typed:
    """The fields of a submission's form; what a grade does not have is left out, whoever sends it."""
    return replace(from_form(fields), signals=(), private_note="")
