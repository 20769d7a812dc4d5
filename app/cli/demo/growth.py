"""Reads how the demo's story goes on the ladder: levels, cycles, what people gathered, and how cases went.

A day without a time is counted in days from today and moved to the working day before where it is none.
"""

from __future__ import annotations

from pydantic import Field

from app.cli.demo.story import PAGES, Told, page, prose
from app.domain.growth.calibration import ChangeReason
from app.domain.growth.case import CaseOutcome
from app.domain.growth.log import Showing, Shown, Visibility, Word
from app.domain.growth.mark import Mark, Standing

CLIMBERS = ("marit", "tendai", "camille", "arjun", "yuki", "soraya")
_FOLDER = PAGES / "growth"


class PlacedStory(Told):
    """Somebody's level and line of reporting, and when HR entered both."""

    person: str
    manager: str
    team: str
    at: str
    since: int
    level: str = "senior"


class CycleStory(Told):
    """A round of assessments; without ``closed`` it is open."""

    key: str
    opened: str
    due: int
    closed: str | None = None


class MarksStory(Told):
    """One side's answers: sealed, or a draft. Whatever the level asks for and nobody names here is at ``rest``.

    ``below`` and ``notes`` map a competency to words, ``behind`` to the keys of entries; ``unclear`` lists competencies
    with not enough evidence, and ``left`` those without an answer.
    """

    at: str
    sealed: bool = True
    current: str = ""
    target: str = ""
    rest: str = "senior"
    principal: tuple[str, ...] = ()
    below: dict[str, str] = Field(default_factory=dict)
    unclear: tuple[str, ...] = ()
    left: tuple[str, ...] = ()
    notes: dict[str, str] = Field(default_factory=dict)
    behind: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    words: str = ""

    def marks(self, asked: tuple[str, ...]) -> tuple[Mark, ...]:
        """The marks, given the competencies that the level asks for."""
        named: dict[str, tuple[Standing, str | None]] = dict.fromkeys(self.principal, (Standing.MET, "principal"))
        named |= dict.fromkeys(self.below, (Standing.BELOW, None))
        named |= dict.fromkeys(self.unclear, (Standing.NOT_ENOUGH, None))
        rest: dict[str, tuple[Standing, str | None]] = {}
        if self.rest:
            rest = dict.fromkeys(asked, (Standing.MET, self.rest))
        said = {name: mark for name, mark in (rest | named).items() if name not in self.left}
        words = self.notes | self.below
        return tuple(Mark(name, *mark, note=prose(words.get(name, ""))) for name, mark in said.items())


class PeerStory(Told):
    """Somebody who was asked how they see a colleague, and what they answered, if they did."""

    by: str
    asked: str
    marks: MarksStory | None = None


class AgreedStory(Told):
    """What the manager wrote down after the two had talked."""

    at: str
    text: str


class RoundStory(Told):
    """One person's part in a cycle; whoever has not begun is left out."""

    cycle: str
    own: MarksStory | None = None
    manager: MarksStory | None = None
    peers: tuple[PeerStory, ...] = ()
    agreed: AgreedStory | None = None


class WitnessStory(Told):
    """Somebody who was asked whether an entry is so, and what they said, if they did."""

    by: str
    asked: str
    at: str = ""
    word: Word | None = None
    words: str = ""


class EntryStory(Told):
    """An entry of an evidence log; a name of what it shows that begins with ``=`` is a criterion's."""

    key: str
    at: str
    about: int
    title: str
    link: str = ""
    text: str = ""
    shows: tuple[str, ...] = ()
    visibility: Visibility = Visibility.CASE
    witnesses: tuple[WitnessStory, ...] = ()

    def showings(self) -> frozenset[Showing]:
        """What it shows."""
        kinds = {True: Shown.CRITERION, False: Shown.COMPETENCY}
        return frozenset(Showing(kinds[name.startswith("=")], name.removeprefix("=")) for name in self.shows)


class GivenStory(Told):
    """A colleague who was asked for feedback on a case, and what they gave, if they did."""

    by: str
    asked: str
    at: str = ""
    situation: str = ""
    behaviour: str = ""
    impact: str = ""


class VerdictStory(Told):
    """How a case ended, on which day it counts, and who signed when."""

    at: str
    outcome: CaseOutcome
    day: int | None = None
    reasons: str
    gaps: tuple[str, ...] = ()
    signed: dict[str, str] = Field(default_factory=dict)


class CaseStory(Told):
    """A promotion case; ``cited`` maps a criterion to entries, each with why."""

    by: str
    at: str
    to: str
    written: str = ""
    brief: str = ""
    development: str = ""
    need: str = ""
    cited: dict[str, dict[str, str]] = Field(default_factory=dict)
    against: AgreedStory | None = None
    feedback: tuple[GivenStory, ...] = ()
    handed_in: str = ""
    verdict: VerdictStory | None = None


class ClimberStory(Told):
    """One PM: what they gathered, their part in the cycles, and their case, if there is one."""

    key: str
    manager: str
    rounds: tuple[RoundStory, ...] = ()
    entries: tuple[EntryStory, ...] = ()
    case: CaseStory | None = None


class BallotStory(Told):
    """A member's sealed vote on somebody's case."""

    by: str
    whose: str
    at: str
    value: str
    reason: str


class ChangedStory(Told):
    """A vote that a member changed in the session."""

    by: str
    whose: str
    at: str
    after: str
    why: ChangeReason
    words: str


class SettledStory(Told):
    """What the session settled on, and what the manager is told."""

    whose: str
    called: str
    at: str
    agreed: str
    words: str
    told: str


class SessionStory(Told):
    """A calibration. ``cases`` and ``ratings`` name people: by their case, and by their part in the cycle ``rated``."""

    key: str
    title: str
    chair: str
    members: tuple[str, ...]
    minutes: int
    made: str
    cases: tuple[str, ...] = ()
    ratings: tuple[str, ...] = ()
    rated: str = ""
    voting: str = ""
    ballots: tuple[BallotStory, ...] = ()
    opened: str = ""
    changed: tuple[ChangedStory, ...] = ()
    settled: tuple[SettledStory, ...] = ()
    locked: str = ""


class LadderStory(Told):
    """Everything that is not one person's: levels, cycles and calibrations."""

    placed: tuple[PlacedStory, ...]
    cycles: tuple[CycleStory, ...]
    sessions: tuple[SessionStory, ...]


def ladder() -> LadderStory:
    """Levels, cycles and calibrations."""
    return LadderStory.model_validate(page(_FOLDER / "company.yaml"))


def climbers() -> tuple[ClimberStory, ...]:
    """The six PMs, in the order in which their pages are read."""
    return tuple(ClimberStory.model_validate(page(_FOLDER / f"{key}.yaml")) for key in CLIMBERS)
