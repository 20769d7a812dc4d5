"""Documents with data like a real committee's: long notes, long names, many scripts, gaps and corrections."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from uuid import UUID

from app.analysis import answering
from app.domain.blueprint import Anchor, Dimension, Scale, ScalePoint, Scorecard, Signal
from app.domain.card import CardContent, DimensionRating, Recommendation
from app.domain.certainty import Candidate, Ground, Spread, Standing, question_of
from app.domain.comparison import Column, Comparison
from app.domain.debrief import BlueprintStamp, Debrief, Duty, VisibleCard, rows_of, score_of, tally, weights_of
from app.domain.decision import DecisionRecord, Outcome, VoteRecord
from app.domain.documents import ComparisonDocument, DecisionDocument, PacketDocument, ScorecardDocument
from app.domain.kept import KeptSummary
from app.domain.panel_trust import PanelTrust
from app.domain.sealed import SealedRating, SealedSet

COMPANY = "Harrow & Vale Analytics"
REQUISITION = "Senior ML Product Manager, Forecasting"
MONDAY = datetime(2026, 11, 9, 13, 5, tzinfo=UTC)
CHECKPOINT = "plumbline-audit/v1 00000000-0000-4000-8000-0000000000a1 4182 " + "05ed4f9279415c45" * 4
PRIVATE = "PRIVATE-NOTE-MUST-NOT-BE-PRINTED"
STAMP = BlueprintStamp("senior-ml-pm", "Senior ML Product Manager", 3, "a1b2c3d4e5f60718" * 4)

_DIMENSIONS = (
    (
        "ml-product-strategy",
        "ML Product Strategy",
        15,
        "a product bet tied to a customer problem that a model can move",
    ),
    (
        "technical-fluency",
        "Technical Fluency (ML/Data/MLOps)",
        15,
        "how data, model and serving limits shape the product",
    ),
    ("metrics-experimentation", "Metrics & Experimentation", 15, "a measure chosen before the launch, and a fair test"),
    ("execution-delivery", "Execution & Delivery", 15, "dates kept, scope cut in the open, dependencies named early"),
    ("customer-empathy", "Customer Empathy & UX for Uncertainty", 10, "what people do when the model is wrong"),
    ("responsible-ai", "Responsible AI & Governance", 10, "who could be harmed, how it is noticed and who may stop it"),
    ("stakeholder-leadership", "Stakeholder Leadership", 15, "disagreement turned into a decision that holds"),
    ("commercial-acumen", "Commercial Acumen", 5, "what it costs to run, and who pays for being wrong"),
)
_LEVELS = (
    (1, "Far below", "Talks around {}; no example even when asked twice."),
    (2, "Below", "Names {} but the example belongs to somebody else or stops at the plan."),
    (3, "Meets bar", "Shows {} in one full example with own part, result and what was learned."),
    (4, "Above", "Shows {} in two settings and says what was given up for it."),
    (5, "Far above", "Shows {} repeatedly, changed how others work, and knows where the approach fails."),
)
_SIGNALS = (
    ("asks-for-baseline", "strong", "Asks for the baseline before talking about the model"),
    ("kills-own-idea", "strong", "Tells of an idea of their own that they stopped, with the number that decided it"),
    ("names-the-loser", "strong", "Says who is worse off when the model errs"),
    ("metrics-after", "weak", "Picks the success measure after seeing the result"),
    ("we-everywhere", "weak", "Cannot separate own part from the team's"),
    ("blames-data-team", "red_flag", "Blames the data team for a launch that failed and stays there when asked again"),
)
_NOTES = (
    (
        "Opened with the churn model at her last company: she wrote down, before any work began, that a lift "
        "under 1.5 points would not pay for the on-call load. It came in at 0.9 and she stopped it in the "
        "fourth week.\n\n"
        "When I asked what the team thought, she named two people who disagreed and what they had argued."
    ),
    (
        "Gave the example of the ranking service. Knew the latency budget (120 ms at p95), why the feature "
        "store could not keep to it, and what they dropped. Less sure on retraining: “the platform team did "
        "that”."
    ),
    (
        "Solid on the case: chose a guardrail first (complaints per thousand forecasts), then the lift. "
        "Sample-size reasoning was done aloud and right to within a factor of two."
    ),
    (
        "Two launches described, both late by a quarter. Was open about the second: a vendor contract that "
        "nobody owned. I would have liked to hear what changed in how she plans since."
    ),
    (
        "Drew the screen with three states: sure, unsure, and “we do not know, ask a person”. Had watched "
        "eleven people use it."
    ),
    "Only touched on it. Mentioned a review board but could not say what it had ever stopped.",
)


def scorecard() -> Scorecard:
    """Eight dimensions on five points, weights as in the shipped blueprint."""
    dimensions = tuple(
        Dimension(
            id_,
            title,
            weight,
            must=id_ in {"technical-fluency", "stakeholder-leadership"},
            anchors=tuple(Anchor(value, text.format(what), "house") for value, _, text in _LEVELS),
        )
        for id_, title, weight, what in _DIMENSIONS
    )
    scale = Scale(tuple(ScalePoint(value, title) for value, title, _ in _LEVELS), meets=3)
    signals = tuple(Signal(id_, kind, text) for id_, kind, text in _SIGNALS)  # type: ignore[arg-type]  # words of a closed list
    return Scorecard("senior-ml-pm", "3", scale, dimensions, signals=signals)


MUSTS = ("technical-fluency", "stakeholder-leadership")
INTERVIEWERS = (
    ("Łukasz Wiśniewski", "Hiring manager", Recommendation.YES, (4, 3, 4, 3, 4, None, 4, 3)),
    ("Nguyễn Thị Minh Khai", "Case study", Recommendation.STRONG_YES, (5, 4, 5, 3, 5, 0, 4, 4)),
    ("Ελένη Παπαδοπούλου", "Technical depth", Recommendation.NO, (2, 2, 3, 3, 0, 0, 3, 0)),
    (
        "Maximiliane-Theodora von Hohenzollern-Sigmaringen",
        "Cross-functional",
        Recommendation.YES,
        (3, 0, 4, 2, 4, 0, 5, None),
    ),
    ("Chidi Okonkwo", "Bar raiser", Recommendation.YES, (4, 3, 3, 4, 0, 0, 4, 3)),
    ("Sólveig Ásgeirsdóttir", "Customer conversation", Recommendation.STRONG_YES, (4, 0, 0, 0, 5, None, 4, 3)),
)


def uid(number: int) -> UUID:
    """A stable identifier."""
    return UUID(int=number, version=4)


def card(place: int, values: Sequence[int | None], *, notes: bool = True, long: bool = False) -> VisibleCard:
    """One sealed card; in ``values`` 0 stands for *not assessed* and ``None`` for a dimension that was not touched."""
    who, interview, recommendation, _ = INTERVIEWERS[place]
    ratings = tuple(
        DimensionRating(id_, value or None, _note(place + number, value, notes=notes, long=long))
        for number, ((id_, *_), value) in enumerate(zip(_DIMENSIONS, values, strict=True))
        if value is not None
    )
    content = CardContent(
        ratings,
        signals=tuple(s for n, (s, *_) in enumerate(_SIGNALS[:5]) if (n + place) % 3 == 0),
        recommendation=recommendation,
        summary="I would work with this person. The open question is depth on retraining and monitoring: "
        "ask for the last model that went stale and how anybody noticed."
        if notes
        else "",
        private_note=PRIVATE,
    )
    return VisibleCard(
        card_id=uid(100 + place),
        application_id=uid(1),
        interviewer_id=uid(200 + place),
        interviewer=who,
        interview=interview,
        revision=1,
        sealed_at=MONDAY + timedelta(hours=5 * place),
        after_reveal=False,
        counted=True,
        content=content,
    )


def cards(count: int, *, long: bool = False) -> tuple[VisibleCard, ...]:
    """The first ``count`` interviewers' cards."""
    return tuple(card(place, INTERVIEWERS[place][3], long=long) for place in range(count))


def debrief(
    sealed: Sequence[VisibleCard],
    *,
    candidate: str = "Anneliese Oyelaran-Fitzgerald",
    later: Sequence[VisibleCard] = (),
    missing: Sequence[Duty] = (),
) -> Debrief:
    """A debrief made by the program's own rules from these cards."""
    form = scorecard()
    return Debrief(
        application_id=uid(1),
        requisition_id=uid(2),
        requisition=REQUISITION,
        candidate=candidate,
        blueprint=STAMP,
        scorecard=form,
        cards=tuple(sealed),
        later_revisions=tuple(later),
        rows=rows_of(form, sealed, MUSTS),
        score=score_of(form, sealed, MUSTS),
        signals=tally(form, sealed),
        missing=tuple(missing),
        opened_at=MONDAY + timedelta(days=3),
        opened_by="Ruth Adeyemi-Castellanos",
    )


def revised(original: VisibleCard) -> VisibleCard:
    """A later revision of a card, made after the others had been seen."""
    content = replace(original.content, ratings=(DimensionRating("execution-delivery", 4, _NOTES[3]),))
    reason = "I had confused two launches; the debrief cleared up which one was late."
    at = original.sealed_at + timedelta(days=4)
    return replace(original, revision=2, sealed_at=at, after_reveal=True, counted=False, content=content, reason=reason)


def decision(**changes: object) -> DecisionRecord:
    """A recorded hire against one member's vote."""
    votes = (
        VoteRecord(
            uid(301), "Ruth Adeyemi-Castellanos", Outcome.HIRE, "Strategy and experimentation are above our bar."
        ),
        VoteRecord(uid(302), "Łukasz Wiśniewski", Outcome.HIRE, "Would raise how the team chooses measures."),
        VoteRecord(
            uid(303),
            "Ελένη Παπαδοπούλου",
            Outcome.HOLD,
            "Technical depth rests on two cards that disagree. I would ask for one more conversation about monitoring "
            "before we offer; nothing I heard makes me say no.",
        ),
    )
    record = DecisionRecord(
        decision_id=uid(400),
        application_id=uid(1),
        requisition_id=uid(2),
        requisition=REQUISITION,
        candidate="Anneliese Oyelaran-Fitzgerald",
        number=1,
        outcome=Outcome.HIRE,
        reasons="Evidence on strategy, experimentation and leadership is strong, consistent and specific.\n\n"
        "The doubt on retraining is real and will be a goal of the first ninety days.",
        departure_reason="One candidate stands ahead by 0.1, within what the panel disagreed about; that candidate has "
        "no sealed evidence on stakeholder leadership under pressure, which this team needs first.",
        corrects=None,
        corrected_by=None,
        correction_reason="",
        decided_by="Ruth Adeyemi-Castellanos",
        decided_at=MONDAY + timedelta(days=4, hours=2),
        composite=Fraction(18, 5),
        coverage=Fraction(9, 10),
        votes=votes,
        blueprint=STAMP,
        checkpoint=CHECKPOINT,
        absences="Tomás Ribeiro was on leave from 2 November and had no way to read the packet.",
        analysis=KeptSummary(
            uid(401), "comparison 2", "5e0f" * 16, 0, "Python 3.11.7, numpy 2.4.6",
            Standing(uid(1).hex, 5, Fraction(18, 5), Fraction(9, 10), 3.1, 4.1, 1),
            Spread(0.4, 0.1, 0.3, 0.7, "pooled", 62, 5), None,
        ),
    )  # fmt: skip
    return replace(record, **changes)  # type: ignore[arg-type]  # fields by name


def scorecard_document(*, place: int = 1, long: bool = False, **changes: object) -> ScorecardDocument:
    """One card on paper."""
    sealed = card(place, INTERVIEWERS[place][3], long=long)
    document = ScorecardDocument(
        COMPANY,
        REQUISITION,
        "Anneliese Oyelaran-Fitzgerald",
        STAMP,
        scorecard(),
        sealed,
        focus=("ml-product-strategy", "metrics-experimentation", "customer-empathy"),
        zone="Europe/Berlin",
    )
    return replace(document, **changes)  # type: ignore[arg-type]  # fields by name


def packet_document(count: int = 5, *, decided: bool = True, long: bool = False) -> PacketDocument:
    """A packet of ``count`` cards with a later revision, a missing card and, if asked for, a decision."""
    sealed = cards(count, long=long)
    missing = (
        Duty("Tomás Ribeiro", "Peer conversation", "owed"),
        Duty("Yuki Tanaka", "Culture of experiments", "released", "Was ill; the conversation did not take place."),
    )
    later = (revised(sealed[0]),) if sealed else ()
    body = debrief(sealed, later=later, missing=missing)
    trust = PanelTrust(min(count, 8), (65, 71, 75, 78, 80, 81, 82, 83, 84), 8, 53, 3, MONDAY) if sealed else None
    return PacketDocument(COMPANY, body, decision() if decided else None, CHECKPOINT, "Europe/Berlin", trust)


def comparison_document(count: int = 6) -> ComparisonDocument:
    """``count`` candidates: most with a composite, some without enough evidence, one still sealed."""
    form = scorecard()
    columns = tuple(_column(number, form) for number in range(count))
    open_ = [column for column in columns if column.cards is not None]
    asked = question_of(
        STAMP.sha256, form.scale.best, weights_of(form, MUSTS),
        [Candidate(column.application_id.hex, column.n_cards, column.cards.rated) for column in open_ if column.cards],
        Ground(),
    )  # fmt: skip
    sure = answering.certainty(asked)
    standings = {one.target: one for one in sure.standings}
    columns = tuple(replace(column, standing=standings.get(column.application_id.hex)) for column in columns)
    comparison = Comparison(
        uid(2), REQUISITION, 2, STAMP, form, MUSTS, columns, "composite", descending=True, sure=sure, question=asked
    )
    places, sensitivity = answering.places(asked), answering.sensitivity(asked)
    return ComparisonDocument(
        COMPANY,
        comparison,
        MONDAY + timedelta(days=3),
        "Europe/Berlin",
        places,
        sensitivity,
        "Python 3.11.7, numpy 2.4.6",
    )


def decision_document(**changes: object) -> DecisionDocument:
    """A decision on paper; ``changes`` are to the record."""
    return DecisionDocument(COMPANY, decision(**changes), scorecard(), (), "Europe/Berlin")


_CANDIDATES = (
    "Anneliese Oyelaran-Fitzgerald",
    "Đặng Hoàng Phúc",
    "Νίκος Καζαντζίδης",
    "Bartholomew Featherstonehaugh-Cholmondeley",
    "Zoë Ó Súilleabháin",
    "Владимир Кузнецов",
    "Aiko Mori",
    "José Ángel Ibáñez",
    "Gül Şahin",
    "Håkon Bjørnstad",
)


def _column(number: int, form: Scorecard) -> Column:
    name = _CANDIDATES[number % len(_CANDIDATES)] + (
        f" {number // len(_CANDIDATES) + 1}" if number >= len(_CANDIDATES) else ""
    )
    if number == 4:
        return Column(uid(10 + number), name, "interview", None, "2 of 4 scorecards are not in", {}, {}, 0, None)
    given = [card(place, _shifted(INTERVIEWERS[place][3], number)) for place in range(2 + number % 4)]
    if number % 5 == 3:
        given = [card(2, (2, None, 3, 3, None, None, 3, None))]
    score = score_of(form, given, MUSTS)
    tally_: dict[Recommendation, int] = {}
    for sealed in given:
        if sealed.content.recommendation:
            tally_[sealed.content.recommendation] = tally_.get(sealed.content.recommendation, 0) + 1
    decided = "No hire" if number == 5 else None
    dimensions = {d.dimension: d for d in score.dimensions}
    held = _held(given, tally_)
    return Column(uid(10 + number), name, "debrief", score, None, dimensions, tally_, len(given), decided, cards=held)


def _held(given: Sequence[VisibleCard], tally_: dict[Recommendation, int]) -> SealedSet:
    ratings = tuple(
        SealedRating(sealed.interviewer_id.hex, one.dimension, one.value, bool(one.evidence))
        for sealed in given
        for one in sealed.content.ratings
    )
    rated = tuple((one.interviewer, one.dimension, one.value) for one in ratings if one.value is not None)
    return SealedSet(len(given), {c.interviewer_id.hex: c.interviewer for c in given}, tally_, ratings, rated, ())


def _shifted(values: Sequence[int | None], number: int) -> tuple[int | None, ...]:
    return tuple(v and min(5, max(1, v + (number * (i + 2)) % 3 - 1)) for i, v in enumerate(values))


def _note(number: int, value: int | None, *, notes: bool, long: bool) -> str:
    if not notes or not value:
        return ""
    note = _NOTES[number % len(_NOTES)]
    return (note + " ") * (4000 // (len(note) + 1)) if long else note
