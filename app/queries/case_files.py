"""A promotion case as its reader may see it: the page, the packet and the forms all read the same file."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import select

from app.domain.access import found, require
from app.domain.debrief import BlueprintStamp
from app.domain.figure import GapRow
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome, CaseParty
from app.domain.growth.case_file import (
    Appealed,
    CaseFile,
    CaseHead,
    CaseRecord,
    CaseSigned,
    CorrectedRecord,
    PeerWords,
    supports_of,
)
from app.domain.growth.casework import Ballot, CaseTexts, Feedback, gaps_from
from app.domain.growth.cycle import Answerer
from app.domain.growth.gap import gap_axis, gap_rows
from app.domain.growth.log import Visibility
from app.domain.growth.mark import Mark, Standing
from app.domain.growth.readiness import criteria_to, readiness
from app.domain.growth.support import Cited, Said, Support
from app.domain.onboarding.documents import Happening
from app.domain.onboarding.goal import EvidenceKind
from app.domain.permission import Permission, allow
from app.models.ballots import ballots
from app.models.calibration import Calibration, CalibrationItem
from app.models.promotion_facts import case_facts
from app.queries import blueprints, evidence_log
from app.queries.case_rows import APPEALED, CITED, EVENT, MARK, PEER, RECORD, SIGNED, VOTE, head_row, parts
from app.queries.evidence_log import EntryFilter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from sqlalchemy import Row
    from sqlalchemy.orm import Session

    from app.domain.blueprint import Blueprint
    from app.domain.growth.facts import CaseFacts
    from app.domain.permission import ActorFacts
    from app.models.promotion import PromotionCase
    from app.queries.evidence_log import EntryLine

CLOSED_RATING = "Closed until you have voted"
_OF_CASES = frozenset(
    one for one in Permission if one.value.partition(".")[0] in {"case", "feedback"} and one is not Permission.CASE_LIST
)
_WITHDRAWN_TOO = EntryFilter(withdrawn=True)


@dataclass(frozen=True, slots=True)
class Settled:
    """What a calibration settled on, and why where that was not what most voted for."""

    outcome: CaseOutcome
    words: str


@dataclass(frozen=True, slots=True)
class OpenFile:
    """A case as its reader may see it, and what they may do with it; ``version`` guards the next change."""

    file: CaseFile
    blueprint: Blueprint
    facts: CaseFacts
    granted: frozenset[Permission]
    version: int
    company: str


def open_file(session: Session, actor: ActorFacts, case_id: UUID, *, today: date | None) -> OpenFile:
    """The case in four queries, or five the first time a process reads the blueprint.

    Evidence counts from the day on which the case was handed in; before that from ``today``, or from the day of the
    newest fact where that is None.
    """
    facts = found(case_facts(session, actor, case_id))
    require(actor, Permission.CASE_SEE, facts)
    granted = frozenset(one for one in _OF_CASES if allow(actor, one, facts).granted)
    head = session.execute(head_row(case_id)).one()
    blueprint = blueprints.of_digest(session, head.sha256)
    rows = _by_kind(session, actor, case_id, granted)
    case: PromotionCase = head.PromotionCase
    entries = _entries(session, actor, case, rows[CITED])
    on = case.submitted_at.date() if case.submitted_at else today or max(row.at for row in rows[EVENT]).date()
    file = CaseFile(
        head=_head(head, blueprint),
        texts=CaseTexts(case.brief, case.development, case.business_need),
        against=case.case_against,
        against_by=head.against_by or "",
        supports=_supports(blueprint, case, rows[CITED], entries, on),
        on=on,
        ratings=Permission.CASE_RATING in granted,
        feedback_open=Permission.FEEDBACK_READ in granted,
        peers=_peers(rows[PEER], words=Permission.FEEDBACK_READ in granted),
        **_ended(case, rows, blueprint, names=Permission.CASE_BALLOT in granted),
        appeals=tuple(Appealed(row.first, row.at, row.who) for row in _in_order(rows[APPEALED])),
        history=tuple(Happening(row.at, row.who, row.first, note=row.second) for row in _in_order(rows[EVENT])),
    )
    file = _with_gaps(file, blueprint, rows[MARK])
    return OpenFile(file, blueprint, facts, granted, case.version, head.company or "")


def votes_to_decide(session: Session, actor: ActorFacts, found_one: OpenFile) -> tuple[Ballot, ...]:
    """The votes as they stand, for whoever records the decision, in one query."""
    require(actor, Permission.CASE_DECIDE, found_one.facts)
    return ballots(session, found_one.file.head.case_id)


def settled(session: Session, found_one: OpenFile) -> Settled | None:
    """What the calibration that was locked last settled on for the case; None where it was set aside, or none was."""
    item = CalibrationItem
    row = session.execute(
        select(item.agreed, item.agreed_words)
        .join(Calibration, Calibration.id == item.calibration_id)
        .where(item.case_id == found_one.file.head.case_id, Calibration.state == CalibrationState.LOCKED)
        .order_by(Calibration.locked_at.desc(), item.id)
        .limit(1)
    ).first()
    return Settled(CaseOutcome(row.agreed), row.agreed_words) if row and row.agreed else None


def _by_kind(
    session: Session, actor: ActorFacts, case_id: UUID, granted: frozenset[Permission]
) -> Mapping[str, list[Row[*tuple[Any, ...]]]]:
    wanted = parts(
        case_id,
        actor.person_id,
        words=Permission.FEEDBACK_READ in granted,
        names=Permission.CASE_BALLOT in granted,
        ratings=Permission.CASE_RATING in granted,
    )
    held: defaultdict[str, list[Row[*tuple[Any, ...]]]] = defaultdict(list)
    for row in session.execute(wanted):
        held[row.kind].append(row)
    return held


def _in_order(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Row[*tuple[Any, ...]]]:
    return sorted(rows, key=lambda row: (row.at, row.place, str(row.ref)))


def _head(head: Row[*tuple[Any, ...]], blueprint: Blueprint) -> CaseHead:
    case: PromotionCase = head.PromotionCase
    titles = {one.id: one.title for one in blueprint.ladder.levels} if blueprint.ladder else {}
    return CaseHead(
        case_id=case.id,
        person_id=case.person_id,
        person=head.person,
        manager=head.manager,
        asked_by=head.asked_by,
        stamp=BlueprintStamp(head.role, head.role_title, head.number, head.sha256),
        from_level=case.from_level,
        to_level=case.to_level,
        from_title=titles.get(case.from_level, case.from_level),
        to_title=titles.get(case.to_level, case.to_level),
        level_since=case.level_since,
        state=case.state,
        created_at=case.created_at,
        submitted_at=case.submitted_at,
        ended_at=case.ended_at,
        cycle=head.cycle or "",
    )


def _entries(
    session: Session, actor: ActorFacts, case: PromotionCase, rows: Sequence[Row[*tuple[Any, ...]]]
) -> dict[UUID, EntryLine]:
    wanted = {row.ref for row in rows}
    lines = evidence_log.entries_of(session, actor, case.person_id, _WITHDRAWN_TOO, among=wanted)
    return {line.entry_id: line for line in lines}


def _supports(
    blueprint: Blueprint,
    case: PromotionCase,
    rows: Sequence[Row[*tuple[Any, ...]]],
    entries: Mapping[UUID, EntryLine],
    on: date,
) -> tuple[Support, ...]:
    cited: defaultdict[str, list[Cited]] = defaultdict(list)
    for row in rows:
        cited[row.key].append(_cited(row.ref, row.first, entries.get(row.ref), on))
    criteria = criteria_to(blueprint.ladder, case.from_level, case.to_level) if blueprint.ladder else ()
    return supports_of(criteria, cited, on)


def _cited(entry_id: UUID, why: str, line: EntryLine | None, on: date) -> Cited:
    if line is None or line.visibility is not Visibility.CASE:
        # Its owner closed it to those who judge: that it was cited stays, what it says does not.
        return Cited(entry_id, EvidenceKind.TEXT, "", "", on, why, Visibility.PRIVATE)
    said = (Said(one.name, one.word, one.words) for one in line.corroborations if one.word and not one.outdated)
    return Cited(
        entry_id, line.kind, line.title, line.body, line.about_on, why, line.visibility,
        withdrawn=line.withdrawn_at is not None, said=tuple(said),
    )  # fmt: skip


def _peers(rows: Iterable[Row[*tuple[Any, ...]]], *, words: bool) -> tuple[PeerWords, ...]:
    return tuple(
        PeerWords(
            row.ref,
            row.who,
            row.at,
            row.then,
            declined=row.key == "declined",
            feedback=Feedback(row.first, row.second, row.third) if words and row.key == "given" else None,
            said=row.fourth,
        )
        for row in sorted(rows, key=lambda row: (row.who, str(row.ref)))
    )


def _ended(
    case: PromotionCase, rows: Mapping[str, list[Row[*tuple[Any, ...]]]], blueprint: Blueprint, *, names: bool
) -> dict[str, Any]:
    """The record that stands with its signatures, and those before it with theirs, as a case file has them."""
    records = [
        _record(case, row, rows[VOTE], blueprint, names=names)
        for row in sorted(rows[RECORD], key=lambda row: row.place)
    ]
    if not records:
        return {}
    signed: defaultdict[int, list[CaseSigned]] = defaultdict(list)
    for row in _in_order(rows[SIGNED]):
        signed[row.place].append(CaseSigned(CaseParty(row.key), row.who, row.at))
    corrected = [CorrectedRecord(one, tuple(signed[one.number]), by) for one, by in pairwise(records)]
    return {
        "record": records[-1],
        "signatures": tuple(signed[records[-1].number]),
        "corrected": tuple(reversed(corrected)),
    }


def _record(
    case: PromotionCase,
    row: Row[*tuple[Any, ...]],
    votes: Sequence[Row[*tuple[Any, ...]]],
    blueprint: Blueprint,
    *,
    names: bool,
) -> CaseRecord:
    ballots = (Ballot(one.ref, one.who, CaseOutcome(one.key), one.first) for one in votes) if names else ()
    named = set(gaps_from(row.third))
    choices = gap_choices(blueprint, case.from_level, case.to_level)
    return CaseRecord(
        outcome=CaseOutcome(row.key),
        day=row.day,
        gaps=tuple(words for key, words in choices if key in named),
        reasons=row.second,
        decided_by=row.who,
        decided_at=row.at,
        blueprint_sha256=row.sha256,
        checkpoint=row.checkpoint,
        given=tuple(CaseOutcome(one.key) for one in votes),
        ballots=tuple(sorted(ballots, key=lambda one: (one.name, str(one.member_id)))),
        number=row.place,
        correction=row.first,
    )


def gap_choices(blueprint: Blueprint, from_level: str, to_level: str) -> tuple[tuple[str, str], ...]:
    """What a case may be found to lack: the criteria of the step, then what the target level asks for."""
    ladder = blueprint.ladder
    if ladder is None:
        return ()
    asked = {needed.competency for needed in ladder.required(to_level)}
    shown = [(one.id, one.text) for one in criteria_to(ladder, from_level, to_level)]
    return (*shown, *((one.id, one.title) for one in blueprint.competencies if one.id in asked))


def _with_gaps(file: CaseFile, blueprint: Blueprint, rows: Sequence[Row[*tuple[Any, ...]]]) -> CaseFile:
    """The file with expected, own and manager's heights; without the manager's where they are not the reader's."""
    sides: dict[str, list[Mark]] = {Answerer.SELF: [], Answerer.MANAGER: []}
    for row in rows:
        sides[row.who].append(Mark(row.key, Standing(row.first), row.second or None))
    if not rows or blueprint.ladder is None:
        return file
    held = readiness(
        blueprint, file.head.to_level, from_level=file.head.from_level, own=sides[Answerer.SELF],
        manager=sides[Answerer.MANAGER], pieces=(), on=file.on,
    )  # fmt: skip
    lines = gap_rows(held.expectations, sides[Answerer.SELF], sides[Answerer.MANAGER])
    axis = gap_axis([one.competency for one in held.expectations])
    return replace(file, axis=axis, gaps=tuple(_closed(line, file) for line in lines), assessed=True)


def _closed(line: GapRow, file: CaseFile) -> GapRow:
    return line if file.ratings else replace(line, manager_shown=CLOSED_RATING)
