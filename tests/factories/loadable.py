"""Generated blueprints that files can hold: ids that are unique, references that lead somewhere, texts that pass."""

from __future__ import annotations

from itertools import accumulate
from typing import TYPE_CHECKING, TypeVar

from hypothesis import strategies as st

from app.domain.blueprint import (
    NO_SCORECARD,
    Anchor,
    Blueprint,
    CaseStudy,
    DecisionRule,
    Dimension,
    Meta,
    Probe,
    Requirement,
    Role,
    Scale,
    ScalePoint,
    Scorecard,
    Signal,
    Threshold,
)
from app.domain.competency import Competency, Rung
from app.domain.entry import Chapter, Entry, Origin, Section
from app.domain.guide import Guide, Plan
from app.domain.ladder import Criterion, Evidence, Ladder, Level, Promotion, RungNeeded, Typical
from app.domain.metric import Metric, Metrics, Target
from app.domain.milestone import Calendar, LongTerm, Milestone, Offset, Onboarding
from app.formats.plain_text import placeholder, unwanted

if TYPE_CHECKING:
    from collections.abc import Sequence

TRICKY = (
    "yes",
    "null",
    "~",
    "12",
    "-0",
    "1e5",
    "0x1F",
    ".5",
    "2026-11-22",
    "12:30",
    "1_000",
    "a: b",
    "a:",
    "a:?b",
    "# not a comment",
    "a # b",
    "- dash",
    "? asks",
    "[brackets]",
    "{braces}, commas",
    'it\'s "quoted" \\ slashed',
    "&anchor",
    "*alias",
    "!tag",
    "%percent",
    "@at `tick`",
    "---",
    "... and on",
    "<<",
    "two  blanks and  more " + "of them  " * 20 + "x",
    "a line\n  indented\n\n\nand a gap \nlast",
    "long " * 30 + "line\nand\n\nanother " + "long " * 30 + "line",
    "tab\there",
    "\u06cc\u200c\u0627 joins " * 12 + "x",
    "\U0001f469\u200d\U0001f52c measures",
    "w" * 300,
    "many words " * 30 + "end",
    "ends with colon: " * 12 + "x:",
)

_T = TypeVar("_T")

_TOP = "a-b-level"
"""A level that every generated ladder has, and no other name is like it."""

_ORIGIN: st.SearchStrategy[Origin] = st.sampled_from(["source", "house"])
_NAME = st.from_regex(r"[a-z0-9]{1,6}(-[a-z]{1,6})?", fullmatch=True)
_KEPT = st.characters(exclude_categories=["C", "Zl", "Zp", "Zs"], include_characters=" \n")
texts: st.SearchStrategy[str] = st.sampled_from(TRICKY) | (
    st.text(_KEPT, min_size=1, max_size=200)
    .map(str.strip)
    .filter(lambda text: text and not unwanted(text) and not placeholder(text))
)


def _some(of: st.SearchStrategy[_T], least: int = 0, most: int = 3) -> st.SearchStrategy[tuple[_T, ...]]:
    return st.lists(of, min_size=least, max_size=most).map(tuple)


def _names(least: int = 0, most: int = 3) -> st.SearchStrategy[list[str]]:
    return st.lists(_NAME, min_size=least, max_size=most, unique=True)


def _chosen(known: Sequence[str], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    if not known:
        return st.just(())
    return st.lists(st.sampled_from(known), min_size=least, max_size=2, unique=True).map(tuple)


def _entries(least: int = 0) -> st.SearchStrategy[tuple[Entry, ...]]:
    leaf = st.builds(Entry, texts, detail=st.none() | texts, origin=_ORIGIN, tags=_some(texts))
    return _some(leaf | st.builds(Entry, texts, items=_some(leaf, 1)), least)


@st.composite
def _scorecards(draw: st.DrawFn, competencies: Sequence[str]) -> Scorecard:
    values = sorted(draw(st.sets(st.integers(-9, 9), min_size=2, max_size=6)))
    names = draw(_names(1))
    weights: list[int | None] = [None] * len(names)
    if draw(st.booleans()):
        weights = [100 - 10 * (len(names) - 1), *[10] * (len(names) - 1)]
    dimensions = tuple(
        Dimension(
            name,
            draw(texts),
            weight,
            draw(st.booleans()),
            draw(_chosen(competencies)),
            tuple(
                Anchor(value, draw(texts), draw(_ORIGIN))
                for value in sorted(draw(st.sets(st.sampled_from(values), min_size=1)))
            ),
        )
        for name, weight in zip(names, weights, strict=True)
    )
    probes = (Probe(one, draw(texts), draw(texts), draw(_chosen(names)), draw(_ORIGIN)) for one in draw(_names()))
    kinds = sorted(("strong", "weak", "red_flag").index(draw(st.sampled_from(["strong", "weak"]))) for _ in range(2))
    signals = (
        Signal(f"s-{place}", "strong" if kind == 0 else "weak", draw(texts), draw(_chosen(names)), draw(_ORIGIN))
        for place, kind in enumerate(kinds)
    )
    rules = [
        DecisionRule(),
        DecisionRule(
            "sum-threshold",
            thresholds=(Threshold(len(names) * values[0]), Threshold(len(names) * values[-1], _TOP)),
        ),
        DecisionRule("every-required", requirements=(Requirement(names[0], values[-1]),)),
    ]
    scale = Scale(tuple(ScalePoint(value, draw(texts)) for value in values), draw(st.sampled_from(values)))
    return Scorecard(
        "a-role", draw(texts), scale, dimensions, tuple(probes), tuple(signals), draw(st.sampled_from(rules))
    )


@st.composite
def _cases(draw: st.DrawFn, dimensions: Sequence[str]) -> tuple[CaseStudy, ...]:
    return tuple(
        CaseStudy(
            name,
            draw(texts),
            draw(texts),
            draw(texts),
            draw(st.integers(1, 999)),
            draw(st.integers(999, 6939)),
            ("live",),
            draw(texts),
            draw(_entries(1)),
            draw(_chosen(dimensions, 1)),
            draw(_entries()),
            draw(_ORIGIN),
        )
        for name in (draw(_names()) if dimensions else ())
    )


_TYPICAL = st.builds(Typical, st.just(Offset(months=18)), st.none() | st.just(Offset(months=18, days=7)), _ORIGIN)


@st.composite
def _ladders(draw: st.DrawFn, competencies: Sequence[Competency]) -> Ladder:
    names = [*draw(_names(1)), _TOP]
    evidence = st.builds(Evidence, texts, st.integers(1, 4), st.just(Offset(months=18)), _ORIGIN)
    known = [one.id for one in competencies]
    criteria = tuple(
        Criterion(name, draw(texts), draw(_chosen(known, 1)), draw(st.none() | evidence), draw(_ORIGIN))
        for name in (draw(_names()) if known else ())
    )
    return Ladder(
        levels=tuple(
            Level(name, draw(texts), draw(texts), rank, draw(st.none() | _TYPICAL)) for rank, name in enumerate(names)
        ),
        requires=tuple(
            RungNeeded(name, one.id, rung.id) for name in names for one in competencies for rung in one.rungs[:1]
        ),
        rule=draw(st.sampled_from(["minimum", "points"])),
        minimum=3,
        promotions=(Promotion(names[0], tuple(names[1:]), criteria),),
        feeder_roles=draw(_entries()),
        evolution=draw(_entries()),
    )


def _distance() -> st.SearchStrategy[Offset]:
    return st.builds(Offset, st.integers(0, 999), st.integers(0, 10_600))


@st.composite
def _onboardings(draw: st.DrawFn) -> Onboarding:
    names = draw(_names())
    days = list(accumulate(draw(st.integers(1, 3_000)) for _ in names))
    milestones = tuple(
        Milestone(
            name,
            draw(texts),
            Offset(days=day),
            draw(_entries(1)),
            draw(_entries()),
            Offset(days=-draw(st.integers(0, 40))),
            draw(st.sampled_from([("hire",), ("hire", "manager")])),
        )
        for name, day in zip(names, days, strict=True)
    )
    later = st.builds(LongTerm, texts, _distance(), _distance(), _entries(1))
    return Onboarding(milestones, Calendar("working", "none", draw(st.booleans())), draw(st.none() | later))


_TARGETS = st.builds(Target, texts, st.none() | st.just("-0.5"), st.none() | st.just("12"), st.none() | texts)


@st.composite
def _metrics(draw: st.DrawFn) -> Metrics:
    metrics = tuple(
        Metric(name, draw(texts), draw(texts), draw(texts), draw(_TARGETS), ("weekly",)) for name in draw(_names())
    )
    return Metrics(metrics, draw(st.none() | texts), draw(_entries()))


_GUIDES = st.builds(
    lambda closing, tasks: Guide(
        (Section("closing", "In closing", closing),), (Plan("day-1", "One day", "P1D", tasks),)
    ),
    _entries(1),
    _entries(1),
)
_META = st.dictionaries(
    texts.filter(lambda text: text != "<<"),
    st.sampled_from(['"yes"', "12", '[1,true,"a: b"]', '{"a":{"b":[]},"1":[{"x":"long ' + "word " * 40 + 'end"}]}']),
    max_size=3,
)


@st.composite
def loadable(draw: st.DrawFn) -> Blueprint:
    """A blueprint that could have been loaded from files."""
    named = draw(_names())
    rungs = st.builds(
        lambda one, two: (Rung("low", one, points=1), Rung("high", two, one, 6)), _entries(1), _entries(1)
    )
    competencies = tuple(
        Competency(name, draw(texts), draw(texts), use=draw(st.none() | texts), rungs=draw(rungs)) for name in named
    )
    card = draw(_scorecards(named) | st.just(NO_SCORECARD))
    chapters = (
        Chapter("mission", (Section("outcomes", "Outcomes expected", draw(_entries(1))),)),
        Chapter("risks", (Section("r", draw(texts), draw(_entries(1)), draw(st.none() | texts)),), draw(texts)),
    )
    notes = draw(_entries(1))
    return Blueprint(
        role=Role("a-role", draw(texts), "\n\n".join(draw(st.lists(texts, max_size=2))), draw(texts)),
        scorecard=card,
        case_studies=draw(_cases([one.id for one in card.dimensions])),
        chapters=chapters,
        competencies=competencies,
        onboarding=draw(st.none() | _onboardings()),
        metrics=draw(st.none() | _metrics()),
        ladder=draw(st.none() | _ladders(competencies)),
        guide=draw(st.none() | _GUIDES),
        notes=(Section("role", "The role", notes),) if draw(st.booleans()) else (),
        meta=tuple(Meta("role.yaml", key, held) for key, held in draw(_META).items()),
    )
