"""What the gallery shows: one debrief, one scorecard and one form, with every kind of value that can occur."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    EmailField,
    FileField,
    Form,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # newer than its stubs
from wtforms.validators import DataRequired, Length, NumberRange

from app.domain.figure import Axis, Dot, HeatCell, HeatRow, ProfilePoint, Tick
from app.web.shell import NavItem, Notice, Shell

INSTANT = datetime(2026, 3, 12, 14, 0, tzinfo=UTC)
NOTHING = "\u2013"
DIMENSIONS = (
    ("strategy", "ML Product Strategy", 15),
    ("fluency", "Technical Fluency (ML/Data/MLOps)", 15),
    ("metrics", "Metrics & Experimentation", 15),
    ("execution", "Execution & Delivery", 15),
    ("empathy", "Customer Empathy & UX for Uncertainty", 10),
    ("responsible", "Responsible AI & Governance", 10),
    ("leadership", "Stakeholder Leadership", 15),
    ("commercial", "Commercial Acumen", 5),
)
PEOPLE = ["Priya Nair", "Tomás Ferreira", "Ana Lindqvist", "Wei Zhang"]
RATINGS: tuple[tuple[int | None, ...], ...] = (
    (5, 2, None, 4),
    (4, 2, 3, 3),
    (3, 5, 4, None),
    (4, 4, 3, 5),
    (1, 2, 2, 3),
    (3, 3, None, None),
    (None, None, None, None),
    (5, 5, 4, 5),
)


@dataclass(frozen=True, slots=True)
class Level:
    """One point of the scale as the scorecard shows it."""

    value: int
    title: str
    anchor: str


POINTS = (
    Level(1, "Far below", "Talks of models before users; cannot say what a wrong answer costs."),
    Level(2, "Below", "Names a user and a metric, but the bet and its risk stay vague when asked twice."),
    Level(3, "Meets bar", "Ties a model's behaviour to a user's decision, and says which error costs more and why."),
    Level(4, "Above", "Does so under changed conditions, and shows a bet stopped early, with the number behind it."),
    Level(5, "Far above", "Changed how a whole product line chooses its bets; others use their frame afterwards."),
)
AXIS = Axis(tuple(Tick(level.value, level.title) for level in POINTS), meets=3)
DOTS = (
    Dot("Adaeze Lindqvist", "4.1", Fraction(41, 10), Fraction(36, 10), Fraction(45, 10), (4, 4, 5)),
    Dot("Mira Okafor", "3.4", Fraction(34, 10), Fraction(26, 10), Fraction(41, 10), (3, 4, 2)),
    Dot("Jonas Weidmann-Castellanos de la Vega", "2.8", Fraction(28, 10), 2, Fraction(35, 10)),
    Dot("Sanjay Rao", "3.0", 3),
    Dot("Li Na", "too little evidence"),
)
CANDIDATES = (
    ("Adaeze Lindqvist", "Committee", "5 of 5", "1.0", "done", "Vote open"),
    ("Mira Okafor", "Debrief", "4 of 5", "0.9", "open", "Debrief open"),
    ("Jonas Weidmann", "Interviews", "2 of 5", "0.6", "due", "Cards due today"),
    ("Li Na", "Interviews", "0 of 5", "0.0", "warn", "One rater only"),
)


PANELS = [SelectChoice("x", "Core panel", optgroup="Search"), SelectChoice("y", "Risk panel", optgroup="Risk")]


def _choices(**words: str) -> list[SelectChoice]:
    return [SelectChoice(value, label) for value, label in words.items()]


class RequisitionForm(Form):
    """One field of every kind."""

    version = HiddenField(default="3")
    title = StringField("Title", [DataRequired(), Length(max=120)], description="As candidates will read it.")
    email = EmailField("Hiring manager's e-mail", [DataRequired("Enter the hiring manager's e-mail.")])
    password = PasswordField("Password", [DataRequired()])
    openings = IntegerField("Openings", [DataRequired("Openings must be a whole number."), NumberRange(1, 99)])
    start = DateField("Wanted from", [DataRequired()])
    meets_at = DateTimeLocalField("Committee meets", format="%Y-%m-%d %H:%M")
    kind = SelectField("Blueprint", [DataRequired()], choices=_choices(a="Senior ML PM 1.2.0", b="Group PM 0.9.0"))
    grouped = SelectField("Panel", choices=PANELS)
    reason = TextAreaField("Why this role, why now", description="Two or three sentences are enough.")
    must_have = SelectMultipleField(
        "Must-have dimensions", choices=_choices(**{key: title for key, title, _ in DIMENSIONS})
    )
    rule = RadioField("Cards open", [DataRequired()], choices=_choices(own="after one's own", all="at the debrief"))
    agreed = BooleanField("The committee agreed to this blueprint", [DataRequired("Confirm that it agreed.")])
    document = FileField("Candidates", description="One line a candidate.")


def wrong_form() -> RequisitionForm:
    """Return the form as someone sent it, validated and with its errors."""
    sent = {
        "version": "3",
        "title": "Senior <ML> PM",
        "password": "secret",
        "openings": "two",
        "start": "2026-02-31",
        "meets_at": "2026-03-20 15:30",
        "kind": "b",
        "grouped": "y",
        "must_have": "metrics",
        "rule": "own",
    }
    form = RequisitionForm(MultiDict(sent))
    form.validate()
    return form


def _heat_row(title: str, row: tuple[int | None, ...]) -> HeatRow:
    cells = tuple(HeatCell("n/a" if value is None else str(value), value) for value in row)
    return HeatRow(title, (*cells, HeatCell("not in", None, waiting=True)))


HEAT = tuple(_heat_row(title, row) for (_, title, _), row in zip(DIMENSIONS, RATINGS, strict=True))


def facts() -> dict[str, Any]:
    """Return every variable that the gallery's pages use."""
    rated = [[value for value in row if value is not None] for row in RATINGS]
    means = [Fraction(sum(row), len(row)) if row else None for row in rated]
    words = [NOTHING if mean is None else f"{float(mean):.1f}" for mean in means]
    return {
        "dimensions": DIMENSIONS,
        "people": PEOPLE,
        "ratings": RATINGS,
        "points": POINTS,
        "axis": AXIS,
        "values": [4, 1, "", "none", "", "", "", ""],
        "notes": ["She named the bet they stopped, and the number that stopped it.", *[""] * 7],
        "means": words,
        "spans": [str(max(row) - min(row)) if row else NOTHING for row in rated],
        "rows": DOTS,
        "points_of": [
            ProfilePoint(title, "not assessed" if mean is None else word, mean)
            for (_, title, _), mean, word in zip(DIMENSIONS, means, words, strict=True)
        ],
        "heat_rows": HEAT,
        "candidates": CANDIDATES,
        "instant": INSTANT,
        "shell": shell(),
        "form": wrong_form(),
    }


def shell() -> Shell:
    """Return a full frame: navigation, inbox, search, person, one notice."""
    others = (NavItem(word, "#") for word in ("Hiring", "Committee", "Blueprint", "Audit"))
    return Shell(
        home_url="/home",
        nav=(NavItem("Inbox", "/home", current=True), *others),
        inbox_url="/home",
        inbox_count=3,
        search_url="/search",
        person_name="Priya Nair",
        person_detail="Interviewer, committee member",
        account_url="#",
        sign_out_url="/sign-out",
        notices=(Notice("good", "The scorecard for Adaeze Lindqvist is sealed.", "Open the debrief", "#"),),
        blueprint_version="senior-ml-pm 1.2.0 · 5d41402a",
        product_version="0.1.0",
    )
