"""One box: what is found, by whom, in which order; the same on both databases, and always as new as the tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.domain.card import CardState
from app.domain.hiring import RequisitionState
from app.domain.permission import Role
from app.models.blueprint import BlueprintVersion
from app.models.candidate import Candidate
from app.models.engine import reading, writing
from app.models.ladder import Reporting
from app.models.scorecard import ScorecardRow
from app.models.search import SearchEntry
from app.queries import search
from app.services import blueprints, search_index
from tests.factories import hiring as make
from tests.statements import counted

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.queries.search import Found
    from tests.databases import Database


def somebody(session: Session, name: str, *roles: Role) -> ActorFacts:
    return make.actor_of(make.make_person(session, name, roles))


def titles(found: Found) -> list[str]:
    return [hit.title for hit in (*found.people, *found.candidates, *found.requisitions, *found.texts)]


def test_names_and_titles_are_found_that_the_person_may_see(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        requisition = make.make_requisition(session, "Okapi keeper", manager=manager)
        make.make_application(session, requisition, name="Mira Okafor")
        make.make_application(session, make.make_requisition(session, "Okra farmer"), name="Oke Other")
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
    with reading(database.engine) as session:
        seen = search.find(session, make.actor_of(manager), " OK ")
        whole = search.find(session, coordinator, "ok")
        nothing = search.find(session, coordinator, " … ")
    assert titles(seen) == ["Mira Okafor", "Okapi keeper"]
    assert seen.candidates[0].applications[0].requisition == "Okapi keeper"
    assert (seen.requisitions[0].state, seen.requisitions[0].detail) == (RequisitionState.OPEN, "Product Manager")
    assert titles(whole) == ["Oke Other", "Mira Okafor", "Okra farmer", "Okapi keeper"], "newest first"
    assert (nothing.words, nothing.count) == ((), 0)


@pytest.mark.parametrize("question", ["jose nunez", "JOSÉ", "núñe", "nunez jose", "lodz", "日本", "本"])
def test_case_accents_order_and_ends_of_words_make_no_difference(database: Database, question: str) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        make.make_candidate(session, "José Núñez, Lódz 日本")
        make.make_candidate(session, "Joe Nunn")
    with reading(database.engine) as session:
        assert titles(search.find(session, coordinator, question)) == ["José Núñez, Lódz 日本"]
        assert titles(search.find(session, coordinator, "ose")) == [], "words are meant from their beginning"


@pytest.mark.parametrize(
    "question", ['"', "' OR zz=zz", "*", "mira AND", "NEAR(mira)", "words:mira", "a & b | !c", "\\"]
)
def test_no_question_is_taken_for_a_command(database: Database, question: str) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        make.make_candidate(session, "Mira Okafor")
    with reading(database.engine) as session:
        assert search.find(session, coordinator, question).count == 0


def test_the_name_itself_comes_first_then_what_is_newest(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        for name in ("Ann Lee", "Annika Leeds", "Ann Marie Lee", "Anna Leech"):
            make.make_candidate(session, name)
    with reading(database.engine) as session:
        found = titles(search.find(session, coordinator, "ann lee"))
    assert found == ["Ann Lee", "Ann Marie Lee", "Anna Leech", "Annika Leeds"]


def test_twenty_are_shown_and_that_there_are_more(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        for number in range(21):
            make.make_candidate(session, f"Mira {number}", email=f"mira{number}@example.org")
    with reading(database.engine) as session:
        many = search.find(session, coordinator, "mira")
        few = search.find(session, coordinator, "mira 2")
    assert (len(many.candidates), many.more) == (20, True)
    assert (titles(few), few.more) == (["Mira 2", "Mira 20"], False)


def test_an_address_is_found_by_those_only_who_may_see_it(database: Database) -> None:
    with writing(database.engine) as session:
        manager = make.make_person(session, "Mara Lind", [Role.HIRING_MANAGER])
        requisition = make.make_requisition(session, manager=manager)
        candidate = make.make_candidate(session, "Mira Okafor", email="zed@hidden.example")
        make.make_application(session, requisition, candidate)
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
    with reading(database.engine) as session:
        assert titles(search.find(session, coordinator, "zed@hidden.example")) == ["Mira Okafor"]
        assert titles(search.find(session, make.actor_of(manager), "zed@hidden.example")) == []


def test_who_is_blinded_finds_by_the_code_and_never_by_the_name(database: Database) -> None:
    with writing(database.engine) as session:
        ida = make.make_person(session, "Ida Noor", [Role.INTERVIEWER, Role.COORDINATOR])
        application = make.make_application(session, name="Mira Okafor")
        application.candidate.headline = "Oxford graduate"
        application.requisition.blind = True
        interview = make.make_interview(session, application, [ida])
        actor, code = make.actor_of(ida), application.candidate_id.hex[:5]
    asked = ("mira", "okafor", "oxford", "mira.okafor", f"candidate {code}")
    with reading(database.engine) as session:
        found = {question: search.find(session, actor, question).candidates for question in asked}
    assert [len(found[question]) for question in asked] == [0, 0, 0, 0, 1]
    assert (found[asked[-1]][0].title, found[asked[-1]][0].detail) == (f"Candidate {code.upper()}", "")
    with writing(database.engine) as session:
        card = session.scalars(select(ScorecardRow).where(ScorecardRow.interview_id == interview.id)).one()
        card.state = CardState.RELEASED
    with reading(database.engine) as session:
        assert [len(search.find(session, actor, question).candidates) for question in asked] == [1, 1, 1, 1, 0]


def test_people_are_found_by_those_who_look_after_them(database: Database) -> None:
    with writing(database.engine) as session:
        report, gone = make.make_person(session, "Zoe Report"), make.make_person(session, "Zoe Gone")
        make.make_person(session, "Zoe Other")
        gone.active = False
        manager = make.make_person(session, "Mara Lind", [Role.PEOPLE_MANAGER])
        session.add(Reporting(person_id=report.id, manager_id=manager.id))
        actors = [somebody(session, role.value, role) for role in (Role.ADMIN, Role.HR_PARTNER, Role.INTERVIEWER)]
    with reading(database.engine) as session:
        found = [sorted(titles(search.find(session, actor, "zoe"))) for actor in (*actors, make.actor_of(manager))]
    assert found == [["Zoe Gone", "Zoe Other", "Zoe Report"], ["Zoe Other", "Zoe Report"], [], ["Zoe Report"]]


def test_texts_of_the_newest_version_are_found_by_everybody(database: Database) -> None:
    first = make.small_blueprint()
    with writing(database.engine) as session:
        anyone = somebody(session, "Ida Noor")
        blueprints.publish(session, None, first, now=make.NOW)
        newest = blueprints.publish(session, None, make.small_blueprint("Produktleitung"), now=make.NOW)
    with reading(database.engine) as session:
        hits = search.find(session, anyone, "discovery growth").texts
        titled = search.find(session, anyone, "strategy").texts
    assert [(hit.title, hit.role, hit.object_id) for hit in hits] == [
        ("Owns one product from discovery to growth.", "Produktleitung", newest)
    ]
    assert {hit.object_id for hit in titled} == {newest}
    assert all(hit.part and hit.anchor for hit in titled)


def test_what_is_renamed_or_undone_is_found_as_it_is_now(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        candidate = make.make_candidate(session, "Mira Okafor")
    with writing(database.engine) as session:
        session.get_one(Candidate, candidate.id).name = "Mia Bell"
    with reading(database.engine) as session:
        assert titles(search.find(session, coordinator, "mia")) == ["Mia Bell"]
    with Session(database.engine) as session, session.begin() as transaction:
        session.get_one(Candidate, candidate.id).name = "Never Written"
        session.flush()
        transaction.rollback()
    with reading(database.engine) as session:
        found = [titles(search.find(session, coordinator, text)) for text in ("mira okafor", "mia", "never")]
    assert found[1:] == [["Mia Bell"], []]
    # The address that the factory made still holds the name.
    assert found[0] == ["Mia Bell"]
    with writing(database.engine) as session:
        session.delete(session.get_one(Candidate, candidate.id))
    with reading(database.engine) as session:
        assert titles(search.find(session, coordinator, "mia")) == []
        assert session.scalar(select(func.count()).where(SearchEntry.object_id == candidate.id)) == 0


def test_rebuilding_finds_what_was_found_before(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        published = blueprints.publish(session, None, make.small_blueprint(), now=make.NOW)
        version = session.get_one(BlueprintVersion, published)
        make.make_application(session, make.make_requisition(session, "Mill keeper", version=version))
    asked = ("mi", "strategy", "cora", "mira.okafor")
    with reading(database.engine) as session:
        before = [search.find(session, coordinator, question) for question in asked]
        entries = session.scalar(select(func.count()).select_from(SearchEntry))
    with writing(database.engine) as session:
        assert search_index.rebuild(session) == entries
    with reading(database.engine) as session:
        assert [search.find(session, coordinator, question) for question in asked] == before


def test_an_index_is_made_where_there_is_none_yet(database: Database) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        make.make_candidate(session, "Mira Okafor")
        search_index.ensure(session)
        session.execute(delete(SearchEntry))
    with writing(database.engine) as session:
        search_index.ensure(session)
    with reading(database.engine) as session:
        assert titles(search.find(session, coordinator, "mira")) == ["Mira Okafor"]


@pytest.mark.parametrize("size", [1, 3])
def test_searching_takes_two_statements_however_much_there_is(database: Database, size: int) -> None:
    with writing(database.engine) as session:
        coordinator = somebody(session, "Cora Finn", Role.COORDINATOR)
        for _ in range(size):
            make.make_application(session)
    with reading(database.engine) as session, counted(database.engine) as sent:
        search.find(session, coordinator, "mira")
    assert len(sent) == 2
