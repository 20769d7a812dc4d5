"""Whoever has a conflict of interest finds the candidate nowhere: no page, file or search hit holds the name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.permission import Role
from app.models.candidate import Candidate
from app.models.engine import writing
from app.models.person import RoleGrant
from tests.factories.committee import make_committee, make_scored
from tests.factories.hiring import NOW
from tests.web.browser import Browser

if TYPE_CHECKING:
    from flask import Flask

    from tests.databases import Database

NAME = b"Nora"  # searches are for the other half, which their boxes repeat


@pytest.mark.parametrize("who", ["manager", "chair", "coordinator"])
def test_the_name_is_nowhere_any_more(
    program: Flask, database: Database, signed_in: Callable[[UUID], Browser], who: str
) -> None:
    with writing(database.engine) as session:
        committee = make_committee(session, members=1)
        near = make_scored(session, committee, "Nora Nearby", [{"strategy": 4}])
        make_scored(session, committee, "Fred Faraway", [{"strategy": 3}])
        person = {
            "manager": committee.manager, "chair": committee.chair, "coordinator": committee.coordinator
        }[who]  # fmt: skip
        session.add(RoleGrant(person_id=person.id, role=Role.HR_PARTNER, granted_at=NOW))
        ids = {
            "requisition_id": committee.requisition.id, "application_id": near.id, "candidate_id": near.candidate_id
        }  # fmt: skip
    browser, paths = signed_in(person.id), addresses(program, ids)
    telling = [path for path in paths if NAME in browser.get(path).data]
    assert len(telling) > 5, "without a conflict the name is on many pages"

    with writing(database.engine) as session:
        session.get_one(Candidate, near.candidate_id).referrer_id = person.id

    answers = {path: browser.get(path) for path in paths}
    assert [path for path, answer in answers.items() if NAME in answer.data] == []
    assert [path for path, answer in answers.items() if answer.status_code >= 500] == []
    # Who may add candidates at all is asked before anybody in particular is looked for.
    about_one = [path for path in paths if str(near.id) in path or str(near.candidate_id) in path]
    about_one = [path for path in about_one if not path.endswith("/apply")]
    assert [(path, answers[path].status_code) for path in about_one if answers[path].status_code != 404] == []
    assert b"Faraway" in browser.get(f"/requisitions/{committee.requisition.id}").data


def addresses(program: Flask, ids: dict[str, UUID]) -> list[str]:
    """Every address that these ids fill, documents as pages, and searches for the name; none of a candidate's own."""
    found = ["/search?q=Nearby", "/candidates?q=Nearby", "/candidates.csv?q=Nearby"]
    bound = program.url_map.bind("localhost")
    for rule in program.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.arguments - set(ids):
            continue
        path = bound.build(rule.endpoint, {name: ids[name] for name in rule.arguments})
        found.append(f"{path}?as=page" if path.endswith(".pdf") else path)
    return found
