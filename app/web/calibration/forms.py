"""Forms of a calibration. Those that stand on one page have prefixes, so that no two fields share an id."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from wtforms import (
    Field,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.domain.growth.calibration import ChangeReason
from app.domain.growth.voting import TEXT_LIMIT
from app.services.calibrations import LONGEST, SHORTEST, TITLE_LIMIT, Sitting
from app.services.prevotes import Ballot, Change
from app.web.forms import Form, choices
from app.web.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from app.queries.calibration_choosing import Choosing, Offered
    from app.queries.calibration_items import ItemHead
    from app.queries.calibrations import SessionPage

_LENGTH = Length(max=TEXT_LIMIT, message=f"Shorten this: at most {TEXT_LIMIT} characters are kept.")
_REASONS = choices((one.value, one.words) for one in ChangeReason)


def _ask(*fields: Field) -> None:
    """Show fields as asked for; what is missing is told by the service, so that a draft may lack them."""
    for field in fields:
        field.flags.required = True


class SessionForm(OnceForm):
    """What a session is to be."""

    title = StringField("Title", [InputRequired("Write a title."), Length(max=TITLE_LIMIT)])
    minutes_each = IntegerField(
        "Minutes for each item",
        [InputRequired(f"Give each item {SHORTEST} to {LONGEST} minutes.")],
        default=12,
        description="The same for all. Everybody sees the time run.",
    )
    chair_id = SelectField(
        "Chair",
        [InputRequired("Choose who chairs.")],
        description="Leads the session and votes like the others. May be in conflict over nothing in it.",
    )
    member_ids = SelectMultipleField(
        "Members", description="Three or more have to be free to vote on each item. Managers have no vote on a report."
    )
    version = HiddenField(default="0")

    def offer(self, people: Sequence[Offered]) -> None:
        """Say who may be chosen; names that are there twice come with their address."""
        names = [one.name for one in people]
        pairs = [(one.id, f"{one.name} ({one.detail})" if names.count(one.name) > 1 else one.name) for one in people]
        self.chair_id.choices, self.member_ids.choices = choices([("", "Choose"), *pairs]), choices(pairs)

    def show(self, found: SessionPage) -> None:
        """Fill in what is kept."""
        self.title.data, self.minutes_each.data = found.title, found.minutes_each
        self.chair_id.data, self.version.data = str(found.chair_id), str(found.version)
        self.member_ids.data = [str(one.person_id) for one in found.members]

    @property
    def sitting(self) -> Sitting:
        """What was asked for."""
        return Sitting(
            self.title.data or "",
            UUID(self.chair_id.data),
            self.minutes_each.data or 0,
            tuple(UUID(one) for one in self.member_ids.data or ()),
        )


class ChooseForm(Form):
    """What a session takes in."""

    case_ids = SelectMultipleField("Promotion cases that were handed in")
    assessment_ids = SelectMultipleField("Assessments that both sides have sealed")

    def offer(self, found: Choosing) -> None:
        """Say what may be ticked."""
        self.case_ids.choices = choices((one.id, f"{one.name}, {one.detail}") for one in found.cases)
        self.assessment_ids.choices = choices(
            (one.id, f"{one.name} ({one.detail})" if one.detail else one.name) for one in found.assessments
        )


class VoteForm(Form):
    """A vote that is given apart; what is missing is told by the service, which also keeps drafts."""

    value = RadioField("Your vote", [Optional()])
    reason = TextAreaField(
        "Why",
        [Optional(), _LENGTH],
        description="What decides it for you, by what you read. It stays in the minutes under your name.",
    )
    version = HiddenField(default="0")

    def offer(self, head: ItemHead) -> None:
        """Say what may be voted for; a vote without a choice is found by the service."""
        self.value.choices = choices((one.value, one.words) for one in head.choices)
        self.value.validate_choice = False
        _ask(self.value, self.reason)

    @property
    def ballot(self) -> Ballot:
        """What was voted."""
        return Ballot(self.value.data or "", self.reason.data or "")

    @property
    def number(self) -> int:
        """The version that the form showed; one that no vote has where it says nothing of use."""
        text = self.version.data or ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1  # noqa: PLR2004  digits of a version


class ChangeForm(Form):
    """A vote that is changed in the session."""

    after = RadioField("What you vote now", [Optional()])
    reason = RadioField("What changed it", [Optional()], choices=_REASONS)
    words = TextAreaField(
        "In your own words", [Optional(), _LENGTH], description="A sentence is enough. It stays in the minutes."
    )

    def offer(self, head: ItemHead) -> None:
        """Say what may be voted for."""
        self.after.choices = choices((one.value, one.words) for one in head.choices)
        self.after.validate_choice = False
        _ask(self.after, self.reason, self.words)

    @property
    def change(self) -> Change:
        """What was changed."""
        kind = self.reason.data
        return Change(self.after.data or "", ChangeReason(kind) if kind else None, self.words.data or "")


class ConflictForm(Form):
    """A conflict that a member declares."""

    reason = TextAreaField(
        "What is the conflict?",
        [InputRequired("Say in a sentence what the conflict is."), _LENGTH],
        description="Your vote on this item counts no more, for good. The other members and HR read this sentence.",
    )


class SettleForm(Form):
    """What a session settles on."""

    agreed = RadioField("The session settles on", [InputRequired("Choose one of these.")])
    words = TextAreaField(
        "Why",
        [Optional(), _LENGTH],
        description="Needed where it is set aside, or is not what more than half vote for.",
    )
    version = HiddenField(default="0")

    def offer(self, head: ItemHead) -> None:
        """Say what may be settled on; “set aside” is sent as a dash, since nothing cannot be sent."""
        pairs = [*((one.value, one.words) for one in head.choices), ("-", "Set aside: not settled in this session")]
        self.agreed.choices = choices(pairs)


class TellForm(Form):
    """What the manager is to hear."""

    feedback = TextAreaField(
        "To the manager",
        [InputRequired("Write what the manager is to hear."), _LENGTH],
        description="What the session saw, what carried it and what was missing. No names, no counts of votes.",
    )
    version = HiddenField(default="0")


class HandOverForm(Form):
    """Who chairs from now on."""

    member_id = SelectField("New chair")


class OpenForm(Form):
    """Why votes are opened although some are missing."""

    reason = TextAreaField("Why without them", [Optional(), _LENGTH], description="It stays in the minutes.")
