"""Forms of hiring. Services know the rules; a form says what a field is called and what may stay empty."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from uuid import UUID

from flask_wtf.file import FileField, FileRequired
from wtforms import (
    BooleanField,
    DateTimeLocalField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional

from app.domain.candidate import FIELDS, HEADLINE_LIMIT, NAME_LIMIT, PHONE_LIMIT, SOURCE_LIMIT, CandidateDetails
from app.domain.hiring import InterviewKind, RevealRule
from app.domain.permission import Role
from app.domain.text import EMAIL_LIMIT
from app.services.applications import REASON_LIMIT
from app.services.interviews import PLACE_LIMIT
from app.services.requisitions import TITLE_LIMIT
from app.web.forms import Form, choices

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from app.domain.blueprint import Blueprint
    from app.domain.panel_plan.suggesting import Suggestion
    from app.queries.applications import PanelSource
    from app.queries.requisitions import Choice

NOBODY = ("", "Nobody yet")
_NUMBER = re.compile(r"[0-9]{1,9}")


class VersionedForm(Form):
    """A form that knows which state of a record it was drawn from."""

    version = HiddenField(default="0")

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0, which no record has, when it is not a number."""
        text = str(self.version.data or "")
        return int(text) if _NUMBER.fullmatch(text) else 0


class RequisitionForm(VersionedForm):
    """A requisition; the blueprint version is chosen before and travels in a hidden field."""

    title = StringField("Title", [InputRequired("Write a title."), Length(max=TITLE_LIMIT)])
    blueprint_version_id = HiddenField("Blueprint")
    openings = IntegerField("Openings", [InputRequired("Write how many people you want to hire.")], default=1)
    panel_size = IntegerField(
        "Panel size",
        [InputRequired("Write how many interviewers each candidate meets.")],
        default=4,
        description="How many interviewers each candidate meets. Four people can cover eight dimensions twice.",
    )
    musts = SelectMultipleField(
        "Must-have dimensions",
        description="Until each of these was assessed a candidate has no composite: “insufficient evidence” is shown.",
    )
    hiring_manager_id = SelectField("Hiring manager", [InputRequired("Choose who manages this hire.")])
    chair_id = SelectField(
        "Committee chair", default="", description="Records the decision. Needed before the requisition opens."
    )
    member_ids = SelectMultipleField("Committee members", description="They vote, sealed, once a debrief is open.")
    reveal = RadioField(
        "Interviewers see each other's scorecards",
        [InputRequired("Choose when scorecards open.")],
        choices=choices((rule.value, rule.words) for rule in RevealRule),
        default=RevealRule.AFTER_OWN.value,
        description="In either case nobody sees any before sealing their own.",
    )
    blind = BooleanField(
        "Review blind",
        description="Whoever owes a scorecard reads a code instead of the candidate's name, and a redacted résumé "
        "instead of documents, until they have sealed. Once interviews are planned this cannot be taken back.",
    )

    def offer(self, blueprint: Blueprint, people: Iterable[Choice], *, kept: Container[str] = ()) -> None:
        """Fill the choices with the blueprint's dimensions and the people who hold the roles.

        What the blueprint itself asks for is said and not offered, unless it is among the dimensions kept so far.
        """
        dimensions = blueprint.scorecard.dimensions
        self.musts.choices = choices((each.id, each.title) for each in dimensions if not each.must or each.id in kept)
        always = ", ".join(each.title for each in dimensions if each.must)
        if always:
            self.musts.description = f"{self.musts.description} The blueprint always asks for: {always}."
        everybody = tuple(people)
        leads = [(one.person_id, one.name) for one in everybody if Role.HIRING_MANAGER in one.roles]
        decide = [(one.person_id, one.name) for one in everybody if Role.COMMITTEE in one.roles]
        self.hiring_manager_id.choices = choices([("", "Choose a person"), *leads])
        self.chair_id.choices = choices([NOBODY, *decide])
        self.member_ids.choices = choices(decide)


class RebaseForm(VersionedForm):
    """The blueprint version that a requisition is to move to, as the page showed it."""

    blueprint_version_id = HiddenField("Blueprint version")

    @property
    def wanted(self) -> UUID:
        """The version; the nil id, which none has, when it is not an id."""
        try:
            return UUID(str(self.blueprint_version_id.data))
        except ValueError:
            return UUID(int=0)


class ReasonForm(VersionedForm):
    """A reason in a sentence; whether it is needed is for the service to say."""

    reason = TextAreaField("Reason", [Length(max=REASON_LIMIT)])


class CandidateForm(VersionedForm):
    """A candidate."""

    name = StringField("Name", [InputRequired("Write the candidate's name."), Length(max=NAME_LIMIT)])
    email = StringField(
        "E-mail",
        [InputRequired("Write an e-mail address such as name@example.org."), Length(max=EMAIL_LIMIT)],
        description="One address is one person: it is how duplicates are found.",
    )
    phone = StringField("Phone", [Length(max=PHONE_LIMIT)])
    headline = StringField(
        "Headline", [Length(max=HEADLINE_LIMIT)], description="Current role in a few words; interviewers see it."
    )
    source = StringField("Source", [Length(max=SOURCE_LIMIT)], description="Referral, agency, careers page.")

    def details(self) -> CandidateDetails:
        """What was typed."""
        fields = (self.name, self.email, self.phone, self.headline, self.source)
        return CandidateDetails(*(str(field.data or "") for field in fields))


class NewCandidateForm(CandidateForm):
    """A candidate with the requisition that they apply for."""

    requisition_id = SelectField("Applies for", default="")

    def offer(self, requisitions: Iterable[tuple[UUID, str]]) -> None:
        """Fill in the requisitions that one could apply for."""
        self.requisition_id.choices = choices([("", "Nothing yet"), *requisitions])


class MergeForm(NewCandidateForm):
    """Which fields of what was typed replace what is known."""

    adopted = SelectMultipleField("Take over", choices=choices((field, field.capitalize()) for field in FIELDS))


class ApplyForm(Form):
    """A further requisition for a candidate."""

    requisition_id = SelectField("Applies for", [InputRequired("Choose a requisition.")])

    def offer(self, requisitions: Iterable[tuple[UUID, str]]) -> None:
        """Fill in the requisitions that one could apply for."""
        self.requisition_id.choices = choices([("", "Choose a requisition"), *requisitions])


class StageForm(ReasonForm):
    """Where an application moves to; ``seen`` is the stage that the page showed."""

    to = SelectField("Move to", [InputRequired("Choose a stage.")])
    seen = HiddenField()
    reason = TextAreaField(
        "Reason", [Length(max=REASON_LIMIT)], description="Needed when it goes back a stage, and for a withdrawal."
    )


class InterviewForm(VersionedForm):
    """An interview; the people are left out when their seats must not be touched."""

    kind = SelectField(
        "Kind",
        [InputRequired("Choose the kind.")],
        choices=choices((kind.value, kind.words) for kind in InterviewKind),
        default=InterviewKind.CONVERSATION.value,
    )
    title = StringField(
        "Title",
        [InputRequired("Write a title."), Length(max=TITLE_LIMIT)],
        description="What the interviewer and the calendar call it, such as “Case study” or “Working with engineers”.",
    )
    starts_at = DateTimeLocalField("Starts", [Optional()])
    minutes = IntegerField("Minutes", [InputRequired("Write how long it takes.")], default=60)
    place = StringField(
        "Place",
        [Length(max=PLACE_LIMIT)],
        description="A room, or the https:// address of a call. Everybody who is invited sees it.",
    )
    case_study = SelectField("Case", default="", description="For a case study only.")
    focus = SelectMultipleField("Dimensions to assess", [InputRequired("Choose at least one dimension.")])
    do = HiddenField()
    interviewer_ids = SelectMultipleField(
        "Interviewers", description="Each of them scores on their own, and gets a notice with the interview kit."
    )

    def offer(self, blueprint: Blueprint, covered: dict[str, int]) -> None:
        """Fill in cases, and dimensions with how many interviewers look at each so far."""
        self.case_study.choices = choices(
            [("", "No case"), *((case.id, f"{case.label}: {case.title}") for case in blueprint.case_studies)]
        )
        dimensions = blueprint.scorecard.dimensions
        self.focus.choices = choices((each.id, f"{each.title} ({_so_far(covered[each.id])})") for each in dimensions)

    def offer_people(self, people: Sequence[Suggestion]) -> None:
        """Fill in who could hold it, best first, each with the reasons."""
        self.interviewer_ids.choices = choices((one.person_id, one.name) for one in people)
        self.reasons = {str(one.person_id): one for one in people}

    @property
    def asks(self) -> bool:
        """Whether the form was sent to see who is suggested, and not to be kept."""
        return bool(self.do.data == "suggest")


class CopyForm(Form):
    """Whose panel to copy."""

    source_id = RadioField("Same panel as", [InputRequired("Choose whose panel to copy.")])

    def offer(self, sources: Iterable[PanelSource]) -> None:
        """Fill in the candidates who have a panel."""
        self.source_id.choices = choices((one.application_id, one.candidate) for one in sources)


class ImportForm(Form):
    """A CSV file of candidates."""

    file = FileField(
        "CSV file",
        [FileRequired("Choose a CSV file.")],
        description="Columns: name,email and, as wanted, phone,headline,source.",
    )
    requisition_id = SelectField("They apply for", default="")

    def offer(self, requisitions: Iterable[tuple[UUID, str]]) -> None:
        """Fill in the requisitions that one could apply for."""
        self.requisition_id.choices = choices([("", "Nothing yet"), *requisitions])


class FileForm(Form):
    """One document of a candidate."""

    file = FileField("Document", [FileRequired("Choose a document.")])


def _so_far(interviewers: int) -> str:
    return "nobody yet" if interviewers == 0 else f"{interviewers} so far"
