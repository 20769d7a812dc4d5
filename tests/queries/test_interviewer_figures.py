"""How interviewers score, as HR sees it and as each sees it of themselves."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from app.domain.errors import NotAllowedError
from app.domain.reflection import FEW_INTERVIEWERS, NOT_YET
from app.models.engine import reading, writing
from app.queries import interviewer_figures as queries
from tests.factories.committee import decide_chained
from tests.factories.hiring import (
    NOW,
    actor_of,
    card_of,
    make_application,
    make_interview,
    make_person,
    open_debrief,
    seal,
)
from tests.factories.history import Past, fit_past, make_past
from tests.statements import counted

if TYPE_CHECKING:
    from app.domain.permission import ActorFacts
    from app.queries.interviewer_figures import InterviewerFigures
    from tests.databases import Database

LATER = NOW + timedelta(days=30)


def _past(database: Database, candidates: int = 12, interviewers: int = 3, *, fitted: bool = True) -> Past:
    with writing(database.engine) as session:
        past = make_past(session, candidates, interviewers)
        if fitted:
            fit_past(session, past)
    return past


def _of_all(database: Database, actor: ActorFacts) -> InterviewerFigures:
    with reading(database.engine) as session:
        return queries.interviewers(session, actor, None, now=LATER)


def test_hr_sees_who_is_strict_and_who_is_generous(database: Database) -> None:
    past = _past(database)

    found = _of_all(database, actor_of(past.hr))

    assert found.chosen is not None
    assert (found.chosen.version_id, found.chosen.candidates, found.chosen.own_cards) == (past.version_id, 12, 0)
    assert [(line.name, line.n_cards, line.word) for line in found.lines] == [
        ("Interviewer 1", 12, "Strict"),
        ("Interviewer 2", 12, "No sign"),
        ("Interviewer 3", 12, "Generous"),
    ]
    strict, middling, generous = (line.strictness.value for line in found.lines)
    assert strict is not None
    assert middling is not None
    assert generous is not None
    assert strict < -0.8 < middling < 0.8 < generous
    assert (found.n_cards, found.why) == (36, "")


def test_distances_and_punctuality_are_counted(database: Database) -> None:
    past = _past(database)

    strict, middling, _generous = _of_all(database, actor_of(past.hr)).lines

    # The strict one is 1 below the middling and 2 below the generous one: 1.5 below their mean, on every dimension.
    assert strict.distance.value == pytest.approx(1.5)
    assert strict.within_one.value == 0
    # The middling one is as far from the mean of the two as they are apart around it: not at all.
    assert middling.distance.value == pytest.approx(0)
    # Interviews all start at one moment; cards come in a day later with each candidate, the middling one's two more.
    assert (strict.on_time, strict.timed) == (1, 12)
    assert (middling.on_time, middling.timed) == (0, 12)


def test_below_ten_cards_nothing_is_told_of_strictness(database: Database) -> None:
    past = _past(database, candidates=9)

    found = _of_all(database, actor_of(past.hr))

    assert {line.word for line in found.lines} == {"Too few scorecards: 9 of 10"}


def test_before_the_first_fit_it_says_when(database: Database) -> None:
    past = _past(database, fitted=False)

    found = _of_all(database, actor_of(past.hr))

    assert found.why == NOT_YET
    assert all(line.strictness.value is None and line.strictness.why == NOT_YET for line in found.lines)


def test_of_two_interviewers_none_is_told_of_because_it_would_tell_of_the_other(database: Database) -> None:
    past = _past(database, interviewers=2)

    with reading(database.engine) as session:
        found = queries.mirror(session, actor_of(past.interviewers[0]), None, now=LATER)

    assert found.why == FEW_INTERVIEWERS
    assert found.lines[0].strictness.value is None


def test_a_mirror_shows_nobody_else(database: Database) -> None:
    past = _past(database)
    for person in past.interviewers:
        with reading(database.engine) as session:
            found = queries.mirror(session, actor_of(person), None, now=LATER)
        assert [line.rater_id for line in found.lines] == [person.id]
        assert found.chosen is not None
        assert found.chosen.own_cards == 12


def test_somebody_without_a_card_sees_nothing_in_the_mirror(database: Database) -> None:
    _past(database)
    with writing(database.engine) as session:
        stranger = actor_of(make_person(session, "Nora New"))
    with reading(database.engine) as session:
        assert queries.mirror(session, stranger, None, now=LATER).lines == ()


def test_nobody_but_hr_sees_everybody(database: Database) -> None:
    past = _past(database, candidates=2, fitted=False)
    with reading(database.engine) as session:
        for person in (*past.interviewers, past.committee.coordinator, past.committee.manager, past.committee.chair):
            with pytest.raises(NotAllowedError):
                queries.interviewers(session, actor_of(person), None, now=LATER)


def test_a_sealed_card_on_somebody_undecided_changes_nothing(database: Database) -> None:
    past = _past(database)
    before = _of_all(database, actor_of(past.hr))
    with writing(database.engine) as session:
        application = make_application(session, past.committee.requisition, name="Undecided")
        interview = make_interview(session, application, past.interviewers)
        for person in past.interviewers:
            seal(session, card_of(session, interview, person), {"strategy": 5, "fluency": 1, "empathy": 5})

    assert _of_all(database, actor_of(past.hr)) == before


def test_a_decided_candidate_on_whom_a_card_is_owed_does_not_count_yet(database: Database) -> None:
    past = _past(database)
    before = _of_all(database, actor_of(past.hr))
    with writing(database.engine) as session:
        application = make_application(session, past.committee.requisition, name="Owed on")
        interview = make_interview(session, application, past.interviewers)
        strict, middling, late = past.interviewers
        for person in (strict, middling):
            seal(session, card_of(session, interview, person), {"strategy": 5, "fluency": 1, "empathy": 5})
        open_debrief(session, application, past.committee.coordinator.id)
        decide_chained(session, application, past.committee.chair, [])
    assert _of_all(database, actor_of(past.hr)) == before

    with writing(database.engine) as session:
        seal(session, card_of(session, session.merge(interview), late), {"strategy": 3})
    after = _of_all(database, actor_of(past.hr))
    assert [line.n_cards for line in after.lines] == [13, 13, 13]


def test_a_version_that_is_not_there_is_none(database: Database) -> None:
    past = _past(database, candidates=2, fitted=False)
    with reading(database.engine) as session:
        found = queries.interviewers(session, actor_of(past.hr), past.hr.id, now=LATER)
    assert found.chosen is None
    assert len(found.choices) == 1


@pytest.mark.parametrize("candidates", [3, 12])
def test_it_takes_four_queries_whatever_the_number_of_cards(database: Database, candidates: int) -> None:
    past = _past(database, candidates)
    with reading(database.engine) as session, counted(database.engine) as sent:
        queries.interviewers(session, actor_of(past.hr), None, now=LATER)
    assert len([one for one in sent if one.startswith(("SELECT", "WITH"))]) == 4
