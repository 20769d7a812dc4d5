"""Goals: which moves exist, what each needs, and what refuses them."""

from __future__ import annotations

from uuid import UUID

import pytest

from app.domain.errors import AlreadyDoneError, InvalidError, NotYetError
from app.domain.onboarding.goal import MOVES, GoalAct, GoalState, acts_from, moved

SOMEBODY = UUID(int=7)
# Written out by hand: state, then what can be done from there.
TABLE = {
    GoalState.NOT_STARTED: {"start", "block", "submit", "waive"},
    GoalState.IN_PROGRESS: {"block", "submit", "waive"},
    GoalState.BLOCKED: {"unblock", "submit", "waive"},
    GoalState.SUBMITTED: {"withdraw", "sign", "return", "waive"},
    GoalState.RETURNED: {"start", "block", "submit", "waive"},
    GoalState.SIGNED_OFF: {"return"},
    GoalState.WAIVED: {"restore"},
}


@pytest.mark.parametrize("state", GoalState)
def test_each_state_allows_exactly_its_moves(state: GoalState) -> None:
    assert {act.value for act in acts_from(state)} == TABLE[state]


@pytest.mark.parametrize("state", GoalState)
@pytest.mark.parametrize("act", MOVES)
def test_a_move_happens_or_is_refused_with_the_way(state: GoalState, act: GoalAct) -> None:
    if act.value in TABLE[state]:
        assert moved(state, act, note="Because.", evidence=1, waits_for=SOMEBODY) is MOVES[act].after
    else:
        with pytest.raises((AlreadyDoneError, NotYetError), match="This goal is"):
            moved(state, act, note="Because.", evidence=1, waits_for=SOMEBODY)


def test_doing_it_twice_says_that_it_is_done() -> None:
    with pytest.raises(AlreadyDoneError, match="signed off already"):
        moved(GoalState.SIGNED_OFF, GoalAct.SIGN, note="", evidence=1)


def test_sign_off_needs_a_submission_first() -> None:
    with pytest.raises(NotYetError, match="possible once it is submitted"):
        moved(GoalState.IN_PROGRESS, GoalAct.SIGN, note="", evidence=3)


def test_nothing_is_submitted_without_evidence() -> None:
    with pytest.raises(InvalidError, match="at least one piece of evidence"):
        moved(GoalState.IN_PROGRESS, GoalAct.SUBMIT, note="Done", evidence=0)


@pytest.mark.parametrize("act", [GoalAct.RETURN, GoalAct.WAIVE])
def test_returning_and_waiving_need_a_reason(act: GoalAct) -> None:
    with pytest.raises(InvalidError, match="Write "):
        moved(GoalState.SUBMITTED, act, note="  ", evidence=1)


def test_a_block_names_what_is_in_the_way_and_who_can_clear_it() -> None:
    with pytest.raises(InvalidError) as refused:
        moved(GoalState.IN_PROGRESS, GoalAct.BLOCK, note="", evidence=0)

    assert [fault.field for fault in refused.value.faults] == ["note", "waits_for"]


def test_settled_means_that_nothing_more_is_asked() -> None:
    assert {state for state in GoalState if state.settled} == {GoalState.SIGNED_OFF, GoalState.WAIVED}
