"""Every route, every kind of person, every state of the object: each cell is tried over HTTP and asserted.

The expectation does not come from the rows in the database: each person's facts are written out by hand beside the
test of the permission map, and the rows are made to fit them. A route that reads facts wrongly, checks another
permission than it declares, or checks none, differs in at least one cell.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.access import may_know
from app.domain.facts import Scope
from app.domain.permission import ActorFacts, Permission, RequisitionFacts, Role, allow
from app.models.audit import AuditHead
from app.models.engine import reading, writing
from app.models.person import Person
from app.models.requisition import Requisition
from app.web import guard
from tests.domain.test_permission import PERSONAS, STATES, facts_of
from tests.factories.grants import give
from tests.factories.hiring import make_requisition
from tests.factories.scenes import Scene, make_scene
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.routing import Rule

    from tests.cells import Cells
    from tests.databases import Database

REFUSED = {403, 404}
# Whatever a page, a form or an act answers to somebody who may ask: itself, a way on, a fault, a wrong state.
ANSWERED = {200, 303, 409, 410, 422}
# Whoever may know of a thing may be told what is wrong with its state or the form; nothing happens, as is asserted.
EXPLAINED = {409, 422}
# Views for more people than their permission names: the card's page also shows others' sealed cards.
ALSO = {
    "interviewing.card": (Permission.CARD_READ,),
    "interviewing.card_pdf": (Permission.CARD_READ,),
    "interviewing.ask_release": (Permission.CARD_READ_OWN,),
    "committee.vote": (Permission.DECISION_SEE,),
    "interviewing.conflict_left": (Permission.CARD_READ_OWN,),
}
# What is about one person or thing on the ladder is asked in `test_growth_matrix`, whose scene has it.
# Who releases a report depends on who takes part in its requisitions: `test_impact` asks that.
# Whom an administrator may look as depends on that person: `test_access_pages` asks that.
GROWTH = (
    "ladder.", "evidence.", "promotion.", "calibration.", "insights.", "fairness.release_one", "admin.look",
)  # fmt: skip
# Views that need more than their permission names: what became of an application is told to who may read its decision.
BESIDES = {"onboarding.begin_from": (Permission.DECISION_SEE,)}
# Whoever lets a candidate apply for a further requisition has to hold the role in the whole company.
COMPANY_WIDE = {"hiring.apply"}
# Views that need something first: an upload, another's unsealed card, a sealed card, a requisition that is still open.
UNPREPARED = {
    "hiring.preview_import": {404},
    "hiring.confirm_import": {404},
    "hiring.merge_candidate": {404},
    # Nothing was proposed and no résumé was imported.
    "hiring.keep_redaction": {404},
    "hiring.remove_resume": {404},
    # No code from an app waits to be confirmed.
    "auth.confirm_codes": {404},
    "interviewing.card_pdf": {404},
    "interviewing.seat": {404},
    "interviewing.answer_seat": {404},
    # Feedback to candidates is switched off where nobody switched it on.
    "hiring.write_feedback": {404},
    "hiring.share_feedback": {404},
    "committee.release": {403},
    "committee.vote": {403, 404},
    "hiring.cancel_interview": {403},
    "panel.end_training": {404},
    "scheduling.schedule": {403},
    "scheduling.answer": {403},
    "hiring.move_requisition": {404},
    "blueprint.prepare_pdf": {404},
}
# Who may open a debrief sees that it is not open yet.
UNOPENED = {("committee.debrief", name, "open") for name in ("coordinator", "manager")}
# What addresses name by a word: the state that a requisition moves to, and a part of a blueprint.
WORDS = {"to": "closed", "part": "scorecard"}
# The page itself in place of a PDF, which would take a second each.
AS_PAGE = {"as": "page"}


class Stage:
    """Plays one person's requests in a scene, with a new scene whenever an act has changed it."""

    def __init__(
        self, program: Flask, database: Database, name: str, state: str, held: tuple[str, Role] | None = None
    ) -> None:
        """``held``: a role that the person holds ``here``, in the requisition asked about, or just ``elsewhere``."""
        self.program, self.database, self.name, self.state = program, database, name, state
        self.held = held
        self.renew()

    def renew(self) -> None:
        """Set the scene afresh and sign the person in."""
        with writing(self.database.engine) as session:
            self.scene: Scene = make_scene(session, self.name, PERSONAS[self.name], self.state)
            if self.held is not None:
                self._give(session, *self.held)
        self.browser = Browser(self.program)
        self.browser.sign_in(self.scene.person_id)

    def _give(self, session: Session, where: str, role: Role) -> None:
        person, other = (session.get_one(Person, one) for one in (self.scene.person_id, self.scene.ids["person_id"]))
        if where == "here":
            need = session.get_one(Requisition, self.scene.ids["requisition_id"])
            give(session, person, role, requisition=need, by=other.id)
        else:
            give(session, person, role, requisition=make_requisition(session, "Elsewhere"), by=other.id)
            give(session, person, role, team="Elsewhere", by=other.id)

    def ask(self, rule: Rule, method: str) -> int:
        """The status of one request."""
        path = self._path(rule)
        if method == "GET":
            return self.browser.get(path, query_string=AS_PAGE).status_code
        status = self.browser.post(path).status_code
        if status not in REFUSED | {422, 409}:
            self.renew()
        return status

    def expected(self, rule: Rule, permission: Permission) -> bool:
        """What the hand-written facts say."""
        persona = PERSONAS[self.name]
        actor = ActorFacts(UUID(int=1), "x@example.org", persona.roles, active=persona.active, owes=persona.owes > 0)
        actor = replace(actor, scopes=self._scopes())
        facts = self._facts(rule)
        enough = any(allow(actor, each, facts).granted for each in (permission, *ALSO.get(rule.endpoint, ())))
        if rule.endpoint in COMPANY_WIDE:
            enough = enough and allow(actor, permission).granted
        return enough and all(allow(actor, each, facts).granted for each in BESIDES.get(rule.endpoint, ()))

    def may_know(self, rule: Rule) -> bool:
        """Whether the person may know of the object, and so be told in words what state it is in."""
        persona = PERSONAS[self.name]
        actor = ActorFacts(UUID(int=1), "x@example.org", persona.roles, active=persona.active, scopes=self._scopes())
        facts = self._facts(rule)
        return facts is not None and may_know(actor, facts)

    def _scopes(self) -> frozenset[Scope]:
        """As written here: the facts below are of the requisition number two."""
        if self.held is None or self.held[0] != "here":
            return frozenset()
        return frozenset({Scope(self.held[1], requisition_id=UUID(int=2))})

    def _facts(self, rule: Rule) -> RequisitionFacts | None:
        facts = replace(facts_of(PERSONAS[self.name], self.state), card_state=self.scene.card_state)
        if rule.arguments & {"application_id", "candidate_id", "interview_id", "card_id", "decision_id"}:
            return facts
        if "requisition_id" not in rule.arguments:
            return None
        return RequisitionFacts(**{each.name: getattr(facts, each.name) for each in fields(RequisitionFacts)})

    def has_object_of(self, rule: Rule) -> bool:
        """Whether the scene holds what the route is about."""
        if rule.arguments and rule.endpoint.startswith(GROWTH):
            return False
        return all(name in self.scene.ids or name in WORDS for name in rule.arguments)

    def chain_length(self) -> int:
        """How many acts the program has recorded."""
        with reading(self.database.engine) as session:
            return session.scalar(select(AuditHead.seq)) or 0

    def _path(self, rule: Rule) -> str:
        values: dict[str, Any] = {name: WORDS.get(name) or self.scene.ids.get(name) for name in rule.arguments}
        return self.program.url_map.bind("localhost").build(rule.endpoint, values)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("name", sorted(set(PERSONAS) - {"closed account"}))
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_cell_answers_as_the_map_says(
    program: Flask, database: Database, cells: Cells, name: str, state: str
) -> None:
    assert _differing(program, database, cells, name, state) == []


# Routes and policy are the same on PostgreSQL, and the facts are compared on both by their own test: one state will do.
@pytest.mark.parametrize("name", sorted(set(PERSONAS) - {"closed account"}))
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_each_cell_of_an_open_debrief_on_postgresql(
    program: Flask, database: Database, cells: Cells, name: str
) -> None:
    assert _differing(program, database, cells, name, "debrief") == []


@pytest.mark.parametrize("where", ["here", "elsewhere"])
@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.HR_PARTNER, Role.AUDITOR])
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_role_in_one_place_opens_what_the_map_says_and_nothing_elsewhere(
    program: Flask, database: Database, cells: Cells, role: Role, where: str
) -> None:
    assert _differing(program, database, cells, "stranger", "decided", (where, role)) == []


def _differing(  # noqa: PLR0917  the program and what counts, then whom it is tried as
    program: Flask, database: Database, cells: Cells, name: str, state: str, held: tuple[str, Role] | None = None
) -> list[str]:
    stage = Stage(program, database, name, state, held)
    wrong = []
    for rule, method, permission in _guarded(program):
        if not stage.has_object_of(rule):
            continue
        expected = stage.expected(rule, permission)
        cells.tried(allowed=expected)
        before = None if expected else stage.chain_length()
        told = EXPLAINED if stage.may_know(rule) else set()
        status = stage.ask(rule, method)
        allowed = ANSWERED | UNPREPARED.get(rule.endpoint, set()) if expected else REFUSED | told
        if status not in allowed and (rule.endpoint, stage.name, stage.state) not in UNOPENED:
            wrong.append(f"{method} {rule.rule} {permission}: {status}, expected {'answer' if expected else 'refusal'}")
        if before is not None and stage.chain_length() != before:
            wrong.append(f"{method} {rule.rule}: refused, and yet it did something")

    return wrong


def test_the_matrix_is_large_and_misses_no_route(program: Flask) -> None:
    guarded = list(_guarded(program))

    assert len(guarded) * (len(PERSONAS) - 1) * len(STATES) >= 2000
    public = {"static", "print_style", "auth.sign_in", "auth.enter", "auth.enter_demo", "auth.sign_out"}
    public |= {"auth.leave", "auth.come_back", "auth.hear_logout", "auth.hear_logout_in_front"}
    public |= {"auth.way_in", "auth.take_way_in", "auth.left"}
    public |= {"onboarding.feed", "fairness.voluntary", "fairness.say", "fairness.take_back"}
    public |= {"candidate.land", "candidate.enter", "candidate.withdrawn"}
    public |= {"auth.ask_passkey", "auth.enter_by_passkey", "auth.forgotten", "auth.ask_for_reset"}
    public |= {"auth.choose", "auth.take", "auth.setup", "auth.take_setup"}
    public |= {"operations.alive", "operations.ready", "operations.collected"}
    # What stands behind a candidate's link is tried in `test_candidate_matrix`.
    behind = {name for name, says in guard.declared(program).items() if isinstance(says, guard.Behind)}
    asked = {rule.endpoint for rule, _, _ in guarded} | public | behind
    assert asked == {rule.endpoint for rule in program.url_map.iter_rules()}


def test_nobody_and_a_closed_account_get_the_sign_in_page(program: Flask, database: Database, cells: Cells) -> None:
    stage = Stage(program, database, "closed account", "decided")
    nobody = Browser(program)
    wrong = []
    for rule, method, _ in _guarded(program):
        if not stage.has_object_of(rule):
            continue
        for browser in (stage.browser, nobody):
            cells.tried(allowed=False)
            path = stage._path(rule)
            status = browser.get(path).status_code if method == "GET" else browser.post(path).status_code
            if status != (303 if method == "GET" else 401):
                wrong.append(f"{method} {path}: {status}")

    assert wrong == []


def _guarded(program: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Pages first, then acts, so that looking comes before changing."""
    says = guard.declared(program)
    for method in ("GET", "POST"):
        for rule in program.url_map.iter_rules():
            permission = says[rule.endpoint]
            if isinstance(permission, Permission) and method in (rule.methods or ()):
                yield rule, method, permission
