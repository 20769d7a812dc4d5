"""How the promotion packet says steps, evidence, votes, gaps and signatures."""

from __future__ import annotations

from app.domain.figure import GapRow
from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
from app.domain.growth.case_file import (
    CaseFile,
    CaseHead,
    CaseRecord,
    CaseSigned,
    HireRecord,
    PromotionDocument,
    YearRecord,
)
from app.domain.growth.support import Backing, Cited, Support, ago, time_in
from app.domain.onboarding.goal import EvidenceKind
from reports.first_years import on_day
from reports.wording import counted, day, listed

PARTIES = {
    CaseParty.PERSON: "whom the case is about",
    CaseParty.MANAGER: "manager",
    CaseParty.CHAIR: "chair of the calibration",
}
_STATES = {CaseState.DRAFT: "in preparation, not handed in", CaseState.SUBMITTED: "handed in, not decided"}
NOBODY = "nobody yet"


def state(document: PromotionDocument) -> str:
    """Where the case is, or how it ended."""
    file, zone = document.file, document.zone
    if file.record:
        return f"{outcome(file.record)}, recorded {day(file.record.decided_at, zone)}"
    if file.head.state is CaseState.WITHDRAWN and file.head.ended_at:
        return f"withdrawn on {day(file.head.ended_at, zone)}"
    return _STATES.get(file.head.state, file.head.state.words.lower())


def outcome(record: CaseRecord) -> str:
    """How it ended, with its day: Promote, from 1 January 2027."""
    if record.day is None:
        return record.outcome.words
    word = "from" if record.outcome is CaseOutcome.PROMOTE else "to"
    return f"{record.outcome.words}, {word} {on_day(record.day)}"


def in_level(file: CaseFile) -> str:
    """Since when, and how long, somebody has been at the level."""
    since = file.head.level_since
    return f"{time_in(since, file.on)}, since {on_day(since)}" if since else "not recorded"


def asked(head: CaseHead, zone: str) -> str:
    """Who asked for the case, and when it was handed in."""
    begun = f"{head.asked_by}, {day(head.created_at, zone)}"
    return f"{begun}; handed in {day(head.submitted_at, zone)}" if head.submitted_at else begun


def backed(file: CaseFile) -> str:
    """How many criteria have as much evidence as asked for, and how many have none."""
    enough, every = file.backed
    empty = sum(row.backing is Backing.EMPTY for row in file.supports)
    said = f"{enough} of {every} with as much evidence as asked for"
    return f"{said}; {counted(empty, 'is empty', 'are empty')}" if empty else said


def wanted(row: Support) -> str:
    """What the blueprint asks for."""
    return f"at least {row.least}"


def newest(row: Support) -> str:
    """How recent the newest piece is."""
    return ago(row.recent[0].about_on, row.on) if row.recent else "\N{EN DASH}"


def backers(row: Support) -> str:
    """Who stands behind the recent pieces."""
    if not row.recent:
        return "\N{EN DASH}"
    return listed(list(row.corroborators)) or NOBODY


def shown(one: Cited) -> str:
    """What a piece is: a link, a text, a file."""
    return one.kind.value.capitalize()


def address(one: Cited) -> str:
    """The address of a link; empty for anything else."""
    return one.body if one.kind is EvidenceKind.LINK else ""


def said(one: Cited) -> str:
    """Who says what of a piece, in a sentence."""
    if not one.said:
        return "Nobody has said yet whether it was so."
    return "; ".join(f"{each.name}: {each.word.words.lower()}" for each in one.said) + "."


def gap_words(file: CaseFile) -> str:
    """The chart in a sentence."""
    met = [sum(_reached(row, height) for row, height in side) for side in _sides(file)]
    words = f"{counted(len(file.gaps), 'expectation', 'expectations')} of {file.head.to_title}: "
    own = f"{file.head.person} sees {met[0]} of them met"
    return f"{words}{own}, {file.head.manager} {met[1]}." if file.ratings else f"{words}{own}."


def votes(record: CaseRecord) -> str:
    """How many voted for what: 2 promote, 0 postpone, 1 not yet."""
    return ", ".join(f"{number} {one.words.lower()}" for one, number in record.counts)


def signed(file: CaseFile, party: CaseParty) -> CaseSigned | None:
    """The signature of a party."""
    return next((one for one in file.signatures if one.party is party), None)


def signer(file: CaseFile, party: CaseParty) -> str:
    """Who signs as a party."""
    names = {CaseParty.PERSON: file.head.person, CaseParty.MANAGER: file.head.manager}
    return names.get(party, file.record.decided_by if file.record else "")


def signed_milestones(year: YearRecord) -> str:
    """How many milestones everybody has signed, of how many."""
    return f"{sum(settled is not None for _, _, settled in year.milestones)} of {len(year.milestones)}"


def hired(one: HireRecord, zone: str) -> str:
    """By which decision, for which role, on which blueprint."""
    version = f"{one.blueprint.title}, version {one.blueprint.number}"
    return f"{one.outcome} for {one.requisition}, record {one.number} of {day(one.decided_at, zone)}, on {version}"


def _sides(file: CaseFile) -> tuple[list[tuple[GapRow, int | None]], list[tuple[GapRow, int | None]]]:
    return [(row, row.own) for row in file.gaps], [(row, row.manager) for row in file.gaps]


def _reached(row: GapRow, height: int | None) -> bool:
    return height is not None and row.expected is not None and height >= row.expected
