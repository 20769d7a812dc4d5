"""Check-ins stay sealed in every view until both are in; notes stay with whom they are for. On both databases."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError, NotFoundError
from app.domain.onboarding.checkin import Against, Answers
from app.domain.onboarding.plan import PartyName
from app.models.engine import reading, writing
from app.queries import check_ins as queries
from app.services import check_ins
from tests.factories import hiring as make
from tests.factories.plans import TODAY, Cast, make_plan
from tests.statements import counted

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from app.models.person import Person
    from tests.databases import Database

NOW = make.NOW
HIRE = Answers(4, Against.MET, went_well="The map is done.", goals=(("learn", Against.BEYOND),))
MANAGER = Answers(2, Against.PARTLY, in_the_way="Support is missing.", goals=(("learn", Against.PARTLY),))


def _page(session: Session, cast: Cast, person: Person) -> queries.CheckInPage:
    return queries.page(session, make.actor_of(person), cast.milestone(session, "day-30").id)


def _seal(session: Session, cast: Cast, person: Person, answers: Answers) -> None:
    milestone = cast.milestone(session, "day-30")
    check_ins.seal(session, make.actor_of(person), milestone.id, answers, version=0, today=TODAY, now=NOW)


def test_nothing_tells_whether_the_other_side_has_answered(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        before = _page(session, cast, cast.manager)
        _seal(session, cast, cast.hire, HIRE)
        assert _page(session, cast, cast.manager) == before
        own = _page(session, cast, cast.hire)

    assert before.own is not None
    assert (before.own.answers, before.own.version, before.other, before.differences) == (Answers(), 0, None, ())
    assert own.own is not None
    assert (own.own.answers, own.own.sealed_at, own.other) == (HIRE, NOW, None)


def test_once_both_are_in_each_sees_both_with_the_differences_first(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _seal(session, cast, cast.hire, HIRE)
        _seal(session, cast, cast.manager, MANAGER)
        milestone = cast.milestone(session, "day-30")
        check_ins.conclude(session, make.actor_of(cast.manager), milestone.id, "Meet support.", now=NOW)
        pages = {person: _page(session, cast, getattr(cast, person)) for person in ("hire", "manager")}

    assert pages["hire"].differences == pages["manager"].differences
    assert [(one.subject, one.distance) for one in pages["hire"].differences] == [
        ("Confidence", 2),
        ("Learn the product …", 2),
        ("Against the evidence", 1),
        ("Meet the team", None),
    ]
    other = pages["hire"].other
    assert other is not None
    assert (other.party, other.answers) == (PartyName.MANAGER, MANAGER)
    assert [one.text for one in pages["hire"].conclusions] == ["Meet support."]
    assert (pages["hire"].may_conclude, pages["manager"].may_conclude) == (False, True)


def test_hr_sees_no_answers_and_a_buddy_no_page(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _seal(session, cast, cast.hire, HIRE)
        _seal(session, cast, cast.manager, MANAGER)
        page = _page(session, cast, cast.hr)
        assert (page.own, page.other, page.differences, page.conclusions) == (None, None, (), ())
        with pytest.raises((NotAllowedError, NotFoundError)):
            _page(session, cast, cast.buddy)


def test_private_notes_are_their_authors_and_shared_ones_both_sides(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        for person, text, shared in (
            (cast.manager, "Watch the pace.", False),
            (cast.manager, "Agreed on Friday.", True),
            (cast.hire, "Ask about leave.", False),
        ):
            check_ins.write_note(
                session, make.actor_of(person), cast.plan.id, text, talked_on=TODAY, shared=shared, now=NOW
            )
        seen = {
            name: {line.text for line in queries.notes(session, make.actor_of(getattr(cast, name)), cast.plan.id)}
            for name in ("hire", "manager", "hr")
        }
        with pytest.raises(NotAllowedError):
            queries.notes(session, make.actor_of(cast.buddy), cast.plan.id)

    assert seen == {
        "hire": {"Agreed on Friday.", "Ask about leave."},
        "manager": {"Watch the pace.", "Agreed on Friday."},
        "hr": set(),
    }


def test_the_page_takes_three_queries_and_one_more_once_opened(database: Database) -> None:
    with writing(database.engine) as session:
        cast = make_plan(session)
        _seal(session, cast, cast.hire, HIRE)
        actor, milestone_id = make.actor_of(cast.manager), cast.milestone(session, "day-30").id
    with reading(database.engine) as session, counted(database.engine) as statements:
        queries.page(session, actor, milestone_id)
    assert len(statements) == 3

    with writing(database.engine) as session:
        _seal(session, cast, cast.manager, MANAGER)
    with reading(database.engine) as session, counted(database.engine) as statements:
        queries.page(session, actor, milestone_id)
    assert len(statements) == 4
