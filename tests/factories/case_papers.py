"""Promotion packets for tests of documents: of the shipped role, with everything in them, bare, and very long."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

from app.domain.blueprint import canonical_json, digest
from app.domain.debrief import BlueprintStamp
from app.domain.growth.case import CaseOutcome, CaseParty, CaseState
from app.domain.growth.case_file import (
    Appealed,
    CaseFile,
    CaseHead,
    CaseRecord,
    CaseSigned,
    HireRecord,
    PeerWords,
    PromotionDocument,
    YearRecord,
    supports_of,
)
from app.domain.growth.casework import Ballot, CaseTexts, Feedback
from app.domain.growth.gap import gap_axis, gap_rows
from app.domain.growth.log import Visibility, Word
from app.domain.growth.mark import Mark, Standing
from app.domain.growth.readiness import criteria_to, readiness
from app.domain.growth.support import Cited, Said
from app.domain.onboarding.documents import Happening
from app.domain.onboarding.goal import EvidenceKind
from tests.factories import books, year_papers
from tests.factories.documents import COMPANY

ZONE = "Europe/Berlin"
PERSON, MANAGER, CHAIR, PEER, MEMBER = (
    "Ngozi Adichie-Halvorsen", "Łukasz Wiśniewski", "Ελένη Παπαδοπούλου", "Yuki Tanaka", "Sena Aydin",
)  # fmt: skip
BEGUN = datetime(2026, 9, 14, 8, 30, tzinfo=UTC)
HANDED_IN = datetime(2026, 10, 30, 15, tzinfo=UTC)
DECIDED = datetime(2026, 11, 18, 14, 5, tzinfo=UTC)
BLUEPRINT = books.shipped()
STAMP = BlueprintStamp("senior-ml-pm", BLUEPRINT.role.title, 3, digest(canonical_json(BLUEPRINT)))
AGAINST = "The pattern for rollbacks is used by two teams, and both were hers before. Pricing is a forecast so far."
BRIEF = (
    "In eighteen months two products went from a promise to a habit: alerts that buyers act on, and forecasts that "
    "planners stop to check.\n\nShe did not do it alone, and says so. What is hers is the order of the bets, and that "
    "two of them were stopped."
)
LONG = "The ranking service answered slowly when a shop had more than ten thousand articles, and nobody owned it. " * 12


def entry(named: str, about_on: date, **changes: object) -> Cited:
    """A piece that was cited, with a word from a peer."""
    plain = Cited(
        UUID(int=sum(map(ord, named))), EvidenceKind.TEXT, named, "From nine minutes to four, over two quarters.",
        about_on, "Finance checked the baseline.", said=(Said(PEER, Word.YES, "We still work this way."),),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def cited() -> dict[str, list[Cited]]:
    """Evidence for four of the five criteria: enough, too little, too old, closed; none for the fifth."""
    link = "https://wiki.harrow-vale.example/patterns/rollback?version=12#in-use"
    return {
        "business-impact": [
            entry("Alerts that buyers act on", date(2026, 8, 30)),
            entry("Forecasts in planning", date(2026, 2, 11), said=()),
        ],
        "reusable-patterns": [
            entry("Pattern for rollbacks", date(2026, 6, 2), kind=EvidenceKind.LINK, body=link),
            entry("Checklist of launches", date(2024, 6, 2), said=(Said(PEER, Word.PARTLY), Said(MEMBER, Word.NO))),
        ],
        "financial-ownership": [entry("Forecast of costs", date(2026, 9, 1), withdrawn=True)],
        "governance-leadership": [
            entry("Risk review", date(2026, 9, 2), title="", body="", visibility=Visibility.PRIVATE, said=())
        ],
    }


HEAD = CaseHead(
    case_id=UUID(int=1), person_id=UUID(int=2), person=PERSON, manager=MANAGER, asked_by=PERSON, stamp=STAMP,
    from_level="senior", to_level="principal", from_title="Senior Machine Learning Product Manager",
    to_title="Principal Machine Learning Product Manager", level_since=date(2024, 3, 1), state=CaseState.DECIDED,
    created_at=BEGUN, submitted_at=HANDED_IN, ended_at=DECIDED, cycle="Autumn 2026",
)  # fmt: skip


def ballots() -> tuple[Ballot, ...]:
    """Two for promoting, one against."""
    return (
        Ballot(UUID(int=5), CHAIR, CaseOutcome.PROMOTE, "Four quarters of impact, and bets that were stopped."),
        Ballot(UUID(int=6), MEMBER, CaseOutcome.NOT_YET, "I miss a pattern that another team chose for itself."),
        Ballot(UUID(int=7), "Farid Haddad", CaseOutcome.PROMOTE, "The order of the bets is hers."),
    )


def record(**changes: object) -> CaseRecord:
    """A promotion with one dissenting vote."""
    plain = CaseRecord(
        outcome=CaseOutcome.PROMOTE, day=date(2027, 1, 1), gaps=(), reasons="Impact over four quarters.",
        decided_by=CHAIR, decided_at=DECIDED, blueprint_sha256=STAMP.sha256, checkpoint="audit 42 " + "a" * 64,
        given=tuple(one.outcome for one in ballots()), ballots=ballots(),
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def peers() -> tuple[PeerWords, ...]:
    """One who wrote, one who did not answer, one who gave none."""
    words = Feedback(
        "In the outage of May, when the ranking answered nothing for an hour.",
        "She called both teams into one room and wrote down who decides what.",
        "We were back in an hour. We kept the sheet.",
    )
    at = BEGUN + timedelta(days=3)
    return (
        PeerWords(UUID(int=8), "Bogdan Petrov", at, None, declined=False),
        PeerWords(UUID(int=9), "Hedda Lund", at, at, declined=True),
        PeerWords(UUID(int=10), PEER, at, at + timedelta(days=6), declined=False, feedback=words),
    )


def case_file(**changes: object) -> CaseFile:
    """A decided case with everything in it."""
    ladder = BLUEPRINT.ladder
    assert ladder
    on = HANDED_IN.date()
    plain = CaseFile(
        head=HEAD, texts=CaseTexts(BRIEF, "Pricing with Finance; a second bet.", "Search needs one in spring."),
        against=AGAINST, against_by=MANAGER,
        supports=supports_of(criteria_to(ladder, "senior", "principal"), cited(), on), on=on,
        assessed=True, peers=peers(), record=record(),
        signatures=(CaseSigned(CaseParty.MANAGER, MANAGER, DECIDED + timedelta(hours=2)),),
        appeals=(Appealed("The checklist is in use by Search as well.", DECIDED + timedelta(days=1), PERSON),),
        history=history(),
    )  # fmt: skip
    return replace(_with_gaps(plain), **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def _with_gaps(file: CaseFile) -> CaseFile:
    own, manager = marks(1), marks(2)
    held = readiness(BLUEPRINT, "principal", from_level="senior", own=own, manager=manager, pieces=(), on=file.on)
    rows = gap_rows(held.expectations, own, manager)
    return replace(file, gaps=rows, axis=gap_axis([one.competency for one in held.expectations]))


def marks(step: int) -> list[Mark]:
    """A mark on each competency of the shipped role: the highest rung, the lowest, or nobody can tell, in turns."""
    found = []
    for place, one in enumerate(BLUEPRINT.competencies):
        if not one.rungs:
            continue
        turn = place * step % 5
        rung = one.rungs[-1 if turn < 3 else 0].id
        found.append(Mark(one.id, Standing.NOT_ENOUGH) if turn == 4 else Mark(one.id, Standing.MET, rung))
    return found


def history() -> tuple[Happening, ...]:
    """What happened, oldest first."""
    return (
        Happening(BEGUN, PERSON, "Case begun"),
        Happening(BEGUN + timedelta(days=2), MANAGER, "Case against written"),
        Happening(HANDED_IN, MANAGER, "Handed in"),
        Happening(DECIDED, CHAIR, "Decided: promote"),
        Happening(DECIDED + timedelta(days=1), PERSON, "Appeal added"),
    )


def packet(**changes: object) -> PromotionDocument:
    """The whole packet, as an HR partner may read it."""
    years = YearRecord(
        BLUEPRINT.role.title, MANAGER, date(2023, 3, 1), "Completed",
        (("First month", date(2023, 3, 31), date(2023, 3, 31)), ("First year", date(2024, 3, 1), None)),
    )  # fmt: skip
    hire = HireRecord("ML PM, Alerts", 1, "Hire", datetime(2023, 1, 20, 9, tzinfo=UTC), STAMP)
    plain = PromotionDocument(
        COMPANY, case_file(), BLUEPRINT, "an HR partner", year_papers.metrics(), (years,), (hire,),
        as_of=DECIDED + timedelta(days=1), zone=ZONE,
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]  # the fields' own types, by name


def bare() -> PromotionDocument:
    """A case on the day of its beginning: nothing is written, cited, asked or decided."""
    ladder = BLUEPRINT.ladder
    assert ladder
    on = BEGUN.date()
    head = replace(HEAD, state=CaseState.DRAFT, submitted_at=None, ended_at=None, cycle="", level_since=None)
    file = CaseFile(
        head=head, texts=CaseTexts(), against="", against_by="", on=on, history=history()[:1],
        supports=supports_of(criteria_to(ladder, "senior", "principal"), {}, on),
    )  # fmt: skip
    return PromotionDocument(COMPANY, file, BLUEPRINT, f"{PERSON}, whom the case is about", as_of=BEGUN, zone=ZONE)


def long_packet() -> PromotionDocument:
    """Texts of several pages wherever somebody can write."""
    ladder = BLUEPRINT.ladder
    assert ladder
    on = HANDED_IN.date()
    many = [entry("W" * 190, on - timedelta(days=day), body=LONG * 2, why=LONG[:480]) for day in range(9)]
    words = replace(peers()[2], feedback=Feedback(LONG, LONG, LONG))
    votes = tuple(replace(one, reason=LONG) for one in ballots())
    file = case_file(
        texts=CaseTexts(LONG * 2, LONG * 3, LONG), against=LONG * 3, peers=(words,) * 4,
        supports=supports_of(criteria_to(ladder, "senior", "principal"), {"business-impact": many}, on),
        record=record(reasons=LONG * 2, ballots=votes),
        history=tuple(replace(one, note=LONG) for one in history() * 6),
    )  # fmt: skip
    return packet(file=file)
