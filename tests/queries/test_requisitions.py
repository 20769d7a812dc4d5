from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.card import CardState
from app.domain.errors import NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission, Role
from app.models.engine import reading, writing
from app.queries import requisitions
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database


def somebody(session: Session, name: str, *roles: Role) -> ActorFacts:
    return make.actor_of(make.make_person(session, name, roles))


def test_the_list_is_filtered_by_state_and_title(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        version = make.make_blueprint_version(session)
        for title, state in (
            ("PM, Search", RequisitionState.OPEN),
            ("PM, Ads_1", RequisitionState.OPEN),
            ("Designer", RequisitionState.CLOSED),
        ):
            make.make_requisition(session, title, state=state, version=version)
    with reading(database.engine) as session:
        everything = {line.title for line in requisitions.listed(session, actor)}
        opened = {line.title for line in requisitions.listed(session, actor, state=RequisitionState.OPEN)}
        named = [line.title for line in requisitions.listed(session, actor, text=" pm, S")]
        literal = [line.title for line in requisitions.listed(session, actor, text="s_1")]
    assert everything == {"PM, Search", "PM, Ads_1", "Designer"}
    assert opened == {"PM, Search", "PM, Ads_1"}
    assert named == ["PM, Search"]
    assert literal == ["PM, Ads_1"], "a wildcard in the text stands for itself"


def test_pages_of_the_list_meet_without_gap_or_overlap(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        for number in range(5):
            make.make_requisition(session, f"PM {number}")
    with reading(database.engine) as session:
        whole = requisitions.listed(session, actor)
        first = requisitions.listed(session, actor, limit=2)
        second = requisitions.listed(session, actor, limit=2, after=first[-1].requisition_id)
        third = requisitions.listed(session, actor, limit=2, after=second[-1].requisition_id)
    assert (*first, *second, *third) == whole
    assert len(third) == 1


def test_a_line_counts_only_candidates_that_the_reader_may_know_of(database: Database) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        interviewer = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        seen, _unseen = (make.make_application(session, requisition) for _ in range(2))
        make.make_interview(session, seen, [interviewer])
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        outsider = somebody(session, "Ole Bard", Role.INTERVIEWER)
    with reading(database.engine) as session:
        assert [line.candidates for line in requisitions.listed(session, coordinator)] == [2]
        assert [line.candidates for line in requisitions.listed(session, make.actor_of(interviewer))] == [1]
        assert requisitions.listed(session, outsider) == ()


def test_the_page_shows_people_pipeline_panels_and_thin_dimensions(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        chair, member = (make.make_person(session, name, [Role.COMMITTEE]) for name in ("Chao Wen", "Mo Adler"))
        requisition = make.make_requisition(
            session, manager=manager, chair=chair, members=[member], musts=("fluency", "strategy")
        )
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        mira = make.make_application(session, requisition, name="Mira Okafor")
        make.make_application(session, requisition, name="Ben Sands", stage=Stage.APPLIED)
        interview = make.make_interview(session, mira, [ida, ole], focus=("strategy", "fluency"))
        make.make_interview(session, mira, [ida], focus=("strategy", "empathy"))
        make.seal(session, make.card_of(session, interview, ida), {"strategy": 4})
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
    with reading(database.engine) as session:
        page = requisitions.page(session, actor, requisition.id)
    assert [(who.name, who.part.value) for who in page.header.people] == [
        ("Chao Wen", "chair"),
        ("Mara Lind", "hiring_manager"),
        ("Mo Adler", "member"),
    ]
    assert page.header.musts == ("strategy", "fluency"), "in the scorecard's order"
    assert page.header.pinned
    assert [(line.name, line.stage, line.thin, line.panel.progress) for line in page.candidates] == [
        ("Ben Sands", Stage.APPLIED, 3, None),
        ("Mira Okafor", Stage.INTERVIEWING, 1, (1, 3)),
    ]
    assert dict(page.pipeline)[Stage.APPLIED] == dict(page.pipeline)[Stage.INTERVIEWING] == 1
    assert page.moves == (RequisitionState.DECIDING, RequisitionState.CLOSED)
    assert page.granted == {
        Permission.REQUISITION_EDIT,
        Permission.PANEL_PLAN,
        Permission.CANDIDATE_ADD,
        Permission.COMPARISON_SEE,
        Permission.ROLE_GRANT_HERE,
    }


def test_an_interviewer_sees_their_candidate_and_own_duty_only(database: Database) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        ida, ole = (make.make_person(session, name, [Role.INTERVIEWER]) for name in ("Ida Noor", "Ole Bard"))
        mira = make.make_application(session, requisition, name="Mira Okafor", stage=Stage.DEBRIEF)
        make.make_application(session, requisition, name="Ben Sands")
        interview = make.make_interview(session, mira, [ida, ole])
        make.seal(session, make.card_of(session, interview, ole), {"strategy": 4})
        make.open_debrief(session, mira, ole.id)
    with reading(database.engine) as session:
        page = requisitions.page(session, make.actor_of(ida), requisition.id)
    (line,) = page.candidates
    assert (line.name, line.stage, line.debrief_read, line.debrief_due, line.panel.progress) == (
        "Mira Okafor",
        Stage.INTERVIEWING,
        False,
        False,
        None,
    )
    assert [(seat.name, seat.state) for seat in line.panel.seats] == [("Ida Noor", CardState.OWED), ("Ole Bard", None)]
    assert len(line.panel.owed_own) == 1
    assert page.granted == frozenset()
    assert page.moves == ()


@pytest.mark.parametrize("candidates", [1, 3])
def test_the_page_takes_four_statements_however_much_it_holds(database: Database, candidates: int) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session, musts=make.DIMENSIONS[:candidates])
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        for _ in range(candidates):
            application = make.make_application(session, requisition)
            people = [make.make_person(session, roles=[Role.INTERVIEWER]) for _ in range(candidates)]
            make.make_interview(session, application, people, focus=make.DIMENSIONS[:candidates])
    with reading(database.engine) as session:
        requisitions.page(session, actor, requisition.id)
    with reading(database.engine) as session, counted(database.engine) as sent:
        requisitions.page(session, actor, requisition.id)
    assert len(sent) == 4


def test_a_requisition_of_others_is_not_found(database: Database) -> None:
    with writing(database.engine) as session:
        requisition = make.make_requisition(session)
        actor = somebody(session, "Sten Falk", Role.HIRING_MANAGER, Role.INTERVIEWER)
    with reading(database.engine) as session, pytest.raises(NotFoundError):
        requisitions.page(session, actor, requisition.id)


def test_choices_hold_active_people_with_the_role(database: Database) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER, Role.COMMITTEE])
        make.make_person(session, "Old Hand", [Role.INTERVIEWER], active=False)
        make.make_person(session, "Ada Min", [Role.ADMIN])
        insider = make.make_person(session, "In Sider", [Role.INTERVIEWER])
    with reading(database.engine) as session:
        found = requisitions.choices(session, Role.INTERVIEWER, Role.COMMITTEE, apart_from=insider.email)
    assert [(one.person_id, one.roles) for one in found] == [(ida.id, frozenset({Role.INTERVIEWER, Role.COMMITTEE}))]
