"""The canonical record of a sealed fact: what the audit chain keeps of it, and what the row says now.

A service puts the record into the payload of its event; the verifier builds the same record from the live rows and
compares. One builder for both, so that they cannot drift apart. Rows must be flushed: ids are part of a record.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import String, cast, select, tuple_
from sqlalchemy.orm import selectinload

from app.domain.audit import timestamp
from app.models.decision import Decision, Vote
from app.models.scorecard import RatingRow, Revision, SignalNote

if TYPE_CHECKING:
    from sqlalchemy import Row
    from sqlalchemy.orm import Session

Record = Mapping[str, object]

REVISION_ACTIONS = frozenset({"scorecard.seal", "scorecard.enter", "scorecard.revise"})
VOTE_ACTIONS = frozenset({"vote.cast"})
DECISION_ACTIONS = frozenset({"decision.record", "decision.correct"})


def revision_record(revision: Revision) -> Record:
    """A sealed revision whole: every rating with its evidence, signals, recommendation and notes."""
    ratings = {r.dimension: {"value": r.value, "evidence": r.evidence or ""} for r in revision.ratings}
    return _revision(revision, ratings, [note.signal for note in revision.signals])


def _revision(row: Revision | Row[*tuple[Any, ...]], ratings: Record, signals: Iterable[str]) -> Record:
    return {
        "revision": str(row.id),
        "scorecard": str(row.scorecard_id),
        "number": row.number,
        "sealed_at": timestamp(row.sealed_at),
        "after_reveal": row.after_reveal,
        "reason": row.reason or "",
        "recommendation": row.recommendation.value,
        "summary": row.summary or "",
        "private_note": row.private_note or "",
        "ratings": ratings,
        "signals": sorted(signals),
        "entered_by": str(row.entered_by_id or ""),
    }


def vote_record(vote: Vote) -> Record:
    """A member's vote as it stands; ``version`` tells a changed vote from an altered one."""
    return {
        "application": str(vote.application_id),
        "member": str(vote.member_id),
        "outcome": vote.outcome.value,
        "reason": vote.reason,
        "cast_at": timestamp(vote.cast_at),
        "version": vote.version,
    }


def decision_record(decision: Decision) -> Record:
    """A recorded decision with the votes it rests on, and the digest of its analysis."""
    return {
        "decision": str(decision.id),
        "application": str(decision.application_id),
        "number": decision.number,
        "outcome": decision.outcome.value,
        "reasons": decision.reasons,
        "departure_reason": decision.departure_reason or "",
        "absences": decision.absences or "",
        "corrects": str(decision.corrects_id or ""),
        "correction_reason": decision.correction_reason or "",
        "decided_by": str(decision.decided_by_id),
        "decided_at": timestamp(decision.decided_at),
        "composite": decision.composite or "",
        "coverage": decision.coverage,
        "blueprint": decision.blueprint_sha256,
        "checkpoint": decision.checkpoint,
        "analysis": decision.analysis.digest if decision.analysis else "",
        "votes": {str(v.member_id): {"outcome": v.outcome.value, "reason": v.reason} for v in decision.votes},
    }


def live_revisions(session: Session, ids: Iterable[UUID]) -> dict[UUID, Record]:
    """What these revisions say now; an id without a row is left out.

    Read by columns, and ids as texts: whole objects would cost most of the time that verifying a chain takes.
    """
    wanted = list(ids)
    if not wanted:
        return {}
    ratings: dict[str, dict[str, object]] = defaultdict(dict)
    for revision, dimension, value, evidence in session.execute(_RATINGS.where(RatingRow.revision_id.in_(wanted))):
        ratings[revision][dimension] = {"value": value, "evidence": evidence or ""}
    signals: dict[str, list[str]] = defaultdict(list)
    for revision, signal in session.execute(_SIGNALS.where(SignalNote.revision_id.in_(wanted))):
        signals[revision].append(signal)
    rows = session.execute(select(_TEXT_ID, *Revision.__table__.columns).where(Revision.id.in_(wanted)))
    return {row.id: _revision(row, ratings.get(row.text_id, {}), signals.get(row.text_id, ())) for row in rows}


_TEXT_ID = cast(Revision.id, String).label("text_id")
_RATINGS = select(cast(RatingRow.revision_id, String), RatingRow.dimension, RatingRow.value, RatingRow.evidence)
_SIGNALS = select(cast(SignalNote.revision_id, String), SignalNote.signal)


def live_decisions(session: Session, ids: Iterable[UUID]) -> dict[UUID, Record]:
    """What these decisions say now; an id without a row is left out."""
    wanted = list(ids)
    if not wanted:
        return {}
    statement = select(Decision).where(Decision.id.in_(wanted))
    statement = statement.options(selectinload(Decision.votes), selectinload(Decision.analysis))
    statement = statement.execution_options(populate_existing=True)
    return {row.id: decision_record(row) for row in session.scalars(statement)}


def live_votes(session: Session, keys: Iterable[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Record]:
    """What these votes (application, member) say now; a key without a row is left out."""
    statement = select(Vote).where(tuple_(Vote.application_id, Vote.member_id).in_(list(keys)))
    statement = statement.execution_options(populate_existing=True)
    return {(row.application_id, row.member_id): vote_record(row) for row in session.scalars(statement)}
