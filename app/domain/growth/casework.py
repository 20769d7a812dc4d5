"""What a promotion case is made of, and what it needs before it is handed in, decided or answered."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from app.domain.errors import Fault
from app.domain.growth.case import CaseOutcome, CaseParty
from app.domain.text import in_words, text_faults

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime
    from uuid import UUID

    from app.domain.ladder import Ladder, Level

BRIEF_LIMIT = 3500
"""A brief fills a page and no more."""
TEXT_LIMIT = 6000
WHY_LIMIT = 500
FEEDBACK_LIMIT = 3000
LEAST_AGAINST = 80
"""A case against in fewer characters says that there is none."""
LEAST_REASONS = 40
MOST_PEERS = 8
MOST_CITED = 12
PARTY_WORDS = {CaseParty.PERSON: "the person", CaseParty.MANAGER: "the manager", CaseParty.CHAIR: "the chair"}


@dataclass(frozen=True, slots=True)
class CaseTexts:
    """What the person and the manager write; ``business_need`` answers another question than readiness."""

    brief: str = ""
    development: str = ""
    business_need: str = ""


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a peer saw: the situation, what the person did in it, and what came of that."""

    situation: str = ""
    behaviour: str = ""
    impact: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a case ends. ``day`` is the one on which a promotion takes effect, or to which it is postponed.

    ``gaps`` are ids of criteria and competencies that are not shown yet.
    """

    outcome: CaseOutcome
    reasons: str
    day: date | None = None
    gaps: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ballot:
    """A member's vote as it stood when the case was decided."""

    member_id: UUID
    name: str
    outcome: CaseOutcome
    reason: str


@dataclass(frozen=True, slots=True)
class Lack:
    """Something that a case lacks before it can be handed in: the part that it is in, and what to do."""

    part: str
    message: str


def higher(ladder: Ladder, current: str) -> tuple[Level, ...]:
    """The levels that a case may aim for: every one that ranks above the current, of any track, lowest first.

    KeyError when the ladder has no such current level.
    """
    rank = ladder.level(current).rank
    return tuple(sorted((one for one in ladder.levels if one.rank > rank), key=lambda one: (one.rank, one.track)))


def target_fault(ladder: Ladder, current: str, target: str) -> Fault | None:
    """Why a level cannot be aimed for; None where it can."""
    known = {one.id: one for one in ladder.levels}
    if current not in known:
        return Fault("to_level", "The current level is not on this ladder any more. Ask HR to record it anew.")
    wanted = known.get(target)
    if wanted is None:
        return Fault("to_level", "Choose one of the levels.")
    if wanted in higher(ladder, current):
        return None
    word = "the current level" if target == current else f"not above the current level, {known[current].title}"
    return Fault("to_level", f"{wanted.title} is {word}. Choose a level that ranks above it.")


def text_problems(texts: CaseTexts) -> tuple[Fault, ...]:
    """What is wrong with what was written so far; empty texts are fine until the case is handed in."""
    return (
        *text_faults("brief", "the brief", texts.brief, limit=BRIEF_LIMIT),
        *text_faults("development", "the development plan", texts.development, limit=TEXT_LIMIT),
        *text_faults("business_need", "the business need", texts.business_need, limit=TEXT_LIMIT),
    )


def lacks(texts: CaseTexts, against: str, cited: int, *, readable: int) -> tuple[Lack, ...]:
    """What a case lacks before it can be handed in. A criterion without evidence is shown as empty and refuses nothing.

    ``cited`` counts the entries cited, ``readable`` those of them that the judges may read.
    """
    found = []
    if not texts.brief.strip():
        found.append(Lack("brief", "Write the brief: why now, in one page."))
    if not cited:
        found.append(
            Lack("criteria", "Cite at least one piece of evidence. Criteria without any stay, and show as empty.")
        )
    elif not readable:
        found.append(Lack("criteria", "None of the cited evidence can be read by those who judge. Cite another piece."))
    if len(against.strip()) < LEAST_AGAINST:
        message = f"Write the case against, in {LEAST_AGAINST} characters or more: what speaks for waiting."
        found.append(Lack("against", message))
    if not texts.development.strip():
        found.append(Lack("development", "Write the development plan: what comes next, whichever way it is decided."))
    if not texts.business_need.strip():
        found.append(Lack("need", "Answer the business need. “None at present” is an answer."))
    return tuple(found)


def against_problems(text: str) -> tuple[Fault, ...]:
    """What is wrong with a case against."""
    found = text_faults("case_against", "the case against", text, limit=TEXT_LIMIT, required=True)
    if not found and len(text.strip()) < LEAST_AGAINST:
        message = (
            f"Say more, in {LEAST_AGAINST} characters at least: which criterion is weakest, and what would change it."
        )
        return (Fault("case_against", message),)
    return found


def feedback_problems(given: Feedback, *, sending: bool) -> tuple[Fault, ...]:
    """What is wrong with peer feedback; a draft may be empty, what is sent has all three parts."""
    return (
        *text_faults("situation", "the situation", given.situation, limit=FEEDBACK_LIMIT, required=sending),
        *text_faults("behaviour", "what the person did", given.behaviour, limit=FEEDBACK_LIMIT, required=sending),
        *text_faults("impact", "what came of it", given.impact, limit=FEEDBACK_LIMIT, required=sending),
    )


def verdict_problems(verdict: Verdict, known_gaps: Iterable[str], *, today: date, handed_in: date) -> tuple[Fault, ...]:
    """What is wrong with how a case is to end: its day, its gaps, its reasons."""
    found = [*text_faults("reasons", "the reasons", verdict.reasons, limit=TEXT_LIMIT, required=True)]
    if not found and len(verdict.reasons.strip()) < LEAST_REASONS:
        found.append(
            Fault("reasons", f"Give the reasons in {LEAST_REASONS} characters at least: the person reads them.")
        )
    found += _day_problems(verdict, today, handed_in)
    if set(verdict.gaps) - set(known_gaps):
        found.append(Fault("gaps", "Choose gaps from the list."))
    if verdict.outcome is CaseOutcome.NOT_YET and not verdict.gaps:
        found.append(Fault("gaps", "Name at least one gap: the person works on what is named here."))
    if verdict.outcome is CaseOutcome.PROMOTE and verdict.gaps:
        found.append(Fault("gaps", "A promotion leaves no gap open. Take the choice back, or choose another outcome."))
    return tuple(found)


def correction_problems(why: str) -> tuple[Fault, ...]:
    """What is wrong with why a record is corrected."""
    found = text_faults("correction_reason", "why the record is corrected", why, limit=TEXT_LIMIT, required=True)
    if not found and len(why.strip()) < LEAST_REASONS:
        message = f"Say why in {LEAST_REASONS} characters at least: the person reads this too."
        return (Fault("correction_reason", message),)
    return found


def _day_problems(verdict: Verdict, today: date, handed_in: date) -> list[Fault]:
    if verdict.outcome is CaseOutcome.NOT_YET:
        return (
            [Fault("day", "“Not yet” has no date. Postpone instead, or leave the date empty.")] if verdict.day else []
        )
    if verdict.day is None:
        what = "takes effect" if verdict.outcome is CaseOutcome.PROMOTE else "is looked at again"
        return [Fault("day", f"Choose the day on which it {what}.")]
    if verdict.outcome is CaseOutcome.POSTPONE and verdict.day <= today:
        return [Fault("day", "Choose a later day: postponing leads to a day that is still to come.")]
    if verdict.outcome is CaseOutcome.PROMOTE and verdict.day < handed_in:
        return [Fault("day", f"The case was handed in on {in_words(handed_in)}. Choose that day or a later one.")]
    return []


def counts(votes: Iterable[CaseOutcome]) -> tuple[tuple[CaseOutcome, int], ...]:
    """How many votes each outcome has, in the order of the outcomes; outcomes without any are there too."""
    found = Counter(votes)
    return tuple((one, found.get(one, 0)) for one in CaseOutcome)


def gaps_text(gaps: Iterable[str]) -> str:
    """Gaps as they are stored."""
    return json.dumps(sorted(set(gaps)))


def gaps_from(text: str) -> tuple[str, ...]:
    """Stored gaps, read back."""
    return tuple(json.loads(text))


def unsigned(signed: Mapping[CaseParty, datetime]) -> tuple[CaseParty, ...]:
    """The parties that have not signed."""
    return tuple(party for party in CaseParty if party not in signed)
