"""Forms of the committee."""

from __future__ import annotations

from wtforms import HiddenField, RadioField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.decision import REASON_MINIMUM, Outcome
from app.services.deciding import REASON_LIMIT
from app.web.forms import Form, choices
from app.web.once import OnceForm

_OUTCOMES = choices((outcome.value, outcome.words) for outcome in Outcome)
_LENGTH = Length(max=REASON_LIMIT, message=f"Shorten this: at most {REASON_LIMIT} characters are kept.")


class VoteForm(Form):
    """A sealed vote."""

    outcome = RadioField("Your vote", [InputRequired("Choose how you vote.")], choices=_OUTCOMES)
    reason = TextAreaField(
        "Why",
        [InputRequired("Write why you vote this way."), _LENGTH],
        description="What decides it for you. If you are outvoted, it stays in the record under your name.",
    )
    version = HiddenField(default="0")


class ReleaseForm(Form):
    """Why a scorecard is not waited for any longer."""

    reason = TextAreaField(
        "Why is this scorecard not waited for?",
        [InputRequired("Say in a sentence why there will be no scorecard."), _LENGTH],
    )


class DecisionForm(OnceForm):
    """What the chair records; the reasons that are only sometimes asked for are left out of the page otherwise."""

    outcome = RadioField("Outcome", [InputRequired("Choose the outcome.")], choices=_OUTCOMES)
    reasons = TextAreaField(
        "Reasons",
        [InputRequired("Write the reasons for this outcome."), _LENGTH],
        description=f"What the committee rests this on, in {REASON_MINIMUM} characters or more.",
    )
    departure_reason = TextAreaField("Why this hire goes past a higher composite", [Optional(), _LENGTH])
    absence_reason = TextAreaField("Why you decide without every vote", [Optional(), _LENGTH])


class CorrectionForm(DecisionForm):
    """A decision that corrects an earlier one."""

    correction_reason = TextAreaField(
        "Why the earlier record is corrected",
        [InputRequired("Write why the earlier record is corrected."), _LENGTH],
        description="The earlier record stays readable beside this one.",
    )
