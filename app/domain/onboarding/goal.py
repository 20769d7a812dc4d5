"""Goals of a plan: their states, who may do what to them, and what each act needs to be said.

A goal is never deleted. It is waived with a reason, and its history is only ever added to.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from app.domain.errors import AlreadyDoneError, Fault, InvalidError, NotYetError
from app.domain.text import text_faults

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

TEXT_LIMIT, NOTE_LIMIT = 500, 2000


class GoalState(StrEnum):
    """Where a goal stands."""

    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    BLOCKED = "blocked"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    SIGNED_OFF = "signed_off"
    WAIVED = "waived"

    @property
    def words(self) -> str:
        """The words on the page."""
        return self.value.replace("_", " ").capitalize()

    @property
    def settled(self) -> bool:
        """Whether nothing more is asked of anybody."""
        return self in {GoalState.SIGNED_OFF, GoalState.WAIVED}


class GoalAct(StrEnum):
    """What can be done to a goal; each is one line of its history."""

    ADD = "add"
    REWORD = "reword"
    REASSIGN = "reassign"
    NOTE = "note"
    EVIDENCE = "evidence"
    START = "start"
    BLOCK = "block"
    UNBLOCK = "unblock"
    SUBMIT = "submit"
    WITHDRAW = "withdraw"
    SIGN = "sign"
    RETURN = "return"
    WAIVE = "waive"
    RESTORE = "restore"

    @property
    def words(self) -> str:
        """What happened, as the history says it."""
        return _DONE[self]


_DONE: Mapping[GoalAct, str] = {
    GoalAct.ADD: "Added",
    GoalAct.REWORD: "Reworded",
    GoalAct.REASSIGN: "Given to somebody else",
    GoalAct.NOTE: "Note",
    GoalAct.EVIDENCE: "Evidence added",
    GoalAct.START: "Started",
    GoalAct.BLOCK: "Blocked",
    GoalAct.UNBLOCK: "No longer blocked",
    GoalAct.SUBMIT: "Submitted for sign-off",
    GoalAct.WITHDRAW: "Taken back",
    GoalAct.SIGN: "Signed off",
    GoalAct.RETURN: "Returned",
    GoalAct.WAIVE: "Waived",
    GoalAct.RESTORE: "Asked for again",
}


@dataclass(frozen=True, slots=True)
class Move:
    """A change of state: from where it is possible, where it leads, and whether a reason has to be written."""

    before: frozenset[GoalState]
    after: GoalState
    reason: str = ""


_WORKABLE = frozenset({GoalState.NOT_STARTED, GoalState.IN_PROGRESS, GoalState.RETURNED})
_OPEN = _WORKABLE | {GoalState.BLOCKED, GoalState.SUBMITTED}

MOVES: Mapping[GoalAct, Move] = {
    GoalAct.START: Move(frozenset({GoalState.NOT_STARTED, GoalState.RETURNED}), GoalState.IN_PROGRESS),
    GoalAct.BLOCK: Move(_WORKABLE, GoalState.BLOCKED, "what is in the way"),
    GoalAct.UNBLOCK: Move(frozenset({GoalState.BLOCKED}), GoalState.IN_PROGRESS),
    GoalAct.SUBMIT: Move(_WORKABLE | {GoalState.BLOCKED}, GoalState.SUBMITTED),
    GoalAct.WITHDRAW: Move(frozenset({GoalState.SUBMITTED}), GoalState.IN_PROGRESS),
    GoalAct.SIGN: Move(frozenset({GoalState.SUBMITTED}), GoalState.SIGNED_OFF),
    GoalAct.RETURN: Move(
        frozenset({GoalState.SUBMITTED, GoalState.SIGNED_OFF}), GoalState.RETURNED, "what is still missing"
    ),
    GoalAct.WAIVE: Move(_OPEN, GoalState.WAIVED, "why this is not asked for"),
    GoalAct.RESTORE: Move(frozenset({GoalState.WAIVED}), GoalState.NOT_STARTED, "why this is asked for again"),
}


@dataclass(frozen=True, slots=True)
class GoalEvent:
    """One line of a goal's history. ``waits_for`` names who a blocked goal waits for."""

    act: GoalAct
    at: datetime
    by: str
    state: GoalState
    note: str = ""
    waits_for: str = ""


class EvidenceKind(StrEnum):
    """The form that evidence takes."""

    LINK = "link"
    FILE = "file"
    TEXT = "text"


def moved(state: GoalState, act: GoalAct, *, note: str, evidence: int, waits_for: UUID | None = None) -> GoalState:
    """Return the state after an act; ``evidence`` counts the pieces there are.

    :class:`AlreadyDoneError` when the goal is there already, :class:`NotYetError` when something comes first,
    :class:`InvalidError` when a reason is missing or the evidence or the person that is waited for.
    """
    move = MOVES[act]
    if state not in move.before:
        raise _refusal(state, act, move)
    faults = text_faults("note", move.reason or "a note", note, limit=NOTE_LIMIT, required=bool(move.reason))
    if act is GoalAct.BLOCK and waits_for is None:
        faults = (*faults, Fault("waits_for", "Choose who can clear it, so that somebody is asked."))
    if act is GoalAct.SUBMIT and not evidence:
        faults = (*faults, Fault("evidence", "Add at least one piece of evidence: a link, a file or a text."))
    if faults:
        raise InvalidError(faults)
    return move.after


def acts_from(state: GoalState) -> frozenset[GoalAct]:
    """Return the moves that this state allows, whoever may make them."""
    return frozenset(act for act, move in MOVES.items() if state in move.before)


def _refusal(state: GoalState, act: GoalAct, move: Move) -> AlreadyDoneError | NotYetError:
    if state is move.after:
        return AlreadyDoneError(f"This goal is {state.words.lower()} already.")
    ways = " or ".join(sorted(before.words.lower() for before in move.before))
    return NotYetError(f"This goal is {state.words.lower()}. “{act.words}” is possible once it is {ways}.")
