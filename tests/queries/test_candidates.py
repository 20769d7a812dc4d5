from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.candidate import CandidateDetails, ImportRow
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.hiring import Stage
from app.domain.permission import Role
from app.models.engine import reading, writing
from app.queries import candidates, search
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from tests.databases import Database


def somebody(session: Session, name: str, *roles: Role) -> ActorFacts:
    return make.actor_of(make.make_person(session, name, roles))


def test_who_reads_all_finds_candidates_without_an_application_too(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        requisition = make.make_requisition(session, manager=manager)
        make.make_application(session, requisition, name="Mira Okafor")
        make.make_application(session, name="Ben Sands")
        make.make_candidate(session, "Cy Dent")
        make.make_candidate(session, "Cora Finn", email=actor.email)
    with reading(database.engine) as session:
        everybody = [row.name for row in candidates.listed(session, actor)]
        managed = [row.name for row in candidates.listed(session, make.actor_of(manager))]
    assert everybody == ["Ben Sands", "Cy Dent", "Mira Okafor"], "and never oneself"
    assert managed == ["Mira Okafor"]


def test_pages_of_the_list_meet_without_gap_or_overlap(database: Database) -> None:
    with writing(database.engine) as session:
        actor = somebody(session, "Cora Finn", Role.COORDINATOR)
        for name in ("Ann", "Ann", "Bob", "Cy", "Cy"):
            make.make_candidate(session, name)
    with reading(database.engine) as session:
        whole = candidates.listed(session, actor)
        first = candidates.listed(session, actor, limit=2)
        second = candidates.listed(session, actor, limit=2, after=first[-1].candidate_id)
        third = candidates.listed(session, actor, limit=2, after=second[-1].candidate_id)
    assert (*first, *second, *third) == whole
    assert len(whole) == 5


def test_contact_is_for_those_who_plan(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER])
        application = make.make_application(session, make.make_requisition(session, manager=manager))
        make.make_interview(session, application, [ida])
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
    with reading(database.engine) as session:
        pages = [
            candidates.page(session, who, application.candidate_id)
            for who in (coordinator, make.actor_of(manager), make.actor_of(ida))
        ]
    assert [(page.contact, page.may_edit) for page in pages] == [(True, True), (True, False), (False, False)]


def test_other_applications_of_a_candidate_stay_with_those_who_may_know(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        own = make.make_application(session, make.make_requisition(session, "Own", manager=manager))
        other = make.make_requisition(session, "Other")
        make.make_application(session, other, own.candidate)
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
    with reading(database.engine) as session:
        seen = candidates.page(session, make.actor_of(manager), own.candidate_id)
        whole = candidates.page(session, coordinator, own.candidate_id)
    assert [one.requisition for one in seen.applications] == ["Own"]
    assert [one.requisition for one in whole.applications] == ["Other", "Own"]


@pytest.mark.parametrize("stage", [Stage.INTERVIEWING, Stage.DEBRIEF, Stage.DECIDED])
def test_stages_in_lists_and_search_tell_nothing_to_whoever_owes(database: Database, stage: Stage) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER, Role.COORDINATOR])
        application = make.make_application(session, stage=stage)
        make.make_interview(session, application, [ida])
        actor = make.actor_of(ida)
    with reading(database.engine) as session:
        listed = candidates.listed(session, actor)
        hits = search.find(session, actor, "okafor").candidates
        page = candidates.page(session, actor, application.candidate_id)
    shown = [*(row.applications for row in listed), *(row.applications for row in hits), page.applications]
    assert [applications[0].stage for applications in shown] == [Stage.INTERVIEWING] * 3


def test_a_preview_tells_new_from_known_and_repeated(database: Database) -> None:
    rows = [
        ImportRow(2, CandidateDetails("Ann New", "ann@example.org")),
        ImportRow(3, CandidateDetails("Bob B.", "bob@example.org", headline="PM")),
        ImportRow(4, CandidateDetails("Ann N.", "ann@example.org", phone="1")),
        ImportRow(5, CandidateDetails("Bob", "bob@example.org")),
    ]
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        bob = make.make_candidate(session, "Bob", email="bob@example.org")
        application = make.make_application(session, candidate=bob)
        requisition_id = application.requisition_id
        manager = somebody(session, "Mara Lind", Role.HIRING_MANAGER)
    with reading(database.engine) as session:
        preview = candidates.import_preview(session, coordinator, rows, requisition_id)
        with pytest.raises(NotAllowedError):
            candidates.import_preview(session, manager, rows, requisition_id)
        with pytest.raises(NotAllowedError):
            candidates.known(session, manager, "bob@example.org")
        assert candidates.known(session, coordinator, " BOB@example.org ") == candidates.Known(
            bob.id, CandidateDetails("Bob", "bob@example.org")
        )
    assert [one.kept.name for one in preview.new] == ["Ann New"]
    assert preview.already == 1
    told = [
        (one.kept.name, one.known, overlap.line, [(d.field, d.kept, d.offered) for d in overlap.differences])
        for one in preview.overlapping
        for overlap in one.overlaps
    ]
    assert told == [
        ("Ann New", False, 4, [("name", "Ann New", "Ann N."), ("phone", "", "1")]),
        ("Bob", True, 3, [("name", "Bob", "Bob B."), ("headline", "", "PM")]),
        ("Bob", True, 5, []),
    ]


@pytest.mark.parametrize("size", [1, 3])
def test_lists_and_pages_take_the_same_statements_however_much_they_hold(database: Database, size: int) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        candidate = make.make_candidate(session)
        for _ in range(size):
            make.make_application(session, candidate=candidate)
            make.make_application(session)
    with reading(database.engine) as session, counted(database.engine) as listing:
        candidates.listed(session, coordinator)
    with reading(database.engine) as session, counted(database.engine) as page:
        candidates.page(session, coordinator, candidate.id)
    assert (len(listing), len(page)) == (2, 3)


def test_a_candidate_of_others_and_oneself_are_not_found(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        stranger = somebody(session, "Sten Falk", Role.INTERVIEWER)
        candidate = make.make_candidate(session)
        oneself = make.make_candidate(session, "Cora Finn", email=coordinator.email)
        applied = make.make_application(session, candidate=make.make_candidate(session, email=stranger.email))
    with reading(database.engine) as session:
        for who, what in ((stranger, candidate.id), (coordinator, oneself.id), (stranger, applied.candidate_id)):
            with pytest.raises((NotFoundError, NotAllowedError)):
                candidates.page(session, who, what)
