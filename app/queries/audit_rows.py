"""Comparing what the chain says was sealed, voted and decided with what the rows say now."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.audit import Broken
from app.models import records
from app.models.decision import Decision, Vote
from app.models.scorecard import Revision

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

_VoteKey = tuple[UUID, UUID]
_Told = Mapping[str, Any]
_KINDS = {
    **dict.fromkeys(records.REVISION_ACTIONS, "revision"),
    **dict.fromkeys(records.VOTE_ACTIONS, "vote"),
    **dict.fromkeys(records.DECISION_ACTIONS, "decision"),
}


class LiveRows:
    """Follows a verification batch by batch and holds what it needs to see that no sealed row was touched.

    A revision and a decision never change, so each must equal its event. A vote may be cast again until the decision,
    so the row must equal the last event about it. Rows that no event speaks of were put in from outside. An erased
    payload says nothing any more: what it was about is passed over, by the object that its event names.
    """

    def __init__(self, session: Session) -> None:
        """Start before the first batch."""
        self._session = session
        self._known: set[UUID] = set()
        self._erased: set[tuple[str, str]] = set()
        self._votes: dict[_VoteKey, tuple[int, _Told]] = {}

    def fault(self, batch: Sequence[Row[Any]]) -> Broken | None:
        """The first of these events whose row now says something else; votes wait for the end."""
        revisions: dict[UUID, tuple[int, _Told]] = {}
        decisions: dict[UUID, tuple[int, _Told]] = {}
        for row in batch:
            kind = _KINDS.get(row.action)
            if kind is None or row.payload_seq is None:
                continue
            if row.payload is None:
                self._erased.add((kind, row.object))
                continue
            told = json.loads(row.payload)
            if kind == "vote":
                self._votes[UUID(told["application"]), UUID(told["member"])] = (row.seq, told)
            else:
                (revisions if kind == "revision" else decisions)[UUID(told[kind])] = (row.seq, told)
        self._known |= revisions.keys() | decisions.keys()
        faults = [
            *_differences("revision", revisions, records.live_revisions(self._session, revisions)),
            *_differences("decision", decisions, records.live_decisions(self._session, decisions)),
        ]
        return min(faults, key=lambda broken: broken.seq, default=None)

    def end(self) -> Broken | None:
        """What is wrong with votes, and which sealed rows no event speaks of."""
        return self._altered_vote() or self._unknown_row()

    def _altered_vote(self) -> Broken | None:
        keys = list(self._votes)
        live: dict[_VoteKey, records.Record] = {}
        for start in range(0, len(keys), 400):
            live |= records.live_votes(self._session, keys[start : start + 400])
        for key, (seq, told) in sorted(self._votes.items(), key=lambda item: item[1][0]):
            broken = _difference(seq, f"the vote of {key[1]} on application {key[0]}", told, live.get(key))
            if broken:
                return broken
        return None

    def _unknown_row(self) -> Broken | None:
        for row in self._session.execute(select(Revision.id, Revision.scorecard_id).order_by(Revision.sealed_at)):
            if row.id not in self._known and ("revision", f"scorecard/{row.scorecard_id}") not in self._erased:
                return Broken(0, f"revision {row.id} is in the database, but no event speaks of it")
        for decision in self._session.scalars(select(Decision.id).order_by(Decision.decided_at)):
            if decision not in self._known and ("decision", f"decision/{decision}") not in self._erased:
                return Broken(0, f"decision {decision} is in the database, but no event speaks of it")
        for vote in self._session.execute(select(Vote.application_id, Vote.member_id)):
            if tuple(vote) not in self._votes and ("vote", f"application/{vote.application_id}") not in self._erased:
                return Broken(0, f"the vote of {vote.member_id} is in the database, but no event speaks of it")
        return None


def _differences(
    kind: str, told: Mapping[UUID, tuple[int, _Told]], live: Mapping[UUID, records.Record]
) -> Iterator[Broken]:
    for row_id, (seq, record) in told.items():
        broken = _difference(seq, f"{kind} {row_id}", record, live.get(row_id))
        if broken:
            yield broken


def _difference(seq: int, what: str, told: _Told, live: records.Record | None) -> Broken | None:
    if live is None:
        return Broken(seq, f"{what} is gone from the database")
    # Only what was told is compared, so that a later release may add to a record.
    changed = sorted(name for name, value in told.items() if live.get(name) != value)
    return Broken(seq, f"{what} no longer says what was recorded: {', '.join(changed)}") if changed else None
