"""Every page of the program as it stands in the demo: found from its addresses, so that none can be forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from itertools import product
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import aliased

from app.domain.hiring import RequisitionState
from app.domain.outline import Part
from app.domain.permission import Role
from app.models.blueprint import BlueprintDraft, BlueprintVersion
from app.models.candidate import Application, Candidate
from app.models.decision import Decision
from app.models.engine import reading
from app.models.facts import actor_facts
from app.models.granting import BrokenGlass
from app.models.interest import ConflictOfInterest
from app.models.interview import Interview
from app.models.measuring import PlanMetric
from app.models.onboarding import Goal, Plan, PlanMilestone
from app.models.person import Person
from app.models.plan_facts import plans_visible_to
from app.models.requisition import Requisition
from app.models.scorecard import ScorecardRow
from app.models.self_identification import ImpactRelease
from app.models.visibility import applications_visible_to, requisitions_visible_to
from tests.factories.fairness import KEYS
from tests.journeys import candidate_pages, case_pages, grading_pages, growth_pages, privacy_pages
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from flask import Flask
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session
    from werkzeug.test import TestResponse

    from app.domain.permission import ActorFacts

Values = dict[str, object]
_MOVES = tuple(state for state in RequisitionState if state != "draft")

NO_PAGES = {
    "blueprint.marks_csv": "a table for spreadsheets",
    "blueprint.marks_json": "the same for programs",
    "static": "style sheets, scripts, fonts",
    "operations.alive": "a word for whoever watches the process",
    "operations.ready": "a word for whoever shares out requests",
    "operations.collected": "figures for Prometheus",
    "auth.choose": "only for a one-time link; the journey of accounts looks at it",
    "auth.setup": "only before anybody has an account; the journey of accounts looks at it",
    "auth.come_back": "leads on once a provider's answer was judged; its refusal is the sign-in page",
    "auth.left": "leads to the sign-in page whoever comes back from signing out there",
    "auth.hear_logout_in_front": "nothing: a provider asks it in a frame",
    "auth.way_in": "a link from the shell; its refusal is looked at by its own test",
    "print_style": "the style sheet of printed pages",
    "interviewing.form_token": "JSON for the script that saves drafts",
    "interviewing.conflict_left": "leads back to the scorecard",
    "hiring.preview_import": "leads back when no file was given; the journey of hiring looks at it",
    "hiring.file": "a candidate's document as it was uploaded",
    "blueprint.draft_files": "the files of a draft as a zip",
    "blueprint.version_files": "the files of a version as a zip",
    "blueprint.version_changes_csv": "a table for spreadsheets",
    "hiring.candidates_csv": "a table for spreadsheets",
    "hiring.requisitions_csv": "a table for spreadsheets",
    "admin.audit_csv": "a table for spreadsheets",
    "admin.audit_chain": "the whole chain, to be verified elsewhere",
    "committee.comparison_csv": "a table for spreadsheets",
    "panel.plan_csv": "a table for spreadsheets",
    "panel.training_csv": "a table for spreadsheets",
    "committee.weights_answer": "a piece of the page of weights, for its script",
    "interviewing.card_pdf": "a document",
    "interviewing.kit_pdf": "a document",
    "committee.packet_pdf": "a document",
    "committee.comparison_pdf": "a document",
    "committee.decision_pdf": "a document",
    "blueprint.book_pdf": "a document",
    "blueprint.prepare_pdf": "a document",
    "onboarding.plans_csv": "a table for spreadsheets",
    "onboarding.report_csv": "a table for spreadsheets",
    "onboarding.sign_offs_csv": "a table for spreadsheets",
    "onboarding.shown_milestones_csv": "a table for spreadsheets",
    "onboarding.readings_csv": "a table for spreadsheets",
    "onboarding.evidence_file": "a piece of evidence as it was uploaded",
    "onboarding.feed": "a calendar for programs",
    "fairness.report_csv": "a table for spreadsheets",
    "fairness.report_pdf": "a document",
    "onboarding.plan_pdf": "a document",
    "onboarding.review_pdf": "a document",
    "onboarding.year_pdf": "a document",
    **candidate_pages.NO_PAGES,
    **growth_pages.NO_PAGES,
    **grading_pages.NO_PAGES,
    **case_pages.NO_PAGES,
    **privacy_pages.NO_PAGES,
}
"""Addresses that answer with something else than a page, and what that is."""

_TAG = re.compile(r"<([a-z]\w*)\b([^>]*)>")
_LOOKS = re.compile(r'\b(class|type|role|aria-current|open|checked|disabled)(?:="([^"]*)")?')


@dataclass(frozen=True)
class Opened:
    """One page as one person got it; ``parts`` are the kinds of elements that it is made of."""

    person_id: UUID | None
    who: str
    path: str
    parts: frozenset[str]


def endpoints(program: Flask) -> set[str]:
    """Every address that a browser can open."""
    return {rule.endpoint for rule in program.url_map.iter_rules() if "GET" in (rule.methods or ())}


def varieties(program: Flask, endpoint: str) -> list[Opened]:
    """So few of an address's pages, over all people and all objects, that every kind of element on them occurs."""
    return _cover(_opened(program, endpoint))


def _opened(program: Flask, endpoint: str) -> Iterator[Opened]:
    engine: Engine = program.extensions["plumbline.engine"]
    address = program.url_map.bind("localhost")
    rule = next(rule for rule in program.url_map.iter_rules(endpoint) if "GET" in (rule.methods or ()))
    for person_id, who in _people(engine):
        for values in _within_reach(_known_to(engine, person_id), rule.arguments):
            path = address.build(endpoint, values)
            answer = _answer(program, person_id, path)
            assert answer.status_code < 500, f"{path} breaks for {who}"
            if answer.status_code == 200:
                assert answer.mimetype == "text/html", f"{path} is no page: say so in NO_PAGES"
                yield Opened(person_id, who, path, _parts(answer.text))


def _answer(program: Flask, person_id: UUID | None, path: str) -> TestResponse:
    browser = _browser(program, person_id)
    answer = browser.get(path)
    if person_id is not None and (answer.location or "").startswith("/sign-in"):
        # Other tests have signed the same person in so often that this session was ended.
        browser.sign_in(person_id)
        answer = browser.get(path)
    return answer


@cache
def _browser(program: Flask, person_id: UUID | None) -> Browser:
    """Each person's browser, which stays signed in from address to address."""
    browser = Browser(program)
    if person_id is not None:
        browser.sign_in(person_id)
    return browser


def _people(engine: Engine) -> list[tuple[UUID | None, str]]:
    with reading(engine) as session:
        people = session.execute(select(Person.id, Person.name).where(Person.active).order_by(Person.email))
        return [(None, "nobody"), *((row.id, row.name) for row in people)]


def _within_reach(known: tuple[Values, ...], names: set[str]) -> Iterable[Values]:
    rows: list[Values] = [{**row, "to": state.value} for row, state in product(known, _MOVES)] if "to" in names else []
    rows = rows or list(known)
    if "part" in names:
        rows = [{**row, "part": part.value} for row, part in product(rows, Part) if part is not Part.OVERVIEW]
    chosen = {tuple(row.get(name) for name in sorted(names)) for row in rows}
    found = [dict(zip(sorted(names), each, strict=True)) for each in sorted(chosen, key=str) if None not in each]
    return found if names else [{}]


@cache
def _known_to(engine: Engine, person_id: UUID | None) -> tuple[Values, ...]:
    """What a person may know of; other tests hold that everything else answers as if it did not exist."""
    with reading(engine) as session:
        actor = actor_facts(session, person_id) if person_id else None
        return tuple(_seen_by(session, actor) if actor else _links(session))


def _links(session: Session) -> Iterator[Values]:
    """Candidates' links, one into an open requisition and one into a closed one."""
    for closed in (False, True):
        state = Requisition.state == RequisitionState.CLOSED
        one = select(Application.id).join(Requisition, Requisition.id == Application.requisition_id)
        application_id = session.scalars(one.where(state if closed else ~state).order_by(Application.id)).first()
        if application_id:
            yield {"token": KEYS.link(application_id, datetime.now(UTC).date())}


def _seen_by(session: Session, actor: ActorFacts) -> list[Values]:
    # Under other names than those by which the criterion itself looks at interviews and cards.
    talk, card = aliased(Interview), aliased(ScorecardRow)
    own = card.interviewer_id == actor.person_id
    seen = (
        select(Application.id, Application.candidate_id, Application.requisition_id, talk.id, card.id)
        .add_columns(Application.stage, card.state, own)
        .join(Candidate, Application.candidate_id == Candidate.id)
        .join(Requisition, Application.requisition_id == Requisition.id)
        .outerjoin(talk, talk.application_id == Application.id)
        .outerjoin(card, card.interview_id == talk.id)
        .where(applications_visible_to(actor))
        .order_by(Application.id, talk.id, card.id)
    )
    keys = ("application_id", "candidate_id", "requisition_id", "interview_id", "card_id")
    # One of each kind: in the same requisition and stage, with a card in the same state, own or another's.
    kinds = {(row[2], *row[5:]): row[:5] for row in session.execute(seen)}
    rows: list[Values] = [dict(zip(keys, row, strict=True)) for row in kinds.values()]
    rows += [
        {"requisition_id": i} for i in session.scalars(select(Requisition.id).where(requisitions_visible_to(actor)))
    ]
    rows += [{"decision_id": i} for i in session.scalars(select(Decision.id))]
    rows += _conflicts(session, actor)
    rows += [{"person_id": i} for i in session.scalars(select(Person.id).order_by(Person.email).limit(3))]
    rows += [{"glass_id": i} for i in session.scalars(select(BrokenGlass.id))]
    rows += _of_first_years(session, actor)
    rows += growth_pages.of_growth(session, actor)
    rows += grading_pages.of_grading(session, actor)
    rows += privacy_pages.of_privacy(session, actor)
    if actor.roles & {Role.HR_PARTNER, Role.AUDITOR}:
        rows += [{"release_id": i} for i in session.scalars(select(ImpactRelease.id))]
    rows += [{"version_id": i} for i in session.scalars(select(BlueprintVersion.id))]
    if Role.HR_PARTNER in actor.roles:
        rows += [{"draft_id": i} for i in session.scalars(select(BlueprintDraft.id))]
    return rows


def _conflicts(session: Session, actor: ActorFacts) -> list[Values]:
    """Conflicts of interest that still count, each with an application of its candidate."""
    found = (
        select(Application.id, ConflictOfInterest.id)
        .join(Candidate, Candidate.id == Application.candidate_id)
        .join(Requisition, Requisition.id == Application.requisition_id)
        .join(ConflictOfInterest, ConflictOfInterest.candidate_id == Candidate.id)
        .where(applications_visible_to(actor), ConflictOfInterest.withdrawn_at.is_(None))
    )
    return [dict(zip(("application_id", "conflict_id"), row, strict=True)) for row in session.execute(found)]


def _of_first_years(session: Session, actor: ActorFacts) -> list[Values]:
    """Each plan, milestone and metric; of the goals one of each plan and state, own or another's."""
    mine = (Goal.owner_id == actor.person_id) | (Goal.waits_for_id == actor.person_id)
    seen = select(Plan.id).where(plans_visible_to(actor) | Plan.id.in_(select(Goal.plan_id).where(mine)))
    rows: list[Values] = [{"plan_id": i} for i in session.scalars(seen.order_by(Plan.id))]
    milestones = select(PlanMilestone.id).where(PlanMilestone.plan_id.in_(seen)).order_by(PlanMilestone.id)
    rows += [{"milestone_id": i} for i in session.scalars(milestones)]
    metrics = select(PlanMetric.id).where(PlanMetric.plan_id.in_(seen)).order_by(PlanMetric.id)
    rows += [{"plan_metric_id": i} for i in session.scalars(metrics)]
    goals = select(Goal.id, Goal.plan_id, Goal.state, mine).where(Goal.plan_id.in_(seen)).order_by(Goal.id)
    kinds = {tuple(row[1:]): row.id for row in session.execute(goals)}
    return [*rows, *({"goal_id": i} for i in kinds.values())]


def _parts(html: str) -> frozenset[str]:
    return frozenset(f"{tag} {sorted(_LOOKS.findall(rest))}" for tag, rest in set(_TAG.findall(html)))


def _cover(pages: Iterable[Opened]) -> list[Opened]:
    left, chosen, seen = list(pages), list[Opened](), set[str]()
    while left:
        best = max(left, key=lambda page: len(page.parts - seen))
        chosen.append(best)
        seen |= best.parts
        left = [page for page in left if page.parts - seen]
    return chosen
