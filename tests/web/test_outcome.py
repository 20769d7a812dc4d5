"""The outcome of a first year over HTTP: written without the interviews, then beside them; who sees it."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest

from app.domain.onboarding.plan import PartyName
from app.domain.permission import Role
from app.models.engine import writing
from app.models.onboarding import Plan, Signature
from tests.factories import hiring as make
from tests.factories.panels import Panel, make_panel, revise, seal
from tests.factories.plans import Cast, make_plan
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.databases import Database

Open = Callable[[UUID], Browser]
WHOLE = {"value-strategy": "4", "note-strategy": "Two bets stopped.", "value-fluency": "3", "value-empathy": "none"}


@pytest.fixture
def cast(database: Database) -> Cast:
    with writing(database.engine) as session:
        return make_plan(session)


@pytest.fixture
def panel(database: Database, cast: Cast) -> Panel:
    """The interviews that the hire came through, both cards sealed."""
    made = make_panel(database)
    seal(database, made.ada, made.ada_card)
    seal(database, made.ben, made.ben_card)
    with writing(database.engine) as session:
        session.get_one(Plan, cast.plan.id).application_id = made.application
    return made


def sign(database: Database, cast: Cast) -> None:
    with writing(database.engine) as session:
        month = cast.milestone(session, "day-90")
        session.add(
            Signature(
                milestone_id=month.id, party=PartyName.MANAGER, person_id=cast.manager.id, signed_at=make.NOW
            )
        )  # fmt: skip


def address(cast: Cast) -> str:
    return f"/onboarding/{cast.plan.id}/outcome"


def words(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def test_before_the_last_signature_nothing_can_be_recorded(cast: Cast, signed_in: Open) -> None:
    manager = signed_in(cast.manager.id)
    answer = manager.get(address(cast))

    assert "The outcome is recorded once Third month is signed off." in words(answer)
    assert "<textarea" not in answer.text
    assert manager.post(address(cast), WHOLE).status_code == 409


def test_the_form_has_the_anchors_and_nothing_of_the_interviews(
    cast: Cast, panel: Panel, signed_in: Open, database: Database
) -> None:
    sign(database, cast)
    answer = signed_in(cast.manager.id).get(address(cast))
    said = words(answer)

    assert "The interviews stay closed until you have recorded." in said
    for text in ("Product Strategy", "Well below", "Well above on Product Strategy.", "Cannot tell."):
        assert text in said
    assert " checked" not in answer.text
    assert "interviewers" not in said.replace("interviewers' independent", "")
    assert panel.ada.email not in answer.text


@pytest.mark.usefixtures("panel")
def test_nothing_of_the_interviews_is_even_read_before_the_outcome_is_recorded(
    cast: Cast, signed_in: Open, database: Database
) -> None:
    sign(database, cast)
    for person in (cast.manager, cast.hr):
        browser = signed_in(person.id)
        with counted(database.engine) as statements:
            assert browser.get(address(cast)).status_code == 200
        # The inbox only counts what waits, so its statement names more tables.
        own = [sql for sql in statements if not sql.startswith("SELECT (SELECT count(*)")]
        assert len(own) == len(statements) - 1
        assert not [sql for sql in own if "rating" in sql or "revision" in sql]


def test_afterwards_prediction_and_outcome_stand_side_by_side(
    cast: Cast, panel: Panel, signed_in: Open, database: Database
) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    assert manager.post(address(cast), WHOLE).location == f"{address(cast)}?done=outcome-recorded"

    for browser in (manager, signed_in(cast.hr.id)):
        answer = browser.get(address(cast))
        said = words(answer)
        assert re.search(r"Product Strategy \d\.\d, 2 interviewers 4, Above Two bets stopped\.", said), said
        assert "Customer Empathy" in said
        assert "Cannot tell" in said
        assert "<svg" in answer.text.partition('id="beside"')[2]
        for secret in (panel.ada.email, "Ada Brook", "Ben Ode", "Clear about"):
            assert secret not in answer.text


def test_a_revision_made_after_the_reveal_does_not_count(
    cast: Cast, panel: Panel, signed_in: Open, database: Database
) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    manager.post(address(cast), WHOLE)
    before = words(manager.get(address(cast)))
    revise(database, panel.ada, panel.ada_card)

    assert words(manager.get(address(cast))) == before


def test_a_plan_without_an_application_says_so(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    assert "there are no interviews to compare with" in words(manager.get(address(cast)))
    manager.post(address(cast), WHOLE)
    answer = manager.get(address(cast))

    assert "This plan began without an application" in words(answer)
    assert '<th scope="col">Interviews' not in answer.text


@pytest.mark.usefixtures("panel")
def test_the_hire_never_sees_it_not_even_as_hr(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    signed_in(cast.manager.id).post(address(cast), WHOLE)
    with writing(database.engine) as session:
        both = make.make_person(session, "Hugo Both", roles=[Role.EMPLOYEE, Role.HR_PARTNER])
        other = make.make_person(session, "Otis Other", roles=[Role.PEOPLE_MANAGER])
        stranger = make.make_person(session, "Sam Stranger", roles=[Role.EMPLOYEE])
    for person in (cast.hire, cast.buddy, other, stranger):
        browser = signed_in(person.id)
        assert browser.get(address(cast)).status_code in {403, 404}
        assert browser.post(address(cast), WHOLE).status_code in {403, 404}
    with writing(database.engine) as session:
        session.get_one(Plan, cast.plan.id).hire_id = both.id
    assert signed_in(both.id).get(address(cast)).status_code == 403


def test_hr_reads_and_does_not_record(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    hr = signed_in(cast.hr.id)
    assert "The outcome is not recorded yet." in words(hr.get(address(cast)))
    assert hr.post(address(cast), WHOLE).status_code == 403


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value-fluency": ""}, "Choose a point of the scale, or cannot tell."),
        ({"value-fluency": "9"}, "Choose a point of the scale, or cannot tell."),
        ({"value-fluency": "\u0663"}, "Choose a point of the scale, or cannot tell."),
        ({"value-stolen": "3"}, "Judge every dimension, or say that you cannot tell."),
        ({"value-strategy": "none", "value-fluency": "none"}, "Judge at least one dimension."),
        ({"note-strategy": "x" * 4001}, "4000"),
    ],
)
def test_what_is_wrong_is_named_and_what_was_typed_stays(
    cast: Cast, signed_in: Open, database: Database, change: dict[str, str], said: str
) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    answer = manager.post(address(cast), {"note-empathy": "Too early.", **WHOLE, **change})

    assert answer.status_code == 422
    assert said in words(answer).replace(",000", "000")
    assert "Too early." in words(answer)
    assert "The interviews" not in words(manager.get(address(cast))).partition("What was recorded")[2]


def test_each_dimension_that_was_left_out_is_named(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    answer = signed_in(cast.manager.id).post(address(cast), {"value-strategy": "4", "note-empathy": "Too early."})

    assert answer.status_code == 422
    for dimension in ("fluency", "empathy"):
        assert f'href="#d-{dimension}"' in answer.text
    assert 'href="#d-strategy"' not in answer.text
    assert words(answer).count("Choose a point of the scale, or cannot tell.") == 4


def test_a_second_outcome_is_shown_and_not_stored(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    manager.post(address(cast), WHOLE)
    late = manager.post(address(cast), {**WHOLE, "note-strategy": "A second thought."})

    assert late.status_code == 409
    assert "A second thought." in words(late)
    assert "A second thought." not in words(manager.get(address(cast)))


@pytest.mark.usefixtures("panel")
def test_the_page_takes_at_most_six_statements(cast: Cast, signed_in: Open, database: Database) -> None:
    sign(database, cast)
    manager = signed_in(cast.manager.id)
    numbers = []
    for _ in range(2):
        manager.get(address(cast))
        with counted(database.engine) as statements:
            assert manager.get(address(cast)).status_code == 200
        numbers.append(len(statements))
        manager.post(address(cast), WHOLE)

    assert numbers == [5, 6]
