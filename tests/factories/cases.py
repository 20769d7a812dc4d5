"""Makes promotion cases for tests: a small ladder, a person with a manager and a log, a panel, and votes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from app.domain.blueprint import Blueprint
from app.domain.competency import Competency, Rung
from app.domain.entry import Entry
from app.domain.growth.calibration import CalibrationState
from app.domain.growth.case import CaseOutcome
from app.domain.growth.casework import CaseTexts, Verdict
from app.domain.growth.cycle import Answerer, CycleState
from app.domain.growth.log import Showing, Shown, Visibility
from app.domain.growth.mark import Standing
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion, RungNeeded
from app.domain.milestone import Offset
from app.domain.permission import Role
from app.models.assessment import Assessment, Cycle, ExpectationMark, Sheet
from app.models.calibration import Calibration, CalibrationItem, CalibrationMember, PreVote
from app.models.ladder import Placement, Reporting
from app.models.promotion import PromotionCase
from app.services import case_decisions, cases
from app.services.cases import Citation
from tests.factories.evidence import make_entry
from tests.factories.hiring import NOW, actor_of, make_blueprint_version, make_person, small_blueprint

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.models.blueprint import BlueprintVersion
    from app.models.evidence import LogEntry
    from app.models.person import Person

TODAY = date(2026, 11, 22)
SINCE = date(2024, 3, 1)
AGAINST = "Two of three results were more of the team than of her, and the second criterion rests on one piece alone."
REASONS = "The panel saw the impact on two products over four quarters, and the word of those who use it."
WHOLE = CaseTexts("She carried two products.", "Next: pricing.", "None at present.")


def case_blueprint(role: str = "product-manager") -> Blueprint:
    """Three competencies of two rungs, three levels on two tracks, and a step with three criteria."""
    rungs = tuple(Rung(one, (Entry(f"What a {one} does."),)) for one in ("senior", "principal"))
    names = (("judgment", "Judgment"), ("data", "Data literacy"), ("influence", "Influence"))
    competencies = tuple(Competency(key, title, "craft", rungs=rungs) for key, title in names)
    levels = (
        Level("senior", "Senior PM", "ic", 4),
        Level("principal", "Principal PM", "ic", 5),
        Level("group", "Group PM", "people", 5),
        Level("junior", "PM", "ic", 3),
    )
    requires = (
        *(RungNeeded("senior", key, "senior") for key, _ in names),
        *(RungNeeded("principal", key, "principal") for key, _ in names),
    )
    criteria = (
        Criterion("impact", "Shows impact over several quarters", ("judgment",), _asked(2, 18)),
        Criterion("reuse", "Defines patterns that others use", ("influence",), _asked(1, 12)),
        Criterion("money", "Owns the money side", ("data",), _asked(1, 12)),
    )
    ladder = Ladder(levels, requires, promotions=(Promotion("senior", ("principal", "group"), criteria),))
    return replace(small_blueprint(role=role), competencies=competencies, ladder=ladder)


def _asked(least: int, months: int) -> Evidence:
    return Evidence(f"At least {least} of these.", least, Offset(months=months))


@dataclass(frozen=True)
class CaseCast:
    """A person who may be promoted, and everybody around their case."""

    version: BlueprintVersion
    people: dict[str, Person]

    def __getitem__(self, name: str) -> Person:
        """Somebody by the part they have."""
        return self.people[name]

    @property
    def person(self) -> Person:
        """Whom the case is about."""
        return self.people["person"]

    @property
    def manager(self) -> Person:
        """Who leads them."""
        return self.people["manager"]


def make_case_cast(session: Session) -> CaseCast:
    """A Senior PM with a manager, HR, peers and four people who may sit in a panel; nothing has begun."""
    named = {
        "person": ("Noor Okafor", Role.EMPLOYEE), "manager": ("Mika Vance", Role.PEOPLE_MANAGER),
        "hr": ("Hana Vogel", Role.HR_PARTNER), "peer": ("Petra Lind", Role.EMPLOYEE),
        "other peer": ("Oskar Brandt", Role.EMPLOYEE), "chair": ("Chidi Eze", Role.PEOPLE_MANAGER),
        "first": ("Farid Amiri", Role.PEOPLE_MANAGER), "second": ("Sena Aydin", Role.PEOPLE_MANAGER),
        "stranger": ("Stina Strom", Role.PEOPLE_MANAGER),
    }  # fmt: skip
    people = {part: make_person(session, name, [role]) for part, (name, role) in named.items()}
    version = make_blueprint_version(session, case_blueprint(role=f"pm-{people['person'].id.hex[:8]}"))
    person, manager = people["person"], people["manager"]
    session.add(Reporting(person_id=person.id, manager_id=manager.id, team="Search"))
    session.add(
        Placement(
            person_id=person.id, role=version.role, level="senior", since=SINCE, reason="", recorded_at=NOW,
            recorded_by_id=people["hr"].id,
        )
    )  # fmt: skip
    session.flush()
    return CaseCast(version, people)


def make_assessment(session: Session, cast: CaseCast, *, sealed: bool = True) -> Assessment:
    """An assessment of the person on the cast's blueprint; the manager's side is sealed only where ``sealed``."""
    cycle = Cycle(
        title="Autumn 2026", blueprint_version_id=cast.version.id, state=CycleState.CLOSED, due_on=TODAY,
        opened_at=NOW, opened_by_id=cast["hr"].id,
    )  # fmt: skip
    session.add(cycle)
    session.flush()
    row = Assessment(
        cycle_id=cycle.id, person_id=cast.person.id, manager_id=cast.manager.id, current_level="senior",
        target_level="principal", due_on=TODAY,
    )  # fmt: skip
    session.add(row)
    session.flush()
    sides = {Answerer.SELF: (cast.person, "principal"), Answerer.MANAGER: (cast.manager, "senior")}
    for answerer, (author, rung) in sides.items():
        _sheet(session, row, answerer, author, rung, sealed=sealed or answerer is Answerer.SELF)
    return row


def _sheet(
    session: Session, assessment: Assessment, answerer: Answerer, author: Person, rung: str, *, sealed: bool
) -> None:
    sheet = Sheet(assessment_id=assessment.id, answerer=answerer, author_id=author.id, asked_at=NOW)
    session.add(sheet)
    session.flush()
    marks = (
        ("judgment", Standing.MET, rung),
        ("data", Standing.MET, "principal"),
        ("influence", Standing.NOT_ENOUGH, ""),
    )
    session.add_all(ExpectationMark(sheet_id=sheet.id, competency=one, standing=how, rung=at) for one, how, at in marks)
    session.flush()
    sheet.sealed_at = NOW if sealed else None
    session.flush()


def make_case(session: Session, cast: CaseCast, *, by: str = "person") -> PromotionCase:
    """A case for Principal, begun by the person or the manager."""
    case_id = cases.ask_for(session, actor_of(cast[by]), cast.person.id, "principal", today=TODAY, now=NOW)
    return session.get_one(PromotionCase, case_id)


def log_entry(session: Session, cast: CaseCast, title: str = "Cut the waiting time", **changes: Any) -> LogEntry:  # noqa: ANN401  any column
    """An entry of the person that those who judge a case may read."""
    shows = Showing(Shown.CRITERION, "impact")
    return make_entry(session, cast.person, shows, title=title, **{"visibility": Visibility.CASE, **changes})


def cite(session: Session, cast: CaseCast, case: PromotionCase, criterion: str, entry: LogEntry) -> None:
    """Let the person cite an entry."""
    cases.cite(session, actor_of(cast.person), case.id, Citation(criterion, entry.id, "Finance checked it."), now=NOW)


def fill(session: Session, cast: CaseCast, case: PromotionCase) -> None:
    """Write everything that a case needs, and cite two pieces for its first criterion; the others stay empty."""
    manager = actor_of(cast.manager)
    cases.write(session, actor_of(cast.person), case.id, WHOLE, version=case.version, now=NOW)
    cases.argue_against(session, manager, case.id, AGAINST, version=case.version, now=NOW)
    for title, day in (("Cut the waiting time", date(2026, 10, 1)), ("Two launches", date(2026, 4, 1))):
        cite(session, cast, case, "impact", log_entry(session, cast, title, about_on=day))


def hand_in(session: Session, cast: CaseCast, case: PromotionCase) -> None:
    """Fill a case and hand it in."""
    fill(session, cast, case)
    cases.hand_in(session, actor_of(cast.manager), case.id, version=case.version, now=NOW)


def seat(
    session: Session, cast: CaseCast, case: PromotionCase, state: CalibrationState = CalibrationState.LOCKED
) -> CalibrationItem:
    """Put a case before a calibration of the chair and two members."""
    chair = cast["chair"]
    panel = Calibration(
        title="Autumn", chair_id=chair.id, state=state, minutes_each=10, created_at=NOW, created_by_id=cast["hr"].id,
        locked_at=NOW if state is CalibrationState.LOCKED else None,
    )  # fmt: skip
    session.add(panel)
    session.flush()
    item = CalibrationItem(calibration_id=panel.id, position=1, case_id=case.id)
    session.add(item)
    members = (chair, cast["first"], cast["second"])
    session.add_all(CalibrationMember(calibration_id=panel.id, person_id=one.id) for one in members)
    session.flush()
    return item


VOTES = (CaseOutcome.PROMOTE, CaseOutcome.PROMOTE, CaseOutcome.NOT_YET)


def vote(session: Session, cast: CaseCast, item: CalibrationItem, outcomes: Sequence[CaseOutcome] = VOTES) -> None:
    """Seal votes of the chair, the first and the second member, in this order."""
    voters = (cast["chair"], cast["first"], cast["second"])
    for voter, outcome in zip(voters, outcomes, strict=False):
        row = PreVote(
            item_id=item.id, member_id=voter.id, value=outcome.value, reason=f"{voter.name} weighed it.", saved_at=NOW
        )
        session.add(row)
        session.flush()
        row.sealed_at = NOW
    session.flush()


def make_decided(
    session: Session,
    cast: CaseCast,
    outcome: CaseOutcome = CaseOutcome.PROMOTE,
    **changes: Any,  # noqa: ANN401  any field
) -> PromotionCase:
    """A case that was handed in, voted on and decided a week ahead."""
    case = make_case(session, cast)
    hand_in(session, cast, case)
    vote(session, cast, seat(session, cast, case))
    decide(session, cast, case, outcome, **changes)
    return case


def decide(session: Session, cast: CaseCast, case: PromotionCase, outcome: CaseOutcome, **changes: Any) -> UUID:  # noqa: ANN401  any field
    """Let the chair decide, with what the outcome asks for."""
    day = None if outcome is CaseOutcome.NOT_YET else TODAY + timedelta(days=9)
    gaps = ("money",) if outcome is CaseOutcome.NOT_YET else ()
    verdict = replace(Verdict(outcome, REASONS, day, gaps), **changes)
    return case_decisions.decide(
        session, actor_of(cast["chair"]), case.id, verdict, version=case.version, today=TODAY, now=NOW
    )
