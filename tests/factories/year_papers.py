"""Printed documents of a first year, with data like a real one's: long notes, many scripts, gaps, leave, holidays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from app.domain.documents import PlanDocument, ReviewDocument, YearDocument
from app.domain.milestone import Calendar, Offset
from app.domain.onboarding.checkin import Against, Answers, differences
from app.domain.onboarding.documents import (
    Agreed,
    Compared,
    Happening,
    Piece,
    PrintedGoal,
    PrintedMetric,
    PrintedMilestone,
    PrintedReading,
    Signed,
    YearHead,
)
from app.domain.onboarding.due import Leave, WorkingDays, due
from app.domain.onboarding.goal import EvidenceKind, GoalState
from app.domain.onboarding.plan import PartyName, PlanState, Schedule, review_opens
from app.domain.onboarding.reading import Aim
from app.services.plans import goal_text
from tests.factories import books
from tests.factories.documents import COMPANY, STAMP

ZONE = "Europe/Berlin"
HIRE, MANAGER, BUDDY = "Ngozi Adichie-Halvorsen", "Łukasz Wiśniewski", "Ελένη Παπαδοπούλου"
START = date(2026, 8, 3)
BEGUN = datetime(2026, 7, 20, 9, tzinfo=UTC)
SIGNED = datetime(2026, 11, 4, 15, 30, tzinfo=UTC)
LONG = "The ranking service answers slowly when a shop has more than ten thousand articles, and nobody owns it. " * 12
HOLIDAYS = ((date(2026, 10, 3), "Day of German Unity"), (date(2027, 2, 8), "Shrove Monday"))
SCHEDULE = Schedule(
    START,
    Calendar(days="calendar", roll="forward", extend_for_leave=True),
    WorkingDays(
        holidays=frozenset(day for day, _ in HOLIDAYS),
        leave=(Leave(date(2026, 10, 12), date(2026, 10, 16)), Leave(date(2026, 12, 28), date(2027, 1, 1))),
    ),
)
HEAD = YearHead(HIRE, MANAGER, BUDDY, "Senior ML Product Manager", STAMP, START, ZONE, PlanState.ACTIVE, BEGUN)


def piece(kind: EvidenceKind = EvidenceKind.LINK, title: str = "Map of stakeholders", body: str = "") -> Piece:
    """A piece of evidence of the first weeks."""
    link = "https://wiki.harrow-vale.example/teams/forecasting/onboarding/map-of-stakeholders?version=12#confirmed"
    said = body or {"link": link, "text": "Twelve people, drawn with who decides what.\nConfirmed by each."}.get(
        kind, ""
    )
    size = 2_345_678 if kind is EvidenceKind.FILE else 0
    return Piece(kind, title, said, size, date(2026, 8, 28), datetime(2026, 8, 30, 8, tzinfo=UTC), HIRE)


def goal(text: str, state: GoalState = GoalState.NOT_STARTED, **changes: object) -> PrintedGoal:
    """A goal of the hire that the manager signs."""
    plain = PrintedGoal(text, HIRE, MANAGER, state, datetime(2026, 9, 1, 7, 15, tzinfo=UTC))
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def _shipped() -> tuple[PrintedMilestone, ...]:
    """The shipped role's milestones, untouched."""
    onboarding = books.shipped().onboarding
    assert onboarding
    parts = []
    for one in onboarding.milestones:
        day = due(START, one.offset, SCHEDULE.calendar, SCHEDULE.days)
        parts.append(
            PrintedMilestone(
                title=one.title,
                offset=one.offset,
                due_on=day,
                opens_on=review_opens(day, one.review_opens),
                proof=tuple(entry.text for entry in one.evidence),
                goals=tuple(goal(goal_text(entry)) for entry in one.goals),
                sign_off=tuple(PartyName(party) for party in one.sign_off),
            )
        )
    return tuple(parts)


def signed_milestone() -> PrintedMilestone:
    """The first month: every goal settled, evidence of each kind, both signatures."""
    first = _shipped()[0]
    goals = (
        replace(
            first.goals[0],
            state=GoalState.SIGNED_OFF,
            evidence=(
                piece(),
                piece(EvidenceKind.TEXT, "What the team said"),
                piece(EvidenceKind.FILE, "overview.pdf"),
            ),
        ),
        replace(first.goals[1], state=GoalState.SIGNED_OFF, evidence=(piece(title="Review of incidents"),)),
        replace(first.goals[2], state=GoalState.WAIVED, reason="The quick wins were taken before she came."),
        replace(
            first.goals[3],
            text="Set up the scorecard for the alerts alone",
            asked=first.goals[3].text,
            state=GoalState.SIGNED_OFF,
            evidence=(piece(EvidenceKind.TEXT, "Scorecard with baselines"),),
        ),
    )
    signatures = (
        Signed(PartyName.HIRE, HIRE, SIGNED - timedelta(days=1)),
        Signed(PartyName.MANAGER, MANAGER, SIGNED),
    )
    return replace(first, goals=goals, signatures=signatures, settled=True)


def blocked_milestone() -> PrintedMilestone:
    """The second month: one goal blocked, one returned, one submitted, one begun; the hire's goal is the buddy's."""
    second = _shipped()[1]
    goals = (
        replace(
            second.goals[0],
            state=GoalState.BLOCKED,
            blocked_by="No access to the warehouse yet.",
            waits_for="Yuki Tanaka",
        ),
        replace(
            second.goals[1], state=GoalState.RETURNED, reason="The second epic has no measure.", evidence=(piece(),)
        ),
        replace(second.goals[2], state=GoalState.SUBMITTED, evidence=(piece(title="Rhythm of experiments"),)),
        replace(second.goals[3], state=GoalState.IN_PROGRESS, owner=BUDDY),
    )
    return replace(second, goals=goals, pinned=date(2026, 10, 9), due_on=date(2026, 10, 9))


def year_milestones() -> tuple[PrintedMilestone, ...]:
    """Signed, blocked, and three to come."""
    return (signed_milestone(), blocked_milestone(), *_shipped()[2:])


def plan_document(**changes: object) -> PlanDocument:
    """A plan that has not begun."""
    plain = PlanDocument(COMPANY, HEAD, SCHEDULE, _shipped(), HOLIDAYS, as_of=SIGNED, zone=ZONE)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def compared(**changes: object) -> Compared:
    """Answers that differ in one thing by two steps, in another by one, and agree in the rest."""
    hire = Answers(
        4, Against.MET, "I know whom to ask.", "Access takes weeks.\n\nSo the map has a gap.", (("a", Against.MET),)
    )
    manager = Answers(
        2, Against.PARTLY, "She asks before she builds.", "", (("a", Against.MET), ("b", Against.CANNOT_TELL))
    )
    asked = (("a", "Gain a working understanding"), ("b", "Find 2\N{EN DASH}3 opportunities"))
    plain = Compared(
        hire,
        manager,
        SIGNED - timedelta(days=2),
        differences(hire, manager, asked),
        (Agreed("The gap is closed by the end of the month; Łukasz asks for access.", SIGNED, MANAGER),),
    )
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def metrics() -> tuple[PrintedMetric, ...]:
    """One with a band and readings, a guardrail that is breached, and one without any reading."""
    held = books.shipped().metrics
    assert held
    rising = [("0.71", ""), ("0.74", "After the new labels"), ("0.73", ""), ("0.79", ""), ("0.83", "Two shops only")]
    falling = [("1.8", ""), ("2.4", "A spike on launch day")]
    guardrail = next(one for one in held.metrics if one.guardrail)
    plain = [one for one in held.metrics if not one.guardrail]
    return (
        PrintedMetric(
            plain[0], "Alerts", Aim(Decimal("0.70"), Decimal("0.80"), Decimal("0.90"), "up"), _readings(rising)
        ),
        PrintedMetric(guardrail, "", Aim(Decimal("1.9"), None, Decimal(2), "down", guardrail=True), _readings(falling)),
        PrintedMetric(plain[1], "", Aim(direction="up"), ()),
    )


def _readings(values: list[tuple[str, str]]) -> tuple[PrintedReading, ...]:
    weeks = (date(2026, 8, 17) + timedelta(weeks=2 * place) for place in range(len(values)))
    return tuple(
        PrintedReading(day, Decimal(value), HIRE, note) for day, (value, note) in zip(weeks, values, strict=False)
    )


def history() -> tuple[Happening, ...]:
    """What happened, oldest first."""
    about = "Gain a working understanding of"
    return (
        Happening(BEGUN, "Hana Vogel", "Plan begun"),
        Happening(BEGUN + timedelta(days=20), HIRE, "Started", about),
        Happening(BEGUN + timedelta(days=30), HIRE, "Blocked", about, "No access yet.\nWaits for Yuki Tanaka."),
        Happening(SIGNED - timedelta(days=3), HIRE, "Submitted for sign-off", about, "See the map."),
        Happening(SIGNED, MANAGER, "Signed off", about),
    )


def review_document(**changes: object) -> ReviewDocument:
    """The review of the first month, for one of the two who answered."""
    plain = ReviewDocument(
        COMPANY, HEAD, signed_milestone(), pair=True, compared=compared(), metrics=metrics(), history=history(),
        as_of=SIGNED, zone=ZONE,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def long_review() -> ReviewDocument:
    """Texts of several pages wherever somebody can write."""
    texts = compared(
        hire=Answers(3, Against.MET, LONG * 2, LONG, ()),
        agreed=(Agreed(LONG, SIGNED, MANAGER), Agreed(LONG, BEGUN, MANAGER)),
    )
    first = goal("A" * 300 + " " + LONG[:180], GoalState.BLOCKED, blocked_by=LONG, waits_for=MANAGER)
    many = goal(
        "Show much", GoalState.RETURNED, reason=LONG, evidence=(piece(EvidenceKind.TEXT, "W" * 200, LONG * 3),) * 9
    )
    part = replace(signed_milestone(), goals=(first, many), signatures=(), settled=False)
    told = tuple(replace(one, note=LONG) for one in history() * 3)
    return review_document(milestone=part, compared=texts, history=told)


def year_document(**changes: object) -> YearDocument:
    """A year with one milestone signed, one blocked, and three to come."""
    plain = YearDocument(COMPANY, HEAD, year_milestones(), metrics(), history(), as_of=SIGNED, zone=ZONE)
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def closed_head() -> YearHead:
    """The same plan after the person has left."""
    return replace(HEAD, buddy="", state=PlanState.CLOSED, ended_on=date(2026, 11, 20), end_reason="Moved to Lisbon.")


def bare_milestone() -> PrintedMilestone:
    """A milestone of nothing but a date."""
    return PrintedMilestone("First day", Offset(), START, START, (), (), ())
