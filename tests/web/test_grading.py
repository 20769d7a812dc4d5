"""Pages of graders and of whoever appoints them: no name before the grades are in, nothing of others, nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.domain.case_grading import QuestionMark
from app.domain.hiring import RevealRule
from app.domain.permission import Role
from app.models.candidate import Application, Candidate
from app.models.case_grading import Grade, Grader, Mark
from app.models.case_work import CaseAnswer, CaseAssignment
from app.models.engine import reading, writing
from app.models.outbox import Message
from app.models.person import Person
from app.models.scorecard import ScorecardRow
from app.services import grades
from tests.factories import hiring
from tests.factories.grading import NAMES, Grading, codes, content, grade, make_grading
from tests.factories.hiring import NOW
from tests.statements import counted
from tests.web.browser import Browser

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from app.domain.permission import ActorFacts
    from tests.databases import Database

Open = Callable[[UUID], Browser]
RATED = {
    "rating-strategy": "4",
    "evidence-strategy": "Names what comes first.",
    "rating-fluency": "none",
    "evidence-fluency": "",
    "recommendation": "strong-yes",
    "summary": "One could begin tomorrow.",
    "version": "0",
}


def text(response: TestResponse) -> str:
    """What a reader sees: no tags, one blank between words."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def desk(at: Grading, rest: str = "") -> str:
    return f"/grading/{at.task}{rest}"


def sheet(at: Grading, place: int = 0, act: str = "") -> str:
    return desk(at, f"/submissions/{at.submissions[place]}{act}")


def question(at: Grading, number: int = 1) -> str:
    return desk(at, f"/questions/{at.questions[number - 1]}")


def mark_all(database: Database, at: Grading, actor: ActorFacts, place: int = 0) -> None:
    with writing(database.engine) as session:
        for question_id in at.questions:
            mark = QuestionMark(question_id, marked=True, value=4)
            grades.save_mark(session, actor, at.submissions[place], mark, version=0, now=NOW)


def name_themselves(database: Database) -> set[str]:
    """Let every candidate write their name into what they hand in; return all that would tell whose work it is."""
    of_work = (
        select(CaseAnswer, Candidate)
        .join(CaseAssignment, CaseAssignment.id == CaseAnswer.assignment_id)
        .join(Application, Application.id == CaseAssignment.application_id)
        .join(Candidate, Candidate.id == Application.candidate_id)
    )
    with writing(database.engine) as session:
        # The guard lets an answer only be blanked once it was handed in.
        session.execute(update(CaseAssignment).values(handed_in_at=None))
        telling = set()
        for answer, person in session.execute(of_work):
            first, *_ = person.name.split()
            answer.text = (
                f"# {person.name}\n\nI, {first}, would begin with search. {person.name.upper()}, {person.email}"
            )
            telling |= {word.casefold() for word in (*person.name.split(), person.email)}
        session.flush()
        session.execute(update(CaseAssignment).values(handed_in_at=NOW))
    return telling


def read_all(database: Database, at: Grading, actor: ActorFacts, browser: Browser) -> list[bytes]:
    """Every page of a grader, before and after they seal, and a refused one."""
    pages = ["/", desk(at), question(at, 1), question(at, 2)]
    for place in range(8):
        pages += [sheet(at, place), sheet(at, place, "/give-back")]
    answers = [browser.get(path) for path in pages]
    mark_all(database, at, actor, 0)
    assert browser.post(sheet(at, 0, "/seal"), RATED).status_code == 303
    refused = browser.post(sheet(at, 1, "/seal"), RATED)
    assert refused.status_code == 422
    answers.append(browser.get(sheet(at, 0)))
    assert {answer.status_code for answer in answers} == {200}
    return [answer.get_data() for answer in (*answers, refused)]


def test_two_graders_of_eight_submissions_never_read_a_name(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=8)
    telling = name_themselves(database)
    assert len(telling) == 24
    seen = [page for actor in (at.una, at.udo) for page in read_all(database, at, actor, signed_in(actor.person_id))]
    assert len(seen) == 2 * 22
    with reading(database.engine) as session:
        graders = (at.una.person_id, at.udo.person_id)
        mails = session.execute(select(Message.subject, Message.body).where(Message.recipient_id.in_(graders))).all()
    assert mails
    seen += [f"{mail.subject} {mail.body}".encode() for mail in mails]
    assert any(b"[name]" in page for page in seen), "the names were there to be covered"
    for page in seen:
        assert not {word for word in telling if word in page.decode().casefold()}


def test_each_grader_and_each_question_has_an_order_of_its_own(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=8)
    orders = []
    for actor in (at.una, at.udo):
        browser = signed_in(actor.person_id)
        for number in (1, 2):
            order = re.findall(r'class="code">([A-Z0-9]{4})<', browser.get(question(at, number)).text)
            assert sorted(order) == sorted(codes(database, at))
            assert order == re.findall(r'class="code">([A-Z0-9]{4})<', browser.get(question(at, number)).text)
            orders.append(tuple(order))
    assert len(set(orders)) == 4


def test_nothing_that_another_grader_does_changes_a_page(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=2)
    una = signed_in(at.una.person_id)
    paths = ["/", desk(at), question(at), question(at, 2), sheet(at, 0), sheet(at, 1)]
    drawn = re.compile(r'(name="(?:csrf_token|intent)" value|nonce)="[^"]*"')

    def pages() -> list[str]:
        return [drawn.sub("", una.get(path).text) for path in paths]

    before = pages()
    with writing(database.engine) as session:
        grades.save_draft(session, at.udo, at.submissions[0], content(1, 1), version=0, now=NOW)
    grade(database, at, at.udo, 1)
    assert pages() == before


def test_a_mark_saves_itself_and_a_stale_one_shows_both(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    una = signed_in(at.una.person_id)
    path = f"{question(at)}/{at.submissions[0]}"
    fields = {"mark": "4", "seen": "output-1", "note": "Plain.\r\nAnd short.", "version": "0"}
    saved = una.post(path, fields, headers={"Accept": "application/json"})
    assert (saved.status_code, saved.json["version"]) == (200, 1)  # type: ignore[index]  # the answer is JSON
    stale = una.post(path, {**fields, "mark": "2"}, headers={"Accept": "application/json"})
    assert stale.status_code == 409
    shown = una.post(path, {**fields, "mark": "2", "note": "Mine."})
    assert shown.status_code == 409
    assert "Stored: 4 Above" in text(shown)
    assert "Mine." in shown.text
    assert "And short." in shown.text
    kept = una.post(path, {**fields, "mark": "2", "note": "Mine.", "version": "1"})
    assert kept.status_code == 303
    with reading(database.engine) as session:
        assert tuple(session.execute(select(Mark.value, Mark.note, Mark.version)).one()) == (2, "Mine.", 2)


@pytest.mark.parametrize(("mark", "status"), [("7", 422), ("x", 422), ("none", 303), ("", 303)])
def test_a_mark_is_a_level_or_nothing(database: Database, signed_in: Open, mark: str, status: int) -> None:
    at = make_grading(database)
    una = signed_in(at.una.person_id)
    path = f"{question(at)}/{at.submissions[0]}"
    answer = una.post(path, {"mark": mark, "note": "Kept whatever comes.", "version": "0"})
    assert answer.status_code == status
    if status == 422:
        assert "Kept whatever comes." in answer.text


def test_a_sheet_keeps_what_was_typed_when_it_cannot_be_sealed(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    una = signed_in(at.una.person_id)
    refused = una.post(
        sheet(at, act="/seal"), {**RATED, "rating-strategy": "5", "evidence-strategy": "", "recommendation": ""}
    )
    assert refused.status_code == 422
    shown = text(refused)
    assert "4 things are still open" in shown
    assert "Mark the answer to question 1" in shown
    assert "One could begin tomorrow." in refused.text
    assert 'href="#d-strategy-evidence"' in refused.text


def test_a_sheet_that_changed_elsewhere_shows_both(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    una = signed_in(at.una.person_id)
    first = una.post(sheet(at, act="/draft"), RATED, headers={"Accept": "application/json"})
    assert first.json["version"] == 1  # type: ignore[index]  # the answer is JSON
    stale = una.post(sheet(at, act="/draft"), {**RATED, "summary": "From the other tab."})
    assert stale.status_code == 409
    assert "From the other tab." in stale.text
    assert "Stored: One could begin tomorrow." in text(stale)
    assert 'name="version" value="1"' in stale.text
    compared = una.post(sheet(at, act="/compare"), {**RATED, "rating-strategy": "2"})
    assert "Stored: 4. Names what comes first." in text(compared)


def test_ten_clicks_make_one_grade(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    mark_all(database, at, at.una)
    una = signed_in(at.una.person_id)
    answers = [una.post(sheet(at, act="/seal"), {**RATED, "intent": "a" * 32}) for _ in range(10)]
    assert {answer.status_code for answer in answers} == {303}
    with reading(database.engine) as session:
        assert len(session.scalars(select(Grade.id)).all()) == 1
    assert "Sealed" in text(una.get(sheet(at)))


def test_the_home_page_counts_a_case_to_grade_once_until_all_is_sealed(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=2)
    una = signed_in(at.una.person_id)
    home = text(una.get("/"))
    assert "Grade The shortlist" in home
    assert "2 submissions" in home
    assert 'aria-label="Inbox, 1 waiting for you"' in una.get("/").text
    grade(database, at, at.una, 0)
    grade(database, at, at.una, 1)
    assert "Grade The shortlist" not in text(una.get("/"))


def test_who_runs_the_requisition_sees_numbers_and_then_all(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=2)
    cleo = signed_in(at.coordinator.person_id)
    grade(database, at, at.una, 0, card=content(5, 3))
    page = cleo.get(desk(at, "/graders"))
    assert page.status_code == 200
    assert "1 of 2 sealed" in text(page)
    assert "One could begin tomorrow" not in page.text
    assert "Mira Okafor" in page.text, "who coordinates knows whose work a code stands for"
    assert "Compare" not in page.text
    grade(database, at, at.udo, 0, card=content(2, 3))
    opened = text(cleo.get(desk(at, "/graders")))
    assert "3 points apart on Product Strategy" in opened
    assert "Ask for another grade" in opened
    shut = cleo.get(f"/grading/submissions/{at.submissions[0]}/differences")
    assert shut.status_code == 403, "grades are scorecards: a coordinator reads them at the debrief"
    with writing(database.engine) as session:
        hiring.open_debrief(session, session.get_one(Application, at.applications[0]), at.coordinator.person_id)
    read = cleo.get(f"/grading/submissions/{at.submissions[0]}/differences")
    assert read.status_code == 200
    assert text(read).index("3 points apart") < text(read).index("alike")


def test_a_coordinator_who_owes_a_scorecard_is_told_nothing_of_that_submission(
    database: Database, signed_in: Open
) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        cleo = session.get_one(Person, at.coordinator.person_id)
        hiring.make_interview(session, session.get_one(Application, at.applications[0]), [cleo])
    browser = signed_in(at.coordinator.person_id)
    before = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", browser.get(desk(at, "/graders")).text)
    grade(database, at, at.una, 0, card=content(5, 3))
    grade(database, at, at.udo, 0, card=content(2, 3))
    after = re.sub(r'value="[^"]*"|nonce="[^"]*"', "", browser.get(desk(at, "/graders")).text)
    assert before == after
    assert "stays hidden" in after


def test_graders_are_appointed_released_and_asked_for_more(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        ulla = hiring.make_person(session, "Ulla Third", [Role.INTERVIEWER]).id
        member = hiring.make_person(session, "Hedda Partner", [Role.HR_PARTNER]).id
        una = session.scalar(select(Grader.id).where(Grader.person_id == at.una.person_id))
    cleo = signed_in(at.coordinator.person_id)
    offered = re.findall(r'<option value="([^"]+)"', cleo.get(desk(at, "/graders")).text)
    assert str(ulla) in offered
    assert not {str(at.una.person_id), str(at.udo.person_id)} & set(offered), "they grade it already"
    assert not {str(member), str(at.coordinator.person_id), str(at.manager.person_id)} & set(offered)
    assert cleo.post(desk(at, "/graders"), {"person_id": str(member)}).status_code == 422
    assert cleo.post(desk(at, "/graders"), {"person_id": ""}).status_code == 422
    assert cleo.post(desk(at, "/graders"), {"person_id": str(ulla)}).status_code == 303
    silent = cleo.post(desk(at, f"/graders/{una}/release"), {"reason": ""})
    assert silent.status_code == 422
    assert cleo.post(desk(at, f"/graders/{una}/release"), {"reason": "On leave."}).status_code == 303
    page = cleo.get(desk(at, "/graders")).text
    assert "On leave." in page
    assert f'value="{at.una.person_id}"' in page
    assert signed_in(at.una.person_id).get(desk(at)).status_code == 404


def test_other_people_find_nothing_here(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    with writing(database.engine) as session:
        stranger = hiring.make_person(session, "Sam Stranger", [Role.INTERVIEWER]).id
    for who in (stranger, at.coordinator.person_id, at.manager.person_id):
        browser = signed_in(who)
        for path in (desk(at), question(at), sheet(at), sheet(at, act="/give-back")):
            assert browser.get(path).status_code == 404, path
        assert browser.post(sheet(at, act="/seal"), RATED).status_code == 404
    assert signed_in(stranger).get(desk(at, "/graders")).status_code == 404
    assert signed_in(at.una.person_id).get(desk(at, "/graders")).status_code == 404


def test_a_grader_who_owes_finds_nothing_of_the_requisition(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=2)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    una = signed_in(at.una.person_id)
    hidden = (
        f"/requisitions/{at.requisition}", f"/applications/{at.applications[0]}",
        f"/grading/submissions/{at.submissions[0]}/differences",
    )  # fmt: skip
    for path in hidden:
        assert una.get(path).status_code == 404, path
    for listed in ("/requisitions", "/candidates", "/search?q=Mira"):
        page = una.get(listed).text
        assert not any(name in page for name in NAMES), listed
    grade(database, at, at.una, 1)
    opened = una.get(f"/grading/submissions/{at.submissions[0]}/differences")
    assert opened.status_code == 200
    assert "Compare" in una.get(desk(at)).text


def test_what_stands_for_grades_offers_no_change(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    cleo = signed_in(at.coordinator.person_id)
    before = cleo.get(f"/applications/{at.applications[0]}").text
    assert "Stands for grades" not in before
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    page = cleo.get(f"/applications/{at.applications[0]}").text
    assert "Stands for grades" in page
    assert page.count("/cancel") == before.count("/cancel")


def test_a_grade_that_became_a_scorecard_leads_to_the_others(database: Database, signed_in: Open) -> None:
    at = make_grading(database)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    with reading(database.engine) as session:
        cards = session.scalars(select(ScorecardRow.id).order_by(ScorecardRow.interviewer_id)).all()
    una = signed_in(at.una.person_id)
    assert len(cards) == 2
    for card_id in cards:
        page = una.get(f"/scorecards/{card_id}")
        assert f'href="/grading/submissions/{at.submissions[0]}/differences"' in page.text
        assert "Names what comes first and what it costs." in page.text


def test_grades_stay_shut_to_graders_until_the_debrief_where_that_is_the_rule(
    database: Database, signed_in: Open
) -> None:
    at = make_grading(database, reveal=RevealRule.AT_DEBRIEF)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    una = signed_in(at.una.person_id)
    assert "Compare" not in una.get(desk(at)).text
    assert una.get(f"/grading/submissions/{at.submissions[0]}/differences").status_code == 403


def test_pages_take_at_most_six_statements(database: Database, signed_in: Open) -> None:
    at = make_grading(database, submissions=8)
    grade(database, at, at.una, 0)
    grade(database, at, at.udo, 0)
    mark_all(database, at, at.una, 1)
    paths = {
        at.una.person_id: [desk(at), question(at), sheet(at, 0), sheet(at, 1)],
        at.coordinator.person_id: [desk(at, "/graders"), sheet(at, 0, "/further")],
    }
    with writing(database.engine) as session:
        hiring.open_debrief(session, session.get_one(Application, at.applications[0]), at.coordinator.person_id)
    paths[at.coordinator.person_id].append(f"/grading/submissions/{at.submissions[0]}/differences")
    for who, pages in paths.items():
        browser = signed_in(who)
        for path in pages:
            with counted(database.engine) as statements:
                assert browser.get(path).status_code == 200, path
            assert len(statements) <= 6, (path, len(statements))
