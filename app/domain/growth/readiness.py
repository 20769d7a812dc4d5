"""How far somebody is on the way to a level, in counts and words: never one number that stands for a person."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from app.domain.blueprint import Blueprint
from app.domain.competency import Competency, Rung
from app.domain.growth.alignment import height
from app.domain.growth.log import Showing, Shown
from app.domain.growth.mark import Mark, Standing
from app.domain.ladder import Criterion, Ladder, Level
from app.domain.milestone import Offset
from app.domain.onboarding.due import shifted


class Met(StrEnum):
    """Whether one answerer sees an expectation met."""

    MET = "met"
    NOT_MET = "not_met"
    NOT_ENOUGH = "not_enough"
    UNSAID = "unsaid"

    @property
    def words(self) -> str:
        """The words on the page."""
        return {"met": "Met", "not_met": "Not yet met", "not_enough": "Not enough evidence", "unsaid": "Not said"}[
            self.value
        ]


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of evidence: its day, what it shows, and who said that it was so."""

    title: str
    about_on: date
    shows: frozenset[Showing]
    corroborated_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a level asks of one competency, and whether the person and the manager see it met."""

    competency: Competency
    rung: Rung
    own: Met
    manager: Met


@dataclass(frozen=True, slots=True)
class Tally:
    """One answerer's expectations counted. ``reached`` is what the ladder's rule says of these marks alone.

    ``points`` is None unless the rule counts points.
    """

    met: int
    not_met: int
    open: int
    points: int | None
    reached: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """One criterion of the promotion with its evidence, newest first.

    ``recent`` lies within the criterion's horizon, ``older`` before it. ``least`` is how many it wants; one that
    names no number wants one piece.
    """

    criterion: Criterion
    recent: tuple[Piece, ...]
    older: tuple[Piece, ...]
    least: int

    @property
    def shown(self) -> bool:
        """Whether there is as much as is wanted; whether it is good enough is for people to judge."""
        return len(self.recent) >= self.least

    @property
    def newest(self) -> date | None:
        """The day of the newest piece."""
        return max((piece.about_on for piece in (*self.recent, *self.older)), default=None)

    @property
    def corroborated_by(self) -> tuple[str, ...]:
        """Everybody who stands behind a recent piece, by name, each once."""
        return tuple(dict.fromkeys(name for piece in self.recent for name in piece.corroborated_by))


@dataclass(frozen=True, slots=True)
class Readiness:
    """Where somebody stands against a level. ``assessed`` tells whether both answers were there to count."""

    level: Level
    rule: str
    assessed: bool
    expectations: tuple[Expectation, ...]
    own: Tally
    manager: Tally
    proofs: tuple[Proof, ...]
    missing: tuple[str, ...]


def readiness(
    blueprint: Blueprint,
    level_id: str,
    *,
    from_level: str,
    own: Sequence[Mark],
    manager: Sequence[Mark],
    pieces: Iterable[Piece],
    on: date,
) -> Readiness:
    """Hold two answers and a log against a level; KeyError when the blueprint has no such level.

    A mark on a higher rung meets a lower one. What nobody could tell is open, and never counted as not met.
    """
    ladder = blueprint.ladder
    if ladder is None:
        raise KeyError(level_id)
    expectations = expected(blueprint, level_id, own, manager)
    proofs = _proofs(ladder, from_level, level_id, tuple(pieces), on)
    counted = [_tally(blueprint, ladder, expectations, marks, side) for side, marks in enumerate((own, manager))]
    return Readiness(
        level=ladder.level(level_id),
        rule=rule_words(ladder),
        assessed=bool(own and manager),
        expectations=expectations,
        own=counted[0],
        manager=counted[1],
        proofs=proofs,
        missing=_missing(ladder, expectations, proofs, counted if own and manager else ()),
    )


def expected(
    blueprint: Blueprint, level_id: str, own: Sequence[Mark], manager: Sequence[Mark]
) -> tuple[Expectation, ...]:
    """What a level asks, in the blueprint's order, and who sees it met."""
    first, second = ({mark.competency: mark for mark in marks} for marks in (own, manager))
    found = []
    needed = {one.competency: one.rung for one in (blueprint.ladder.required(level_id) if blueprint.ladder else ())}
    for competency in blueprint.competencies:
        rung = competency.rung(needed.get(competency.id, ""))
        if rung is not None:
            sides = (_met(competency, rung, marks.get(competency.id)) for marks in (first, second))
            found.append(Expectation(competency, rung, *sides))
    return tuple(found)


def rule_words(ladder: Ladder) -> str:
    """The ladder's rule in a sentence."""
    if ladder.rule == "minimum":
        return f"The level is reached with at least {ladder.minimum} of its expectations met."
    if ladder.rule == "points":
        return f"The level is reached with at least {ladder.minimum} points from what it asks."
    return "The level is reached when every one of its expectations is met."


def criteria_to(ladder: Ladder, from_level: str, level_id: str) -> tuple[Criterion, ...]:
    """What a promotion to a level has to show: the step from this level, or any step there where none begins here."""
    steps = [promotion for promotion in ladder.promotions if level_id in promotion.to_levels]
    fitting = [promotion for promotion in steps if promotion.from_level == from_level] or steps[:1]
    return tuple(criterion for promotion in fitting for criterion in promotion.criteria)


def _met(competency: Competency, rung: Rung, mark: Mark | None) -> Met:
    if mark is None:
        return Met.UNSAID
    reached = height(competency, mark)
    if reached is None:
        return Met.NOT_ENOUGH
    return Met.MET if reached > competency.rungs.index(rung) else Met.NOT_MET


def _tally(
    blueprint: Blueprint, ladder: Ladder, expectations: Sequence[Expectation], marks: Sequence[Mark], side: int
) -> Tally:
    said = [(one.own, one.manager)[side] for one in expectations]
    met = said.count(Met.MET)
    points = _points(blueprint, expectations, marks) if ladder.rule == "points" else None
    if ladder.rule == "all":
        reached = bool(said) and met == len(said)
    else:
        reached = (met if points is None else points) >= (ladder.minimum or 0)
    return Tally(met, said.count(Met.NOT_MET), len(said) - met - said.count(Met.NOT_MET), points, reached)


def _points(blueprint: Blueprint, expectations: Sequence[Expectation], marks: Sequence[Mark]) -> int:
    """The points of the rungs that were marked, over the competencies that the level asks for."""
    asked = {one.competency.id for one in expectations}
    rungs = [
        blueprint.competency(mark.competency).rung(mark.rung or "")
        for mark in marks
        if mark.competency in asked and mark.standing is Standing.MET
    ]
    return sum(rung.points or 0 for rung in rungs if rung is not None)


def _proofs(ladder: Ladder, from_level: str, level_id: str, pieces: Sequence[Piece], on: date) -> tuple[Proof, ...]:
    newest = sorted(pieces, key=lambda piece: piece.about_on, reverse=True)
    found = []
    for criterion in criteria_to(ladder, from_level, level_id):
        fitting = [piece for piece in newest if Showing(Shown.CRITERION, criterion.id) in piece.shows]
        asked = criterion.evidence
        since = shifted(on, _back(asked.horizon)) if asked else date.min
        recent = tuple(piece for piece in fitting if since <= piece.about_on <= on)
        older = tuple(piece for piece in fitting if piece.about_on < since)
        found.append(Proof(criterion, recent, older, asked.least if asked else 1))
    return tuple(found)


def _back(horizon: Offset) -> Offset:
    return Offset(-horizon.months, -horizon.days)


def _missing(
    ladder: Ladder, expectations: Sequence[Expectation], proofs: Sequence[Proof], counted: Sequence[Tally]
) -> tuple[str, ...]:
    """What is missing next: evidence first, since it takes longest, then what neither sees met, then the rest.

    Where the rule asks for some of the expectations only, it is said how many are missing, and from which to choose.
    """
    lacking = [_lacks(proof) for proof in proofs if not proof.shown]
    agreed = [one.competency.title for one in expectations if {one.own, one.manager} == {Met.NOT_MET}]
    apart = [one.competency.title for one in expectations if {one.own, one.manager} == {Met.MET, Met.NOT_MET}]
    some = "" if ladder.rule == "all" else ", and not every one is needed"
    told = [
        f"{words}{some}: {'; '.join(titles)}."
        for words, titles in (("Not yet met, as both see it", agreed), ("Seen differently by the two", apart))
        if titles
    ]
    return (*lacking, *_by_rule(ladder, counted), *told)


def _by_rule(ladder: Ladder, counted: Sequence[Tally]) -> tuple[str, ...]:
    """How much the ladder's rule still wants by each answer, where it counts and either is short of it."""
    if ladder.rule == "all" or ladder.minimum is None or not counted or all(one.reached for one in counted):
        return ()
    nouns = ("point", "points") if ladder.rule == "points" else ("expectation met", "expectations met")
    short = [max(0, ladder.minimum - (one.met if one.points is None else one.points)) for one in counted]
    own, manager = (f"{number} more {nouns[number != 1]}" if number else "nothing more" for number in short)
    return (f"By the rule of this ladder: {own} by the person's marks, {manager} by the manager's.",)


def _lacks(proof: Proof) -> str:
    more = proof.least - len(proof.recent)
    pieces = "one more piece" if more == 1 else f"{more} more pieces"
    return f"{pieces[0].upper()}{pieces[1:]} of recent evidence for: {proof.criterion.text}"
