"""The guides that ship: every answer of the self-check leads to a competency, and plans train what the role needs."""

from __future__ import annotations

import pytest

from app.domain import preparation
from app.domain.blueprint import Blueprint
from app.domain.preparation import ANSWERS_PART, Claim, Mark
from app.formats.blueprint_files import load_role
from app.paths import case_studies_dir, rubrics_dir

ROLES = tuple(sorted(path.parent.name for path in rubrics_dir().glob("*/guide.yaml")))


@pytest.fixture(params=ROLES)
def role(request: pytest.FixtureRequest) -> Blueprint:
    blueprint = load_role(rubrics_dir() / request.param, case_studies_dir()).blueprint
    assert blueprint is not None
    return blueprint


def test_both_roles_have_a_guide() -> None:
    assert {"senior-ml-pm", "senior-data-scientist"} <= set(ROLES)


def test_every_answer_leads_to_a_competency_of_the_role(role: Blueprint) -> None:
    known = {competency.id for competency in role.competencies}
    asked = preparation.part_of(role.guide, ANSWERS_PART)
    assert len(asked) >= 15
    assert [item.entry.text for item in asked if not known.intersection(item.entry.refs)] == []


def test_most_tasks_train_a_competency_of_the_role(role: Blueprint) -> None:
    known = {competency.id for competency in role.competencies}
    tasks = [item for each in preparation.progress(role.guide, {}) for item in each.items]
    assert sum(bool(known.intersection(item.entry.refs)) for item in tasks) >= 0.75 * len(tasks)


def test_somebody_who_can_show_everything_has_nothing_left(role: Blueprint) -> None:
    said = preparation.claims(role.guide, {})
    assert len(preparation.match(role, said).left) >= 9
    able = [Claim(claim.text, claim.competencies, Mark.SHOWN) for claim in said]
    found = preparation.match(role, able)
    assert found.left == ()
    assert len(found.shown) + len(found.silent) == len(role.competencies)
