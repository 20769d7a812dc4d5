"""What belongs to a candidate as a whole is changed by who coordinates all of it, not by who coordinates a part."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from app.domain.access import holds_whole
from app.domain.candidate import CandidateDetails
from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.hiring import RequisitionState, Stage
from app.domain.permission import Permission, Role
from app.models.candidate import Candidate
from app.models.engine import writing
from app.models.facts import actor_facts, candidate_facts
from app.models.interest import ConflictOfInterest
from app.models.visibility import coordinates_whole
from app.queries import candidates as queries
from app.queries import conflicts
from app.queries import redactions as redaction_queries
from app.services import candidates, files, interests, redactions, resumes
from app.services.files import CleanFile
from tests.factories import hiring as make
from tests.factories.grants import give
from tests.factories.panel_plans import make_conflict

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from uuid import UUID

    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts
    from app.models.requisition import Requisition
    from tests.databases import Database

NOW = make.NOW
CV = CleanFile("cv.txt", "text/plain", b"Mira")
Acts = tuple["Callable[[], object]", ...]


def coordinator_of(session: Session, *places: Requisition) -> ActorFacts:
    """Somebody who coordinates just these."""
    person, giver = make.make_person(session, "Pia Part"), make.make_person(session, "Gil Giver", [Role.ADMIN])
    for place in places:
        give(session, person, Role.COORDINATOR, requisition=place, by=giver.id)
    facts = actor_facts(session, person.id)
    assert facts is not None
    assert facts.roles == frozenset()
    return facts


def acts(session: Session, actor: ActorFacts, candidate: Candidate, conflict: UUID, folder: Path) -> Acts:
    """Everything that changes, or is there to change, what belongs to a candidate as a whole."""
    details = CandidateDetails("Mira Okafor-Lind", candidate.email)
    return (
        lambda: candidates.edit(session, actor, candidate.id, details, version=candidate.version, now=NOW),
        lambda: files.attach(session, actor, candidate.id, CV, folder=folder, now=NOW),
        lambda: resumes.keep(session, actor, candidate.id, {"basics": {"name": "Mira"}}, now=NOW),
        lambda: redaction_queries.page(session, actor, candidate.id),
        lambda: redactions.from_text(session, actor, candidate.id, "Led search.", version=0, now=NOW),
        lambda: resumes.remove(session, actor, candidate.id, now=NOW),
        lambda: conflicts.referral(session, actor, candidate.id),
        lambda: interests.set_referrer(session, actor, candidate.id, None, now=NOW),
        lambda: interests.withdraw(session, actor, conflict, "They never met.", now=NOW),
    )


def _conflict(session: Session, candidate: Candidate) -> ConflictOfInterest:
    return make_conflict(session, make.make_person(session, "Near Byrne"), candidate)


def test_a_part_of_the_applications_is_not_enough_and_all_of_them_are(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        here, there = make.make_requisition(session, "Here"), make.make_requisition(session, "There")
        mira = make.make_candidate(session)
        for one in (here, there):
            make.make_application(session, one, mira)
        conflict = _conflict(session, mira)
        part, whole = coordinator_of(session, here), coordinator_of(session, here, there)

        for act in acts(session, part, mira, conflict.id, tmp_path / "files"):
            with pytest.raises(NotAllowedError, match="as a whole") as refused:
                act()
            assert "appli" not in str(refused.value), "not that there is another application"
        assert not queries.page(session, part, mira.id).may_edit, "the page offers none of it"
        assert not (tmp_path / "files").exists(), "and nothing was kept"
        assert queries.page(session, whole, mira.id).may_edit
        for act in acts(session, whole, mira, conflict.id, tmp_path / "files"):
            act()


@pytest.mark.parametrize("over", ["closed", "withdrawn"])
def test_only_applications_that_go_on_count(database: Database, tmp_path: Path, over: str) -> None:
    with writing(database.engine) as session:
        state = RequisitionState.CLOSED if over == "closed" else RequisitionState.OPEN
        here, there = make.make_requisition(session, "Here"), make.make_requisition(session, "There", state=state)
        mira = make.make_candidate(session)
        make.make_application(session, here, mira)
        past = make.make_application(session, there, mira)
        if over == "withdrawn":
            past.stage = Stage.WITHDRAWN
            session.flush()
        running, ended = coordinator_of(session, here), coordinator_of(session, there)

        files.attach(session, running, mira.id, CV, folder=tmp_path, now=NOW)
        with pytest.raises(NotAllowedError, match="as a whole"):
            files.attach(session, ended, mira.id, CV, folder=tmp_path, now=NOW)


def test_where_nothing_goes_on_all_of_it_counts_again(database: Database, tmp_path: Path) -> None:
    with writing(database.engine) as session:
        closed = [make.make_requisition(session, name, state=RequisitionState.CLOSED) for name in ("One", "Two")]
        mira = make.make_candidate(session)
        for one in closed:
            make.make_application(session, one, mira)
        part, whole = coordinator_of(session, closed[0]), coordinator_of(session, *closed)
        stranger = coordinator_of(session, make.make_requisition(session, "Elsewhere"))
        company = make.actor_of(make.make_person(session, "Cora", [Role.COORDINATOR]))

        with pytest.raises(NotAllowedError):
            files.attach(session, part, mira.id, CV, folder=tmp_path, now=NOW)
        with pytest.raises(NotFoundError):
            files.attach(session, stranger, mira.id, CV, folder=tmp_path, now=NOW)
        for actor in (whole, company):
            files.attach(session, actor, mira.id, CV, folder=tmp_path, now=NOW)


def test_lists_and_the_map_agree_on_who_keeps_a_whole_candidate(database: Database) -> None:
    with writing(database.engine) as session:
        places = [make.make_requisition(session, name) for name in ("One", "Two", "Three")]
        closed = make.make_requisition(session, "Closed", state=RequisitionState.CLOSED)
        people = [make.make_candidate(session, f"Candidate {number}") for number in range(4)]
        for one, theirs in zip(people, ((0,), (0, 1), (1, 2), (0, 2)), strict=True):
            for number in theirs:
                make.make_application(session, places[number], one)
            make.make_application(session, closed, one)
        make.make_application(session, places[1], people[0], stage=Stage.WITHDRAWN)
        company = make.actor_of(make.make_person(session, "Cora", [Role.COORDINATOR]))
        kept = {}
        for actor in (coordinator_of(session, places[0]), coordinator_of(session, *places[:2]), company):
            listed = set(session.scalars(select(Candidate.id).where(coordinates_whole(actor))))
            assert listed == {
                one.id
                for one in people
                if holds_whole(actor, Permission.CANDIDATE_EDIT, candidate_facts(session, actor, one.id))
            }
            kept[actor.person_id] = len(listed)
    assert list(kept.values()) == [1, 2, 4]
