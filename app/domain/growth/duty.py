"""What the ladder asks of people, in the words of the inbox and of reminders."""

from __future__ import annotations

from enum import StrEnum


class GrowthDuty(StrEnum):
    """A kind of duty; the words in brackets of a sentence are a person's name or a title."""

    ASSESS_SELF = "assess_self"
    ASSESS_REPORT = "assess_report"
    ASSESS_PEER = "assess_peer"
    TALK = "assessment_talk"
    CORROBORATE = "corroborate"
    FEEDBACK = "give_feedback"
    CASE = "case_finish"
    PREVOTE = "prevote"
    RUN = "calibration_run"
    DECIDE = "case_decide"
    SIGN = "case_sign"

    def sentence(self, what: str) -> str:
        """What is to be done, about a person or a thing."""
        return _SENTENCES[self].format(what)

    @property
    def action(self) -> str:
        """The word to press."""
        return _ACTIONS[self]

    @property
    def minutes(self) -> int:
        """About how long it takes."""
        return _MINUTES[self]

    @property
    def has_date(self) -> bool:
        """Whether it is due on a day; the others wait from the moment at which they came up."""
        return self in {GrowthDuty.ASSESS_SELF, GrowthDuty.ASSESS_REPORT, GrowthDuty.ASSESS_PEER}

    @property
    def told_by_the_act(self) -> bool:
        """Whether the act that asked for it wrote to the person at once, so that a reminder can wait a week."""
        return self in {GrowthDuty.CORROBORATE, GrowthDuty.FEEDBACK, GrowthDuty.PREVOTE, GrowthDuty.CASE}


_SENTENCES = {
    GrowthDuty.ASSESS_SELF: "Assess yourself: {}",
    GrowthDuty.ASSESS_REPORT: "Assess {}",
    GrowthDuty.ASSESS_PEER: "Say how you see {}",
    GrowthDuty.TALK: "Talk with {} and write down what you agreed on",
    GrowthDuty.CORROBORATE: "Say whether it was so: “{}”",
    GrowthDuty.FEEDBACK: "Give feedback on {}",
    GrowthDuty.CASE: "Finish the promotion case of {}",
    GrowthDuty.PREVOTE: "Vote on {}",
    GrowthDuty.RUN: "Open the discussion of {}",
    GrowthDuty.DECIDE: "Record the decision on {}",
    GrowthDuty.SIGN: "Read and sign the decision on {}",
}
_ACTIONS = {
    GrowthDuty.ASSESS_SELF: "Answer",
    GrowthDuty.ASSESS_REPORT: "Answer",
    GrowthDuty.ASSESS_PEER: "Answer",
    GrowthDuty.TALK: "Open both answers",
    GrowthDuty.CORROBORATE: "Look at it",
    GrowthDuty.FEEDBACK: "Write it",
    GrowthDuty.CASE: "Go on",
    GrowthDuty.PREVOTE: "Read and vote",
    GrowthDuty.RUN: "Open it",
    GrowthDuty.DECIDE: "Decide",
    GrowthDuty.SIGN: "Read and sign",
}
_MINUTES = {
    GrowthDuty.ASSESS_SELF: 30,
    GrowthDuty.ASSESS_REPORT: 30,
    GrowthDuty.ASSESS_PEER: 15,
    GrowthDuty.TALK: 10,
    GrowthDuty.CORROBORATE: 2,
    GrowthDuty.FEEDBACK: 10,
    GrowthDuty.CASE: 30,
    GrowthDuty.PREVOTE: 15,
    GrowthDuty.RUN: 2,
    GrowthDuty.DECIDE: 10,
    GrowthDuty.SIGN: 5,
}
