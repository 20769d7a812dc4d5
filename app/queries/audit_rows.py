"""Comparing what the chain says was sealed, voted and decided with what the rows say now."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.audit import Broken, canonical
from app.models import records
from app.models.decision import Decision, Vote
from app.models.scorecard import Revision

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.audit_part import EventRow, Payload

_VoteKey = tuple[UUID, UUID]
_Told = Mapping[str, Any]
_Said = tuple[UUID, int, str]
"""Which row an event is about, its number, and its payload."""
_KINDS = {
    **dict.fromkeys(records.REVISION_ACTIONS, "revision"),
    **dict.fromkeys(records.VOTE_ACTIONS, "vote"),
    **dict.fromkeys(records.DECISION_ACTIONS, "decision"),
}


class LiveRows:
    """What events say of sealed rows, to see that none was touched, added or taken away.

    A revision and a decision never change, so each must equal its event. A vote may be cast again until the decision,
    so the row must equal the last event about it. Rows that no event speaks of were put in from outside. An erased
    payload says nothing any more: what it was about is passed over, by the object that its event names.
    """

    def __init__(self) -> None:
        """Start before the first event."""
        self._known: set[UUID] = set()
        self._erased: set[tuple[str, str]] = set()
        self._votes: dict[_VoteKey, tuple[int, _Told]] = {}
        self._revisions: list[_Said] = []
        self._decisions: list[_Said] = []

    def join(self, later: LiveRows) -> None:
        """Take in what later events said."""
        self._known |= later._known
        self._erased |= later._erased
        self._votes |= later._votes

    def take(self, events: Sequence[EventRow], payloads: Mapping[int, Payload]) -> Broken | None:
        """Note what events say, which follow each other without a gap; a payload that names no row is a fault."""
        first = events[0][0] if events else 0
        for seq, (_, text) in sorted(payloads.items()):
            if seq - first >= len(events):
                break
            *_, action, subject = events[seq - first]
            kind = _KINDS.get(action)
            if kind is None:
                continue
            try:
                self._note(kind, subject, seq, text)
            except (ValueError, KeyError):
                return Broken(seq, f"its payload names no {kind}")
        return None

    def _note(self, kind: str, subject: str, seq: int, text: str | None) -> None:
        if text is None:
            self._erased.add((kind, subject))
        elif kind == "vote":
            told = json.loads(text)
            self._votes[UUID(told["application"]), UUID(told["member"])] = (seq, told)
        else:
            (self._revisions if kind == "revision" else self._decisions).append((_row_id(kind, text), seq, text))

    @property
    def waiting(self) -> int:
        """How many revisions and decisions were noted and not yet compared."""
        return len(self._revisions) + len(self._decisions)

    def compare(self, session: Session) -> Broken | None:
        """The first event noted since the last time whose row now says something else; votes wait for the end."""
        revisions, decisions = self._revisions, self._decisions
        self._revisions, self._decisions = [], []
        of_revisions, of_decisions = {said[0] for said in revisions}, {said[0] for said in decisions}
        self._known |= of_revisions | of_decisions
        faults = [
            *_differences("revision", revisions, records.live_revisions(session, of_revisions)),
            *_differences("decision", decisions, records.live_decisions(session, of_decisions)),
        ]
        return min(faults, key=lambda broken: broken.seq, default=None)

    def end(self, session: Session) -> Broken | None:
        """What is wrong with votes, and which sealed rows no event speaks of."""
        return self._altered_vote(session) or self._unknown_row(session)

    def _altered_vote(self, session: Session) -> Broken | None:
        keys = list(self._votes)
        live: dict[_VoteKey, records.Record] = {}
        for start in range(0, len(keys), 400):
            live |= records.live_votes(session, keys[start : start + 400])
        for key, (seq, told) in sorted(self._votes.items(), key=lambda item: item[1][0]):
            broken = _difference(seq, f"the vote of {key[1]} on application {key[0]}", told, live.get(key))
            if broken:
                return broken
        return None

    def _unknown_row(self, session: Session) -> Broken | None:
        for row in session.execute(select(Revision.id, Revision.scorecard_id).order_by(Revision.sealed_at)):
            if row.id not in self._known and ("revision", f"scorecard/{row.scorecard_id}") not in self._erased:
                return Broken(0, f"revision {row.id} is in the database, but no event speaks of it")
        for decision in session.scalars(select(Decision.id).order_by(Decision.decided_at)):
            if decision not in self._known and ("decision", f"decision/{decision}") not in self._erased:
                return Broken(0, f"decision {decision} is in the database, but no event speaks of it")
        for vote in session.execute(select(Vote.application_id, Vote.member_id)):
            if tuple(vote) not in self._votes and ("vote", f"application/{vote.application_id}") not in self._erased:
                return Broken(0, f"the vote of {vote.member_id} is in the database, but no event speaks of it")
        return None


def _row_id(kind: str, payload: str) -> UUID:
    """Which row a payload is about; a quotation mark inside a text is escaped, so the key is found by its spelling."""
    start = payload.find(f'"{kind}":"') + len(kind) + 4
    return UUID(payload[start : start + 36])


def _differences(kind: str, told: Iterable[_Said], live: Mapping[UUID, records.Record]) -> Iterator[Broken]:
    for row_id, seq, text in told:
        now = live.get(row_id)
        # Equal texts are equal records, and reading each again would cost most of a verification.
        broken = None if now and canonical(now) == text else _difference(seq, f"{kind} {row_id}", json.loads(text), now)
        if broken:
            yield broken


def _difference(seq: int, what: str, told: _Told, live: records.Record | None) -> Broken | None:
    if live is None:
        return Broken(seq, f"{what} is gone from the database")
    # Only what was told is compared, so that a later release may add to a record.
    changed = sorted(name for name, value in told.items() if live.get(name) != value)
    return Broken(seq, f"{what} no longer says what was recorded: {', '.join(changed)}") if changed else None
