"""What a first year asks of people, in the words of the inbox and of reminders."""

from __future__ import annotations

from enum import StrEnum


class Asked(StrEnum):
    """A kind of duty; the goal kinds are about one goal, the others about a milestone or the whole plan."""

    GOAL = "goal"
    RETURNED = "goal_returned"
    UNBLOCK = "goal_waits"
    SIGN_GOAL = "goal_sign"
    SIGN_MILESTONE = "milestone_sign"
    CHECK_IN = "check_in"
    OUTCOME = "outcome"

    def sentence(self, what: str) -> str:
        """What is to be done, about the goal's first line or the milestone's title."""
        return _SENTENCES[self].format(what)

    @property
    def action(self) -> str:
        """The word to press."""
        return _ACTIONS[self]

    @property
    def minutes(self) -> int:
        """About how long it takes here, the work itself not counted."""
        return _MINUTES[self]

    @property
    def has_date(self) -> bool:
        """Whether the date of its milestone is this duty's own; the others wait from the day they came up."""
        return self in {Asked.GOAL, Asked.RETURNED, Asked.CHECK_IN}

    @property
    def told_by_the_act(self) -> bool:
        """Whether the act that asked for it wrote to the person at once, so that a reminder can wait a week."""
        return self in {Asked.UNBLOCK, Asked.SIGN_GOAL}


_SENTENCES = {
    Asked.GOAL: "Show evidence for “{}”",
    Asked.RETURNED: "Add what is missing to “{}”",
    Asked.UNBLOCK: "Clear the way for “{}”",
    Asked.SIGN_GOAL: "Sign off or return “{}”",
    Asked.SIGN_MILESTONE: "Sign {}",
    Asked.CHECK_IN: "Answer the check-in on {}",
    Asked.OUTCOME: "Record the outcome of {}",
}
_ACTIONS = {
    Asked.GOAL: "Show it",
    Asked.RETURNED: "See what is missing",
    Asked.UNBLOCK: "See what is in the way",
    Asked.SIGN_GOAL: "Look and sign",
    Asked.SIGN_MILESTONE: "Sign",
    Asked.CHECK_IN: "Answer",
    Asked.OUTCOME: "Record",
}
_MINUTES = {
    Asked.GOAL: 10,
    Asked.RETURNED: 10,
    Asked.UNBLOCK: 10,
    Asked.SIGN_GOAL: 5,
    Asked.SIGN_MILESTONE: 2,
    Asked.CHECK_IN: 10,
    Asked.OUTCOME: 10,
}
