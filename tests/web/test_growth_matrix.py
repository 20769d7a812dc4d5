"""Every route of the ladder, every kind of person, every point of a case: each cell is tried over HTTP.

What is expected is written out by hand here, apart from the permission map and from the rows that it is read from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sqlalchemy import select

from app.domain.permission import Permission
from app.models.audit import AuditHead
from app.models.engine import reading, writing
from app.web import guard
from tests.factories.growth import KINDS, STATES, make_growth_scene
from tests.web.browser import Browser

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from flask import Flask
    from werkzeug.routing import Rule

    from tests.cells import Cells
    from tests.databases import Database

JOBS = ("ladder.", "evidence.", "promotion.", "calibration.", "insights.")
REFUSED = {403, 404}
SHOWN = {200, 303}
ANSWERED = SHOWN | {409, 410, 422}
# Whoever may know of a thing may be told in words why something is not possible; nothing happens, as is asserted.
EXPLAINED = {409, 422}

ALL = frozenset(KINDS)
HR = frozenset({"hr", "hr as person"})
OTHER_HR = frozenset({"hr"})
SUBJECT = frozenset({"person", "hr as person"})
PAIR = SUBJECT | {"manager"}
PANEL = frozenset({"chair", "member", "bound member"})
VOTERS = frozenset({"chair", "member"})
NOBODY = frozenset[str]()
BEFORE_LOCK = ("begun", "voting", "discussing")
HANDED_IN = ("voting", "discussing", "locked")
SEALED = ("voting", "discussing", "locked", "decided")
OPEN = ("begun", "voting", "discussing", "locked")
# Permission -> who, and at which points; without points at all of them.
TABLE: Mapping[Permission, tuple[frozenset[str], tuple[str, ...]]] = {
    Permission.LADDER_SEE: (ALL, STATES),
    Permission.EVIDENCE_LIST: (ALL, STATES),
    Permission.CASE_LIST: (ALL, STATES),
    Permission.CALIBRATION_LIST: (ALL, STATES),
    Permission.PLACEMENT_KEEP: (HR, STATES),
    Permission.CYCLE_KEEP: (HR, STATES),
    Permission.INSIGHTS_SEE: (HR, STATES),
    Permission.MIRROR_SEE: (ALL, STATES),
    Permission.CALIBRATION_OPEN: (HR, STATES),
    Permission.READINESS_SEE: (PAIR | OTHER_HR, STATES),
    Permission.ASSESSMENT_OPEN: (PAIR | {"peer"} | OTHER_HR, STATES),
    Permission.ASSESSMENT_READ: (PAIR | OTHER_HR, SEALED),
    Permission.ASSESSMENT_EXTEND: (frozenset({"manager"}) | OTHER_HR, OPEN),
    Permission.ASSESSMENT_CONCLUDE: (PAIR, SEALED),
    Permission.ASSESSMENT_ASK: (PAIR, OPEN),
    Permission.EVIDENCE_KEEP: (SUBJECT, STATES),
    Permission.EVIDENCE_CORROBORATE: (frozenset({"peer"}), STATES),
    Permission.CASE_EDIT: (PAIR, ("begun",)),
    Permission.CASE_COUNTER: (frozenset({"manager"}), ("begun",)),
    Permission.CASE_SUBMIT: (frozenset({"manager"}), ("begun",)),
    Permission.CASE_WITHDRAW: (PAIR, OPEN),
    Permission.CASE_DECIDE: (frozenset({"chair"}), ("locked",)),
    Permission.CASE_CORRECT: (frozenset({"chair"}), ("decided",)),
    Permission.CASE_SIGN: (PAIR | {"chair"}, ("decided",)),
    Permission.CASE_APPEAL: (SUBJECT, ("decided",)),
    Permission.FEEDBACK_ASK: (PAIR, ("begun",)),
    Permission.FEEDBACK_OPEN: (frozenset({"peer"}), STATES),
    Permission.FEEDBACK_GIVE: (frozenset({"peer"}), OPEN),
    Permission.CALIBRATION_SEE: (PANEL | HR, STATES),
    Permission.CALIBRATION_PREPARE: (HR | {"chair"}, ("begun",)),
    Permission.CALIBRATION_RUN: (frozenset({"chair"}), BEFORE_LOCK),
    Permission.CALIBRATION_TELL: (frozenset({"chair"}), ("discussing", "locked", "decided")),
    Permission.CALIBRATION_READ: (PANEL | OTHER_HR, STATES),
    Permission.CALIBRATION_HEAR: (frozenset({"manager"}), ("locked", "decided")),
    Permission.CONFLICT_DECLARE: (PANEL, BEFORE_LOCK),
    Permission.PREVOTE_CAST: (VOTERS, ("voting",)),
    Permission.PREVOTE_CHANGE: (VOTERS, ("discussing",)),
}
# Permissions that different people hold at different points.
BY_POINT: Mapping[Permission, Mapping[str, frozenset[str]]] = {
    Permission.ASSESSMENT_WRITE: {
        "begun": PAIR | {"peer"},
        **dict.fromkeys(HANDED_IN, frozenset({"peer"})),
        "decided": NOBODY,
    },
    Permission.CASE_SEE: {"begun": PAIR | OTHER_HR, **dict.fromkeys(SEALED, PAIR | OTHER_HR | PANEL)},
    Permission.EVIDENCE_SEE: {
        "begun": PAIR | OTHER_HR | {"peer"},
        **dict.fromkeys(SEALED, PAIR | OTHER_HR | PANEL | {"peer"}),
    },
}
# Who may know of a thing at all, and so be told what state it is in.
KNOW = PAIR | PANEL | HR | {"peer"}

# Views that need something first: a file, a locked session, sealed answers, something of one's own to take over.
UNPREPARED: Mapping[str, set[int]] = {
    "evidence.file": {404},
    "evidence.take_goal": {404},
    "evidence.take_reading": {404},
    "calibration.minutes_pdf": {409},
    "ladder.self_pdf": {409},
}
READERS = {"begun": {"manager", "peer"} | OTHER_HR, **dict.fromkeys(SEALED, {"manager", "peer"} | OTHER_HR | PANEL)}
# Views of which the permission says less than they ask: nobody acts on what is about themselves, and each page of
# somebody's evidence or answers is there for whoever may read some of it.
OWN: Mapping[str, Mapping[str, AbstractSet[str]]] = {
    "ladder.hand_over": dict.fromkeys(STATES, OTHER_HR),
    "ladder.take_out": dict.fromkeys(STATES, OTHER_HR),
    "ladder.put_back": dict.fromkeys(STATES, OTHER_HR),
    "ladder.declining_page": dict.fromkeys(OPEN, frozenset({"peer"})),
    "ladder.decline": dict.fromkeys(OPEN, frozenset({"peer"})),
    "ladder.history": dict.fromkeys(STATES, PAIR | OTHER_HR),
    "ladder.self_pdf": {"begun": SUBJECT, **dict.fromkeys(SEALED, PAIR | OTHER_HR)},
    "calibration.edit": {"begun": {"chair"} | OTHER_HR},
    "calibration.save": {"begun": {"chair"} | OTHER_HR},
    "calibration.take_out": {"begun": {"chair"} | OTHER_HR},
    "evidence.of": READERS,
    "evidence.of_csv": READERS,
}


class Stage:
    """Plays one person's requests in a scene, with a new scene whenever an act has changed it."""

    def __init__(self, program: Flask, database: Database, kind: str, state: str) -> None:
        self.program, self.database, self.kind, self.state = program, database, kind, state
        self.renew()

    def renew(self) -> None:
        """Set the scene afresh and sign the person in."""
        with writing(self.database.engine) as session:
            self.scene = make_growth_scene(session, self.kind, self.state)
        self.browser = Browser(self.program)
        self.browser.sign_in(self.scene.person_id)

    def ask(self, rule: Rule, method: str) -> int:
        """The status of one request."""
        values: dict[str, Any] = {name: self.scene.ids[name] for name in rule.arguments}
        path = self.program.url_map.bind("localhost").build(rule.endpoint, values)
        if method == "GET":
            return self.browser.get(path, query_string={"as": "page"}).status_code
        status = self.browser.post(path).status_code
        if status not in REFUSED | EXPLAINED:
            self.renew()
        return status

    def expected(self, rule: Rule, permission: Permission) -> bool:
        """What the tables say."""
        if rule.endpoint in OWN:
            return self.kind in OWN[rule.endpoint].get(self.state, NOBODY)
        if permission in BY_POINT:
            return self.kind in BY_POINT[permission][self.state]
        who, points = TABLE[permission]
        return self.kind in who and self.state in points

    def chain_length(self) -> int:
        """How many acts the program has recorded."""
        with reading(self.database.engine) as session:
            return session.scalar(select(AuditHead.seq)) or 0


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_each_cell_answers_as_the_tables_say(
    program: Flask, database: Database, cells: Cells, kind: str, state: str
) -> None:
    assert _differing(program, database, cells, kind, state) == []


# Routes and policy are the same on PostgreSQL, and facts are compared on both by their own tests: one point will do.
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_each_cell_while_members_vote_on_postgresql(
    program: Flask, database: Database, cells: Cells, kind: str
) -> None:
    assert _differing(program, database, cells, kind, "voting") == []


def test_the_matrix_is_large_and_its_tables_miss_nothing(program: Flask) -> None:
    walked = list(_guarded(program))

    assert {permission for _, _, permission in walked} == set(TABLE) | set(BY_POINT)
    assert len(walked) * len(KINDS) * len(STATES) >= 5000


def _differing(program: Flask, database: Database, cells: Cells, kind: str, state: str) -> list[str]:
    stage = Stage(program, database, kind, state)
    wrong = []
    for rule, method, permission in _guarded(program):
        expected = stage.expected(rule, permission)
        cells.tried(allowed=expected)
        before = None if expected else stage.chain_length()
        status = stage.ask(rule, method)
        told = EXPLAINED if kind in KNOW else set()
        answers = (SHOWN if method == "GET" else ANSWERED) | UNPREPARED.get(rule.endpoint, set())
        allowed = answers if expected else REFUSED | told
        if status not in allowed:
            wrong.append(
                f"{method} {rule.endpoint} {permission}: {status}, expected {'answer' if expected else 'refusal'}"
            )
        if before is not None and stage.chain_length() != before:
            wrong.append(f"{method} {rule.rule}: refused, and yet it did something")
    return wrong


def _guarded(program: Flask) -> Iterator[tuple[Rule, str, Permission]]:
    """Pages first, then acts, so that looking comes before changing."""
    says = guard.declared(program)
    for method in ("GET", "POST"):
        for rule in program.url_map.iter_rules():
            permission = says[rule.endpoint]
            ours = rule.endpoint.startswith(JOBS)
            if ours and isinstance(permission, Permission) and method in (rule.methods or ()):
                yield rule, method, permission
