"""Items of calibrations: what each is about, its choices, and the reader's own vote on it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import and_, func, literal
from sqlalchemy.orm import aliased

from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseState
from app.domain.growth.voting import CASE_CHOICES, Choice, level_choices
from app.models.assessment import Assessment, Cycle
from app.models.blueprint import BlueprintVersion
from app.models.calibration import Calibration, CalibrationItem, PreVote
from app.models.calibration_facts import about, conflicted, items, manager
from app.models.person import Person
from app.models.promotion import PromotionCase
from app.queries import blueprints

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Row, Select
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

OPENED = (CalibrationState.DISCUSSING, CalibrationState.LOCKED)


@dataclass(frozen=True, slots=True)
class OwnVote:
    """The reader's vote on an item as they saved it; ``version`` guards the next save, 0 while unsaved."""

    value: str = ""
    reason: str = ""
    saved_at: datetime | None = None
    sealed_at: datetime | None = None
    version: int = 0


@dataclass(frozen=True, slots=True)
class ItemHead:
    """What an item is about, in which session. ``kind`` says what is asked, ``detail`` from where to where, or of when.

    ``gone``: the case was withdrawn. ``bound``: the reader has no vote on it.
    """

    item_id: UUID
    calibration_id: UUID
    calibration: str
    state: CalibrationState
    minutes_each: int
    case_id: UUID | None
    assessment_id: UUID | None
    person: str
    manager: str
    kind: str
    detail: str
    choices: tuple[Choice, ...]
    role: str
    role_title: str
    number: int
    sha256: str
    brief: str
    case_against: str
    gone: bool
    is_person: bool
    bound: bool
    called_at: datetime | None
    discussed_at: datetime | None
    agreed: str
    agreed_words: str
    feedback: str
    version: int
    own: OwnVote

    @property
    def veiled(self) -> ItemHead:
        """The same without anything that whom it is about may not know."""
        return replace(
            self, called_at=None, discussed_at=None, agreed="", agreed_words="", feedback="", own=OwnVote(), bound=True
        )

    @property
    def opened(self) -> bool:
        """Whether votes lie open to the members."""
        return self.state in OPENED

    @property
    def running(self) -> bool:
        """Whether the item is being talked about now."""
        return self.state is CalibrationState.DISCUSSING and self.called_at is not None and self.discussed_at is None

    @property
    def until(self) -> datetime | None:
        """When its time is over; None before it was called."""
        return self.called_at + timedelta(minutes=self.minutes_each) if self.called_at else None

    def words(self, value: str) -> str:
        """A choice in words; what the session sets aside is said so."""
        if not value:
            return "Set aside"
        return next((choice.words for choice in self.choices if choice.value == value), value)


def of_session(session: Session, actor: ActorFacts, calibration_id: UUID) -> tuple[ItemHead, ...]:
    """Every item of a session in its order, in one query; the caller has asked the permission map."""
    return _heads(session, actor, Calibration.id == calibration_id)


def of_item(session: Session, actor: ActorFacts, item_id: UUID) -> ItemHead:
    """One item; the caller has asked the permission map and knows that it is there."""
    return _heads(session, actor, CalibrationItem.id == item_id)[0]


def _heads(session: Session, actor: ActorFacts, wanted: ColumnElement[bool]) -> tuple[ItemHead, ...]:
    rows = session.execute(_select(actor).where(wanted).order_by(CalibrationItem.position)).all()
    return tuple(_head(session, row) for row in rows)


def _select(actor: ActorFacts) -> Select[*tuple[Any, ...]]:
    subject, managing = aliased(Person), aliased(Person)
    item, case = CalibrationItem, PromotionCase
    mine = and_(PreVote.item_id == item.id, PreVote.member_id == actor.person_id)
    version_id = func.coalesce(case.blueprint_version_id, Cycle.blueprint_version_id)
    return (
        items(
            item.id, item.calibration_id, Calibration.title.label("calibration"),
            Calibration.state.label("session_state"),
            Calibration.minutes_each, item.case_id, item.assessment_id, item.called_at, item.discussed_at,
            item.agreed, item.agreed_words, item.feedback, item.version, subject.name.label("person"),
            managing.name.label("manager"), case.state, case.from_level, case.to_level, case.brief, case.case_against,
            Assessment.current_level, Cycle.title.label("cycle"), BlueprintVersion.sha256,
            BlueprintVersion.role, BlueprintVersion.title.label("role_title"), BlueprintVersion.number,
            (about == actor.person_id).label("is_person"), conflicted(literal(actor.person_id)).label("bound"),
            PreVote.value, PreVote.reason, PreVote.saved_at, PreVote.sealed_at,
            PreVote.version.label("own_version"),
        )
        .outerjoin(Cycle, Cycle.id == Assessment.cycle_id)
        .join(BlueprintVersion, BlueprintVersion.id == version_id)
        .join(subject, subject.id == about)
        .join(managing, managing.id == manager)
        .outerjoin(PreVote, mine)
    )  # fmt: skip


def _head(session: Session, row: Row[*tuple[Any, ...]]) -> ItemHead:
    ladder = blueprints.of_digest(session, row.sha256).ladder
    levels = level_choices(ladder) if ladder else ()
    titles = {choice.value: choice.words for choice in levels}
    if row.case_id:
        kind, choices = "Promotion case", CASE_CHOICES
        detail = f"{titles.get(row.from_level, row.from_level)} to {titles.get(row.to_level, row.to_level)}"
    else:
        kind, choices, detail = "Level", levels, row.cycle
    return ItemHead(
        item_id=row.id,
        calibration_id=row.calibration_id,
        calibration=row.calibration,
        state=row.session_state,
        minutes_each=row.minutes_each,
        case_id=row.case_id,
        assessment_id=row.assessment_id,
        person=row.person,
        manager=row.manager,
        kind=kind,
        detail=detail,
        choices=choices,
        role=row.role,
        role_title=row.role_title,
        number=row.number,
        sha256=row.sha256,
        brief=row.brief or "",
        case_against=row.case_against or "",
        gone=row.state is CaseState.WITHDRAWN,
        is_person=bool(row.is_person),
        bound=bool(row.bound),
        called_at=row.called_at,
        discussed_at=row.discussed_at,
        agreed=row.agreed,
        agreed_words=row.agreed_words,
        feedback=row.feedback,
        version=row.version,
        own=OwnVote(row.value, row.reason, row.saved_at, row.sealed_at, row.own_version)
        if row.own_version
        else OwnVote(),
    )
