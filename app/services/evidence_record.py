"""What every change of an evidence log shares: the row under its lock, what the role knows, what the audit keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy import exists, literal, select

from app.domain.access import found, require
from app.domain.blueprint import from_canonical
from app.domain.errors import ConflictError, InvalidError, NotFoundError, NotYetError
from app.domain.growth.case import CaseState
from app.domain.growth.coverage import wanted
from app.domain.growth.log import Showing
from app.domain.permission import Permission
from app.models.blueprint import BlueprintVersion
from app.models.evidence import LogEntry
from app.models.evidence_facts import entry_facts
from app.models.evidence_role import role_of
from app.models.promotion import CaseEvidence, PromotionCase

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from sqlalchemy.orm import Session

    from app.domain.errors import Fault
    from app.domain.permission import ActorFacts

STALE = "This entry was changed in another tab meanwhile. Load the page again and repeat your change."
CITED = "A promotion case that was handed in cites this entry, so it stays as it is. Add another one for what is new."
_JUDGED = (CaseState.SUBMITTED, CaseState.DECIDED)


def locked(
    session: Session, actor: ActorFacts, entry_id: UUID, permission: Permission, version: int | None = None
) -> LogEntry:
    """The row of an entry, locked, for whoever holds the permission on it; ``version`` is the one that they saw."""
    entry = session.get(LogEntry, entry_id, with_for_update=True)
    require(actor, permission, found(entry_facts(session, actor, entry_id)))
    if entry is None:
        raise NotFoundError
    if version is not None and entry.version != version:
        raise ConflictError(STALE, current_version=entry.version)
    return entry


def refuse_cited(session: Session, entry: LogEntry) -> None:
    """Keep as it is what a case that was handed in rests on; :class:`NotYetError` says so."""
    judged = (
        select(literal(1))
        .select_from(CaseEvidence)
        .join(PromotionCase, PromotionCase.id == CaseEvidence.case_id)
        .where(CaseEvidence.entry_id == entry.id, PromotionCase.state.in_(_JUDGED))
    )
    if session.scalar(select(exists(judged))):
        raise NotYetError(CITED)


def known_showings(session: Session, person_id: UUID, on: date) -> frozenset[Showing]:
    """What entries of this person can show in their role on a day; nothing for somebody without one.

    Criteria of every step count: somebody may gather for a step that is not the next.
    """
    row = session.execute(role_of(person_id, on)).one_or_none()
    if row is None:
        return frozenset()
    body = session.scalars(select(BlueprintVersion.body).where(BlueprintVersion.sha256 == row.sha256).limit(1)).one()
    return frozenset(one.showing for one in wanted(from_canonical(body)))


def told(entry: LogEntry) -> Mapping[str, object]:
    """What an entry says, for the audit's payload."""
    return {
        "kind": entry.kind.value,
        "title": entry.title,
        "body": entry.body,
        "sha256": entry.sha256,
        "about_on": entry.about_on.isoformat(),
        "visibility": entry.visibility.value,
        "shows": sorted(f"{one.kind.value}:{one.key}" for one in entry.shows),
    }


def refuse(faults: Iterable[Fault]) -> None:
    """Raise :class:`InvalidError` with the faults, if there are any."""
    listed = tuple(faults)
    if listed:
        raise InvalidError(listed)
