"""Drawing a page in the frame that fits its reader, and moving on after an act."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from flask import g, redirect, render_template, request, url_for
from flask_login import current_user

from app import __version__
from app.domain.permission import Permission, Role, allow
from app.domain.text import in_words, listed
from app.queries import duties
from app.web import notices
from app.web.clock import now
from app.web.database import reading
from app.web.guard import current_person
from app.web.shell import NavItem, Shell

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.wrappers import Response

    from app.domain.candidate_link import CandidateFacts
    from app.domain.facts import ActorFacts

_JOBS: tuple[tuple[str, str, Permission, tuple[str, ...]], ...] = (
    ("Requisitions", "hiring.requisitions", Permission.REQUISITION_LIST, ("/requisitions", "/interviewers")),
    ("Candidates", "hiring.candidates", Permission.CANDIDATE_LIST, ("/candidates", "/applications", "/interviews")),
    ("Decisions", "committee.decisions", Permission.DECISION_LIST, ("/decisions",)),
    ("First years", "onboarding.plans", Permission.ONBOARDING_LIST, ("/onboarding",)),
    (
        "Ladder",
        "ladder.home",
        Permission.LADDER_SEE,
        ("/ladder", "/evidence", "/promotions", "/calibrations"),
    ),
    ("Insights", "insights.interviewers", Permission.INSIGHTS_SEE, ("/insights",)),
    ("Blueprints", "blueprint.shelf", Permission.BLUEPRINT_READ, ("/blueprints",)),
    ("Fairness", "fairness.impact", Permission.IMPACT_LIST, ("/fairness", "/privacy")),
    ("People", "admin.people", Permission.PERSON_LIST, ("/people",)),
    ("Audit", "admin.audit", Permission.AUDIT_READ, ("/audit",)),
)
"""The main navigation: a label, the page it opens, who sees it, and the addresses that belong to it."""
_HIRES = frozenset(
    {Role.COORDINATOR, Role.HIRING_MANAGER, Role.INTERVIEWER, Role.COMMITTEE, Role.HR_PARTNER, Role.AUDITOR}
)
_ARRIVES = frozenset({Role.EMPLOYEE, Role.PEOPLE_MANAGER, Role.HIRING_MANAGER, Role.HR_PARTNER})
_CLIMBS = frozenset({Role.EMPLOYEE, Role.PEOPLE_MANAGER, Role.HR_PARTNER})
_WHOSE: tuple[tuple[str, frozenset[Role]], ...] = (
    ("hiring.", _HIRES),
    ("committee.", _HIRES),
    ("onboarding.", _ARRIVES),
    ("ladder.", _CLIMBS),
)
"""Parts that are of use only to holders of some role: others still get there from their inbox."""


def page(
    template: str, *, status: int = 200, session: Session | None = None, blueprint: str = "", **context: object
) -> tuple[str, int]:
    """Render a signed-in page; give the open ``session`` so that the frame's one query joins its transaction."""
    if session is None:
        with reading() as opened:
            waiting = duties.count(opened, current_person().facts, now())
    else:
        waiting = duties.count(session, current_person().facts, now())
    return render_template(template, shell=_shell(waiting, blueprint), **context), status


def go(endpoint: str, *, done: str | None = None, anchor: str | None = None, **values: object) -> Response:
    """Answer a POST by sending the browser on to a page (303), with a notice by its code."""
    if done is not None:
        values["done"] = notices.check(done)
    parameters: dict[str, Any] = {**values, "_anchor": anchor}
    return redirect(url_for(endpoint, **parameters), 303)


def init_app(app: Flask) -> None:
    """Give templates the person's own clock."""
    app.jinja_env.filters["localtime"] = localtime
    app.jinja_env.filters["localdate"] = localdate
    app.jinja_env.filters["listed"] = in_a_sentence
    app.jinja_env.globals["looking_until"] = looking_until


def looking_until() -> str:
    """Until when somebody looks through the person's eyes, or an empty text."""
    until = current_person().until if current_user.is_authenticated else None
    return localtime(until) if until else ""


def in_a_sentence(texts: Iterable[object]) -> str:
    """Texts, or what reads as such, within a sentence: ``A, B and C``."""
    return listed([str(text) for text in texts])


def localtime(moment: datetime) -> str:
    """A moment in the reader's zone: ``3 March 2026, 14:05``."""
    local = moment.astimezone(_zone())
    return f"{local.day} {local:%B %Y, %H:%M}"


def localdate(day: date) -> str:
    """A calendar day, which is the same in every zone, or the day of a moment in the reader's: ``3 March 2026``."""
    local = day.astimezone(_zone()) if isinstance(day, datetime) else day
    return in_words(local)


def _zone() -> ZoneInfo:
    candidate: CandidateFacts | None = g.get("candidate")
    if candidate is not None:
        return ZoneInfo(candidate.zone)
    return ZoneInfo(current_person().zone if current_user.is_authenticated else "UTC")


def _shell(waiting: int, blueprint: str) -> Shell:
    person = current_person()
    return Shell(
        home_url=url_for("home.inbox"),
        nav=tuple(_nav()),
        inbox_url=url_for("home.inbox"),
        inbox_count=waiting,
        search_url="" if person.looker else url_for("hiring.search"),
        search_text=request.args.get("q", "") if request.endpoint == "hiring.search" else "",
        person_name=person.name,
        person_detail=_roles_of(person.facts),
        account_url="" if person.looker else url_for("auth.account"),
        sign_out_url=url_for("auth.sign_out"),
        notices=notices.current(),
        blueprint_version=blueprint,
        product_version=__version__,
        looking_until=looking_until(),
    )


def _roles_of(actor: ActorFacts) -> str:
    everywhere = [role.words for role in sorted(actor.roles)]
    in_places = [f"{role.words} in some places" for role in sorted(actor.scoped_roles)]
    return ", ".join([*everywhere, *in_places]) or "No role yet"


def _nav() -> list[NavItem]:
    person = current_person()
    items = []
    for label, endpoint, permission, addresses in _JOBS:
        current = request.path.startswith(addresses)
        # Anybody can be somebody's buddy, own a goal of theirs or sit in a calibration, whatever they do otherwise.
        theirs = (person.first_years and endpoint.startswith("onboarding.")) or (
            person.calibrations and endpoint.startswith("ladder.")
        )
        of_use = current or theirs or _of_use(endpoint, person.facts.roles | person.facts.scoped_roles)
        if not allow(person.facts, permission).granted or not of_use:
            continue
        items.append(NavItem(label, url_for(endpoint), current=current))
    return items


def _of_use(endpoint: str, roles: frozenset[Role]) -> bool:
    return all(roles & holders for prefix, holders in _WHOSE if endpoint.startswith(prefix))
