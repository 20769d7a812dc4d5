"""Every route about what no other matrix has in its scene: privacy, second persons, reports, files, one's own things.

What is expected is written out by hand here, apart from the permission map. One test says that no route is left over.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.domain.fairness.cohort import Standing
from app.domain.granting import GLASS_LASTS, GLASS_WAITS, Ruling
from app.domain.hiring import RequisitionState
from app.domain.permission import Permission, Role
from app.domain.privacy.erasing import ErasureState, Origin
from app.models.audit import AuditHead
from app.models.candidate import Application, Candidate, CandidateFile
from app.models.credentials import Passkey
from app.models.engine import reading, writing
from app.models.granting import BrokenGlass, RoleRequest, ScopedGrant
from app.models.interview import Interview
from app.models.person import Person
from app.models.privacy import Erasure, LegalHold
from app.models.requisition import Requisition
from app.models.schedule import BusyCalendar
from app.models.self_identification import ImpactPart, ImpactRelease
from app.services import files
from app.web import guard
from tests.factories import hiring, panels
from tests.factories.fairness import body_of
from tests.web import test_growth_matrix, test_matrix, test_plan_matrix
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask import Flask
    from sqlalchemy.orm import Session
    from werkzeug.routing import Rule

    from tests.cells import Cells
    from tests.databases import Database

PAPER = b"plan"
REFUSED, ANSWERED = {403, 404}, {200, 303, 409, 422}
EXPLAINED = {409, 422}
"""Whoever may see a thing may be told in words why something is not possible; nothing happens, as is asserted."""

ROLES = {
    "clerk": (Role.COORDINATOR,),
    "partner": (Role.HR_PARTNER,),
    "partner who asked": (Role.HR_PARTNER,),
    "partner who owes": (Role.HR_PARTNER,),
    "auditor": (Role.AUDITOR,),
    "admin": (Role.ADMIN,),
    "admin who asked": (Role.ADMIN,),
    "committee": (Role.COMMITTEE,),
    "owner": (Role.EMPLOYEE,),
}
"""Beside them: who coordinates and asked to read early, who manages the hire, and an interviewer who has sealed."""
PEOPLE = (*ROLES, "coordinator", "manager", "interviewer")

HR = {"partner", "partner who asked", "partner who owes"}
APART = {"partner", "partner who asked"}
ADMINS = {"admin", "admin who asked"}
CLERKS = {"coordinator", "clerk"}
NOBODY = set[str]()
EXPECTED = {
    "admin.early_reading": CLERKS | APART | ADMINS | {"auditor"},
    "admin.approve_early": APART | ADMINS,
    "admin.refuse_early": APART | ADMINS,
    "admin.read_early": NOBODY,
    "admin.confirm": {"admin"},
    "admin.refuse": {"admin"},
    "admin.withdraw": ADMINS,
    "admin.take_back": ADMINS | CLERKS,
    "admin.look": ADMINS,
    # No provider is set up here: `test_provider_accounts` has one.
    "auth.connect": NOBODY,
    "auth.disconnect": NOBODY,
    "auth.leave_to_prove": NOBODY,
    "auth.remove_passkey": {"owner"},
    "fairness.release_one": APART,
    "fairness.release_role": HR,
    "fairness.report": APART | {"auditor"},
    "fairness.report_csv": APART | {"auditor"},
    "fairness.report_pdf": APART | {"auditor"},
    "hiring.file": CLERKS | HR | {"manager", "interviewer"},
    "privacy.approve": {"partner", "partner who owes"},
    "privacy.ask": HR,
    "privacy.copy": HR,
    "privacy.certificate": NOBODY,
    "privacy.erasure": HR | {"auditor"},
    "privacy.hold": HR,
    "privacy.hold_need": HR,
    "privacy.lift": HR,
    "privacy.need": HR | {"auditor"},
    "privacy.place": HR,
    "privacy.refuse": HR,
    "privacy.subject": HR | {"auditor"},
    "scheduling.again": {"owner"},
    "scheduling.remove": {"owner"},
}
"""Who may ask for it while the early reading waits, nothing is erased and the requisition is open."""
APPROVED = {
    **EXPECTED, "admin.approve_early": NOBODY, "admin.refuse_early": NOBODY, "admin.read_early": {"coordinator"},
}  # fmt: skip
ERASED = {
    **EXPECTED,
    "privacy.approve": NOBODY, "privacy.refuse": NOBODY, "privacy.ask": NOBODY, "privacy.copy": NOBODY,
    "privacy.certificate": HR | {"auditor"},
    "hiring.file": NOBODY,
    **dict.fromkeys(("admin.early_reading", "admin.approve_early", "admin.refuse_early"), NOBODY),
}  # fmt: skip
SEES = {"privacy": HR | {"auditor"}, "admin": EXPECTED["admin.early_reading"]}
POINTS = {"waiting": EXPECTED, "approved": APPROVED, "erased": ERASED}


class Room:
    """All of it for everybody; ``renew`` begins anew after an act that changed something."""

    def __init__(self, program: Flask, database: Database, point: str) -> None:
        self.program, self.database, self.point = program, database, point
        self.renew()

    def renew(self) -> None:
        """Set the scene afresh and sign everybody in."""
        panel = panels.make_panel(self.database)
        panels.seal(self.database, panel.ada, panel.ada_card)
        with writing(self.database.engine) as session:
            made = {name: hiring.make_person(session, name.title(), roles).id for name, roles in ROLES.items()}
            self.people = {
                **made, "coordinator": panel.coordinator.person_id, "manager": panel.manager.person_id,
                "interviewer": panel.ada.person_id,
            }  # fmt: skip
            self.ids = self._things(session, panel)
        files.keep(self.program.config["PLUMBLINE"].files_dir, self.ids["file_id"], PAPER)
        self.browsers: dict[str, Browser] = {}

    def _things(self, session: Session, panel: panels.Panel) -> dict[str, Any]:
        now, people = datetime.now(UTC), self.people
        application = session.get_one(Application, panel.application)
        version = session.get_one(Requisition, panel.requisition).blueprint
        hiring.make_card(
            session, session.get_one(Interview, panel.interview), session.get_one(Person, people["partner who owes"])
        )
        closed = hiring.make_requisition(session, "Closed before", version=version, state=RequisitionState.CLOSED)
        hiring.make_application(session, closed, name="Other Candidate")
        if self.point == "erased":
            session.get_one(Candidate, application.candidate_id).erased_at = now
        other = hiring.make_candidate(session, "Somebody Held")
        holder = hiring.make_person(session, "Holds a Role")
        things: dict[str, Any] = {
            "glass_id": _glass(panel, people, now, approved=self.point == "approved"),
            "request_id": RoleRequest(
                person_id=people["committee"], role=Role.AUDITOR, asked_by_id=people["admin who asked"], asked_at=now,
                lapses_at=now + GLASS_WAITS,
            ),
            "grant_id": ScopedGrant(
                person_id=holder.id, role=Role.COORDINATOR, requisition_id=panel.requisition,
                granted_by_id=people["clerk"], granted_at=now,
            ),
            "passkey_id": Passkey(
                person_id=people["owner"], credential_id=f"key {people['owner']}", public_key="x", name="key",
                created_at=now,
            ),
            "calendar_id": BusyCalendar(person_id=people["owner"], name="Own", address="", added_at=now, read_at=now),
            "release_id": ImpactRelease(
                role=version.role, title=version.title, body=body_of([Standing({}, 0)] * 6), sha256="a" * 64,
                released_at=now,
                released_by_id=people["partner"],
            ),
            "file_id": CandidateFile(
                candidate_id=application.candidate_id, name="plan.txt", media_type="text/plain", size=4,
                sha256=hashlib.sha256(PAPER).hexdigest(), added_at=now, added_by_id=people["clerk"],
            ),
            "erasure_id": _erasure(application, people, now, done=self.point == "erased"),
            "hold_id": LegalHold(candidate_id=other.id, reason="x", set_at=now, set_by_id=people["partner"]),
        }  # fmt: skip
        session.add_all(things.values())
        session.flush()
        session.add(ImpactPart(requisition_id=panel.requisition, release_id=things["release_id"].id))
        return {
            **{name: thing.id for name, thing in things.items()},
            "subject_id": application.candidate_id, "need_id": panel.requisition,
            "requisition_id": panel.requisition, "person_id": people["owner"], "role": version.role,
        }  # fmt: skip

    def browser(self, name: str) -> Browser:
        """Theirs, signed in."""
        if name not in self.browsers:
            self.browsers[name] = Browser(self.program)
            self.browsers[name].sign_in(self.people[name])
        return self.browsers[name]

    def ask(self, name: str, rule: Rule, method: str) -> int:
        """The status of one request."""
        browser = self.browser(name)
        words = {"kind": "candidate", "provider": "none"}
        values = {one: self.ids.get(one) or words[one] for one in rule.arguments}
        path = self.program.url_map.bind("localhost").build(rule.endpoint, values)
        if method == "GET":
            return browser.get(path, query_string={"as": "page"}).status_code
        return browser.post(path).status_code

    def chain_length(self) -> int:
        """How many acts the program has recorded."""
        with reading(self.database.engine) as session:
            return session.scalar(select(AuditHead.seq)) or 0


def _glass(panel: panels.Panel, people: dict[str, UUID], now: datetime, *, approved: bool) -> BrokenGlass:
    asked = BrokenGlass(
        application_id=panel.application, asked_by_id=panel.coordinator.person_id, reason="They leave today.",
        asked_at=now, lapses_at=now + GLASS_WAITS,
    )  # fmt: skip
    if approved:
        asked.ruling, asked.decided_by_id = Ruling.ACCEPTED, people["admin"]
        asked.decided_at, asked.ends_at = now, now + GLASS_LASTS
    return asked


def _erasure(application: Application, people: dict[str, UUID], now: datetime, *, done: bool) -> Erasure:
    wish = Erasure(
        candidate_id=application.candidate_id, origin=Origin.REQUEST, ground="They asked.", state=ErasureState.ASKED,
        asked_at=now, asked_by_id=people["partner who asked"],
    )  # fmt: skip
    if done:
        wish.state, wish.done_at, wish.answered_at = ErasureState.DONE, now, now
        wish.answered_by_id, wish.counts, wish.ground = people["partner"], "{}", ""
        wish.aged_out_on = (now + timedelta(days=35)).date()
    return wish


# Routes are the same on PostgreSQL, and the facts are compared on both by other tests: one point will do.
@pytest.mark.parametrize(
    ("database", "point"), [*(("sqlite", point) for point in POINTS), ("postgresql", "waiting")], indirect=["database"]
)
def test_each_cell_answers_as_written(program: Flask, database: Database, cells: Cells, point: str) -> None:
    room = Room(program, database, point)
    wrong = []
    for rule, method in _rules(program):
        for name in sorted(PEOPLE):
            may = name in POINTS[point][rule.endpoint]
            cells.tried(allowed=may)
            room.browser(name)
            before = room.chain_length()
            status = room.ask(name, rule, method)
            told = (
                EXPLAINED if method == "POST" and name in SEES.get(rule.endpoint.partition(".")[0], NOBODY) else set()
            )
            if status not in (ANSWERED if may else REFUSED | told):
                wrong.append(f"{method} {rule.endpoint} as {name}: {status}, expected {'answer' if may else 'refusal'}")
            if room.chain_length() != before:
                if not may:
                    wrong.append(f"{method} {rule.endpoint} as {name}: refused, and yet it did something")
                room.renew()
    assert wrong == []


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_route_has_a_matrix_whose_scene_holds_what_it_is_about(program: Flask, database: Database) -> None:
    scene, says = test_matrix.Stage(program, database, "coordinator", "decided"), guard.declared(program)
    left = {
        rule.endpoint
        for rule in program.url_map.iter_rules()
        if isinstance(says[rule.endpoint], Permission)
        and not scene.has_object_of(rule)
        and not rule.endpoint.startswith((*test_growth_matrix.JOBS, "grading.", "casework."))
        and not rule.arguments & test_plan_matrix.OBJECTS
    }
    assert left == set(EXPECTED)


def _rules(program: Flask) -> Iterator[tuple[Rule, str]]:
    """Pages first, then acts, so that looking comes before changing."""
    for method in ("GET", "POST"):
        for rule in program.url_map.iter_rules():
            if rule.endpoint in EXPECTED and method in (rule.methods or ()):
                yield rule, method
