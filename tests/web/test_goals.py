"""A goal's page and what each person can do there: acts, evidence, words; on both databases."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.domain.onboarding.goal import GoalState
from app.models.engine import reading, writing
from app.models.onboarding import Goal, GoalEventRow, GoalEvidence, PlanMilestone, Signature
from app.models.outbox import Message
from app.services import goals
from tests.factories import hiring as make
from tests.statements import counted
from tests.web.goal_scene import Open, Scene, buttons, words

if TYPE_CHECKING:
    from tests.databases import Database


@pytest.fixture
def scene(database: Database, signed_in: Open) -> Scene:
    return Scene(database, signed_in)


@pytest.mark.parametrize(
    ("part", "status", "acts"),
    [
        ("hire", 200, {"start", "note"}),
        ("manager", 200, {"waive", "note"}),
        ("hr", 200, {"waive"}),
        ("buddy", 404, set()),
        ("stranger", 404, set()),
    ],
)
def test_each_person_finds_the_acts_that_are_theirs(scene: Scene, part: str, status: int, acts: set[str]) -> None:
    answer = scene.look(part)

    assert answer.status_code == status
    assert buttons(answer) == acts


def test_the_page_says_what_is_asked_what_proves_it_and_who_signs(scene: Scene) -> None:
    said = words(scene.look("hire"))

    assert "Learn the product" in said
    assert "Its customers" in said
    assert "First month of Noor Hire, due 4 November 2026" in said
    assert "What proves the milestone A map that the team confirmed" in said
    assert "Who signs Mika Manager" in said
    assert "Add a piece of evidence below" in said


@pytest.mark.parametrize("part", ["hire", "manager", "hr"])
def test_a_goal_takes_six_statements(scene: Scene, database: Database, part: str) -> None:
    browser = scene.browser(part)
    browser.get(scene.address)
    with counted(database.engine) as sent:
        assert browser.get(scene.address).status_code == 200

    assert len(sent) == 6, sent


def test_from_evidence_to_two_signatures(scene: Scene) -> None:
    assert scene.act("hire", "submit").status_code == 422
    assert scene.act("hire", "start").location == f"{scene.address}?done=goal-start"
    assert scene.show("hire", "link", link="https://example.org/map", title="The map").status_code == 303
    assert scene.act("hire", "submit", note="See page 3").status_code == 303
    asked = scene.look("manager")
    assert buttons(asked) == {"sign", "return", "waive", "note"}
    assert "See page 3" in words(asked)
    assert scene.act("manager", "return", note="Support is missing").status_code == 303
    assert "Returned, by Mika Manager Support is missing" in words(scene.look("hire"))
    assert scene.act("hire", "submit").status_code == 303
    assert scene.act("manager", "sign", note="Well done").status_code == 303

    assert scene.goal.state is GoalState.SIGNED_OFF
    assert buttons(scene.look("hire")) == {"note"}


def test_submitting_without_evidence_says_what_is_missing_and_keeps_the_word(scene: Scene) -> None:
    answer = scene.act("hire", "submit", note="It is done")

    assert answer.status_code == 422
    assert "Add at least one piece of evidence: a link, a file or a text." in words(answer)
    assert scene.goal.state is GoalState.NOT_STARTED


@pytest.mark.parametrize("act", ["return", "waive"])
def test_a_reason_is_asked_for(scene: Scene, act: str) -> None:
    scene.show("hire", "text", text="Met support")
    scene.act("hire", "submit")
    answer = scene.act("manager", act, note="  ")

    assert answer.status_code == 422
    assert re.search(r"Write (what is still missing|why this is not asked for)\.", words(answer))
    assert re.search(rf'<details class="fold" open>\s*<summary>{act.capitalize()}', answer.text)
    assert scene.goal.state is GoalState.SUBMITTED


def test_a_waived_goal_can_be_asked_for_again(scene: Scene) -> None:
    assert scene.act("hr", "waive", note="Did this before").status_code == 303
    assert "Waived, by Hana HR Did this before" in words(scene.look("hire"))
    assert scene.act("manager", "restore", note="It changed since").status_code == 303

    assert scene.goal.state is GoalState.NOT_STARTED


def test_a_blocked_goal_names_who_it_waits_for_and_they_can_free_it(scene: Scene) -> None:
    form = scene.browser("hire").get(f"{scene.address}/block")
    assert "Bo Buddy (buddy)" in words(form)
    assert "Noor Hire (new hire)" not in words(form)

    person = str(scene.stranger.id)
    assert scene.act("hire", "block", note="No access to the data", waits_for=person).status_code == 303

    seen = scene.look("stranger")
    assert "In the way: No access to the data Waits for Sam Stranger since" in words(seen)
    assert buttons(seen) == {"unblock", "note"}
    assert f"/onboarding/{scene.cast.plan.id}" not in seen.text
    assert scene.act("stranger", "unblock").location == "/?done=goal-unblock"
    assert scene.look("stranger").status_code == 404
    assert scene.goal.state is GoalState.IN_PROGRESS


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"note": "", "waits_for": "hire"}, "Write what is in the way."),
        ({"note": "No access", "waits_for": ""}, "Choose who can clear it"),
        ({"note": "No access", "waits_for": "hire"}, "Choose somebody else"),
        ({"note": "No access", "waits_for": "junk"}, "Choose who can clear it"),
        ({"note": "No access", "waits_for": "00000000-0000-0000-0000-000000000001"}, "somebody with an open account"),
    ],
)
def test_a_block_without_a_reason_or_a_person_comes_back_as_typed(
    scene: Scene, fields: dict[str, str], said: str
) -> None:
    person = str(scene.cast.hire.id) if fields["waits_for"] == "hire" else fields["waits_for"]
    answer = scene.act("hire", "block", note=fields["note"], waits_for=person)

    assert answer.status_code == 422
    assert said in words(answer)
    assert fields["note"] in answer.text
    assert scene.goal.state is GoalState.NOT_STARTED


@pytest.mark.parametrize(
    ("part", "act"), [("manager", "start"), ("manager", "block"), ("hr", "sign"), ("hire", "waive"), ("hire", "sign")]
)
def test_acts_of_others_are_refused(scene: Scene, part: str, act: str) -> None:
    assert scene.act(part, act, note="Mine now").status_code == 403
    assert scene.goal.state is GoalState.NOT_STARTED


@pytest.mark.parametrize("part", ["buddy", "stranger"])
def test_strangers_do_not_learn_that_a_goal_exists(scene: Scene, part: str) -> None:
    assert scene.act(part, "start").status_code == 404
    assert scene.show(part, "text", text="x").status_code == 404
    assert scene.browser(part).get(f"{scene.address}/block").status_code == 404
    assert scene.browser(part).get(f"{scene.address}/words").status_code == 404


def test_somebody_was_quicker_and_what_was_typed_stays(scene: Scene) -> None:
    scene.show("hire", "text", text="Met support")
    scene.act("hire", "submit")
    before = scene.goal.version
    scene.act("hire", "note", note="One more thing")
    answer = scene.act("manager", "return", note="A reason of several words", version=before - 1)

    assert answer.status_code == 409
    assert "Somebody changed this goal while you were writing." in words(answer)
    assert "A reason of several words" in answer.text
    assert f'name="return-version" value="{scene.goal.version}"' in answer.text


def test_a_reason_for_an_act_that_is_gone_is_shown_to_be_copied(scene: Scene) -> None:
    scene.show("hire", "text", text="Met support")
    scene.act("hire", "submit")
    version = scene.goal.version
    scene.act("hire", "withdraw")
    answer = scene.act("manager", "return", note="A reason of several words", version=version)

    assert answer.status_code == 409
    assert "What you wrote A reason of several words The goal has moved on" in words(answer)


def test_a_form_sent_twice_counts_once(scene: Scene) -> None:
    browser, key = scene.browser("hire"), uuid4().hex
    act = {"act": "start", "start-version": str(scene.goal.version), "start-intent": key}
    piece = {"kind": "text", "text-text": "Met support", "text-about_on": "2026-11-20", "text-intent": uuid4().hex}
    for _ in range(2):
        assert browser.post(f"{scene.address}/act", act).location == f"{scene.address}?done=goal-start"
    for _ in range(2):
        assert browser.post(f"{scene.address}/evidence", piece).status_code == 303

    assert scene.count(GoalEvidence) == 1
    with reading(scene.engine) as session:
        of_goal = select(GoalEventRow.act).where(GoalEventRow.goal_id == scene.goal_id).order_by(GoalEventRow.number)
        assert [act.value for act in session.scalars(of_goal)] == ["add", "start", "evidence"]


@pytest.mark.parametrize("act", ["", "add", "reword", "explode"])
def test_an_act_that_there_is_none_of_changes_nothing(scene: Scene, act: str) -> None:
    assert scene.act("hire", act).status_code == 422
    assert scene.goal.state is GoalState.NOT_STARTED


def test_a_goal_is_added_for_the_person(scene: Scene) -> None:
    address = f"/onboarding/milestones/{scene.milestone_id}/goals/new"
    manager = scene.browser("manager")
    form = manager.get(address)
    fields = dict(re.findall(r'name="(version|intent)" value="([^"]*)"', form.text))
    typed = {**fields, "text": "Shadow a call\r\n- with support", "owner_id": str(scene.cast.buddy.id)}
    answer = manager.post(address, typed)

    assert answer.status_code == 303
    assert manager.post(address, typed).location == answer.location
    page = scene.browser("buddy").get(answer.location)
    assert "Shadow a call" in words(page)
    assert buttons(page) == {"start", "note"}
    assert scene.browser("hire").get(address).status_code == 403
    assert scene.browser("stranger").get(address).status_code == 404


def test_a_goal_is_reworded_and_handed_over_with_the_blueprint_beside_it(scene: Scene) -> None:
    address, manager = f"{scene.address}/words", scene.browser("manager")
    fields = dict(re.findall(r'name="(version|intent)" value="([^"]*)"', manager.get(address).text))
    typed = {**fields, "text": "Learn the search product", "owner_id": str(scene.cast.buddy.id)}

    assert manager.post(address, typed).location == f"{scene.address}?done=goal-reworded"
    said = words(scene.look("manager"))
    assert "Worded for Noor Hire; what the blueprint says Learn the product" in said
    assert "Given to somebody else, by Mika Manager To Bo Buddy" in said
    assert scene.browser("hire").get(address).status_code == 403


def test_a_reworded_goal_that_somebody_else_changed_shows_both(scene: Scene) -> None:
    address, manager = f"{scene.address}/words", scene.browser("manager")
    with writing(scene.engine) as session:
        draft = goals.GoalDraft("Theirs", scene.cast.hire.id)
        actor = make.actor_of(scene.cast.hr)
        goals.reword(session, actor, scene.goal_id, draft, version=1, now=make.NOW)
    fields = {"version": "1", "intent": uuid4().hex, "text": "Mine", "owner_id": str(scene.cast.hire.id)}
    answer = manager.post(address, fields)

    assert answer.status_code == 409
    assert "What is kept now What is to be shown Theirs" in words(answer)
    assert "Mine</textarea>" in answer.text
    version = re.search(r'name="version" value="([^"]*)"', answer.text)
    assert version
    assert manager.post(address, {**fields, "version": version[1]}).status_code == 303
    assert scene.goal.text == "Mine"


def test_a_waived_goal_offers_no_form_for_other_words(scene: Scene) -> None:
    scene.act("manager", "waive", note="Did this before")
    page = words(scene.browser("manager").get(f"{scene.address}/words"))

    assert "This goal is waived. Its words stay as they are." in page
    assert "Save changes" not in page
    assert "Back" in page


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text": "  "}, "Write what is to be shown."),
        ({"text": "x" * 2001}, "2000"),
        ({"owner_id": "junk"}, "Choose from what is offered"),
    ],
)
def test_a_goal_without_words_or_an_owner_comes_back(scene: Scene, fields: dict[str, str], said: str) -> None:
    given = {"version": "1", "intent": uuid4().hex, "text": "Fine", "owner_id": str(scene.cast.hire.id), **fields}
    answer = scene.browser("manager").post(f"{scene.address}/words", given)

    assert answer.status_code == 422
    assert said in words(answer)
    assert scene.goal.text.startswith("Learn the product")


def _settle(scene: Scene) -> None:
    with writing(scene.engine) as session:
        for goal in session.scalars(select(Goal).where(Goal.milestone_id == scene.milestone_id)):
            goal.state = GoalState.SIGNED_OFF


def test_a_milestone_is_signed_by_both_once(scene: Scene) -> None:
    address, back = f"/onboarding/milestones/{scene.milestone_id}/sign", f"/onboarding/{scene.cast.plan.id}"
    _settle(scene)
    for _ in range(2):
        assert scene.browser("hire").post(address).location == f"{back}?done=milestone-signed"
    assert scene.browser("manager").post(address).location == f"{back}?done=milestone-complete"

    assert scene.count(Signature) == 2
    with reading(scene.engine) as session:
        assert session.scalar(select(PlanMilestone.settled).where(PlanMilestone.id == scene.milestone_id)) is not None
    assert scene.act("manager", "return", note="Too late").status_code == 409


def test_a_milestone_with_open_goals_or_for_others_is_not_signed(scene: Scene) -> None:
    address = f"/onboarding/milestones/{scene.milestone_id}/sign"

    answer = scene.browser("manager").post(address)
    assert answer.status_code == 409
    assert "2 goals are neither signed off nor waived." in answer.text
    _settle(scene)
    assert scene.browser("hr").post(address).status_code == 403
    assert scene.browser("buddy").post(address).status_code == 403
    assert scene.browser("stranger").post(address).status_code == 404
    assert scene.count(Signature) == 0


def test_messages_hold_the_goal_and_no_evidence(scene: Scene) -> None:
    scene.show("hire", "text", text="Confidential text of evidence")
    scene.act("hire", "submit", note="Confidential word")
    with reading(scene.engine) as session:
        sent = " ".join(f"{message.subject} {message.body}" for message in session.scalars(select(Message)))

    assert "A goal waits for your signature “Learn the product …” (Noor Hire, First month)." in sent
    assert "Confidential" not in sent
