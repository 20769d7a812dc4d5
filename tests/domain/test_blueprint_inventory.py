from __future__ import annotations

from app.domain.blueprint import Blueprint, Dimension, Probe, Role, Scale, ScalePoint, Scorecard, Signal
from app.domain.competency import Competency
from app.domain.entry import Chapter, Entry, Section
from app.domain.inventory import inventory

SCALE = Scale((ScalePoint(1, "Low"), ScalePoint(2, "High")), meets=2)


def blueprint(**parts: object) -> Blueprint:
    card = Scorecard(
        "baker",
        "1",
        SCALE,
        (Dimension("dough", "Dough"),),
        probes=(Probe("water", "Water", "How?"), Probe("ours", "Ours", "Why?", origin="house")),
        signals=(Signal("tastes", "strong", "Tastes."), Signal("ours", "strong", "Ours.", origin="house")),
    )
    return Blueprint(Role("baker", "Baker", "One.\n\nTwo."), card, **parts)  # type: ignore[arg-type]  # fields by name


def test_what_the_house_added_is_not_counted() -> None:
    assert inventory(blueprint()) == {
        "hiring.assess": 1,
        "hiring.scorecard": 1,
        "hiring.signals.strong": 1,
        "summary.paragraphs": 2,
    }


def test_items_are_counted_below_their_list_and_below_their_entry() -> None:
    oven = Entry("Oven", items=(Entry("Hot"), Entry("Clean"), Entry("Ours", origin="house")))
    risks = Chapter("risks", (Section("at-work", "At work", (oven, Entry("Flour", detail="Dust"))),), note="Read this.")
    counts = inventory(blueprint(chapters=(risks,)))
    assert {name: count for name, count in counts.items() if name.startswith("risks")} == {
        "risks.intro": 1,
        "risks.rows": 2,
        "risks.at_work": 2,
        "risks.at_work.detail": 1,
        "risks.at_work.sub": 2,
        "risks.at_work.sub(Oven)": 2,
    }


def test_competencies_are_counted_by_group_and_by_what_is_filled_in() -> None:
    competencies = (
        Competency("kneading", "Kneading", "technical/must-have", description="Push.", use="Bread."),
        Competency("rolling", "Rolling", "technical/must-have", use="Rolls."),
        Competency("calm", "Calm", "behavioural", why="Heat."),
    )
    counts = inventory(blueprint(competencies=competencies))
    assert {name: count for name, count in counts.items() if "skills" in name} == {
        "technical_skills.must_have": 2,
        "technical_skills.must_have.description": 1,
        "technical_skills.must_have.use": 2,
        "soft_skills": 1,
        "soft_skills.why": 1,
    }
