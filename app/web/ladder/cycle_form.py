"""The forms of assessment cycles: who is asked, on which version, until when; more time; another manager."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import BooleanField, DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.services import cycles
from app.web.forms import Form, choices, whole_number
from app.web.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.queries.eligible import Placed
    from app.queries.ladders import LadderVersion

ROLE, TEAM, TYPED, FILE = "role", "team", "typed", "file"


class CycleForm(OnceForm):
    """A new cycle. ``people`` carries the previewed people as a small CSV text once they were shown."""

    people = HiddenField()
    title = StringField(
        "Title", [InputRequired("Write a title."), Length(max=cycles.TITLE_LIMIT)],
        description="What people read in their inbox, such as Autumn 2026.",
    )  # fmt: skip
    blueprint_version_id = SelectField(
        "Blueprint", [InputRequired("Choose a blueprint.")],
        description="The cycle stays on this version, whatever is published later.",
    )  # fmt: skip
    due_on = DateField(
        "Answers are in by", [InputRequired("Choose a day, such as 2026-12-11.")],
        description="For the person and the manager. Both are reminded before it.",
    )  # fmt: skip
    with_peers = BooleanField("Person and manager may ask colleagues for their view")
    who = RadioField(
        "Who is assessed",
        [InputRequired("Choose who is assessed.")],
        default=ROLE,
        choices=choices(
            [
                (ROLE, "Everybody who has a level in this role"),
                (TEAM, "A team"),
                (TYPED, "People by e-mail address"),
                (FILE, "People from a CSV file"),
            ]
        ),
    )
    team = SelectField("Team", [Optional()])
    typed = TextAreaField(
        "E-mail addresses",
        [Optional(), Length(max=100_000)],
        description="One a line, or with commas between, as they come from a mail.",
    )
    file = FileField("CSV file", description="With a column email, and, if not whom they report to, a column manager.")

    def offer(self, versions: Sequence[LadderVersion], people: Sequence[Placed]) -> None:
        """Fill the choices."""
        self.blueprint_version_id.choices = choices(
            (one.version_id, f"{one.stamp.title}, version {one.stamp.number}") for one in versions
        )
        teams = sorted({one.team for one in people if one.team})
        self.team.choices = choices([("", "Choose a team"), *((team, team) for team in teams)])

    @property
    def day(self) -> date:
        """The day that a complete form asks for."""
        return cast("date", self.due_on.data)


class JoinForm(OnceForm):
    """Somebody more for an open cycle."""

    person_id = SelectField("Person", [InputRequired("Choose somebody.")])

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.person_id.choices = choices([("", "Choose somebody"), *people])


class LaterForm(Form):
    """A later day, and why."""

    due_on = DateField("New date", [InputRequired("Choose a day, such as 2027-01-15.")])
    reason = TextAreaField(
        "Why", [InputRequired("Write why."), Length(max=cycles.REASON_LIMIT)],
        description="It stays in the history, which the person and the manager read.",
    )  # fmt: skip

    @property
    def day(self) -> date:
        """The day that a complete form asks for."""
        return cast("date", self.due_on.data)


class HandOverForm(Form):
    """Another manager for one assessment, and why."""

    manager_id = SelectField("Manager", [InputRequired("Choose who answers as the manager.")])
    reason = TextAreaField(
        "Why", [InputRequired("Write why."), Length(max=cycles.REASON_LIMIT)],
        description="It stays in the history, which the person and the manager read.",
    )  # fmt: skip

    def offer(self, people: Sequence[tuple[UUID, str]]) -> None:
        """Fill the choices."""
        self.manager_id.choices = choices([("", "Choose somebody"), *people])


class WhyForm(Form):
    """Why somebody is taken out of a cycle, or put back in."""

    reason = TextAreaField(
        "Why", [InputRequired("Write why."), Length(max=cycles.REASON_LIMIT)],
        description="It stays in the history, which the person and the manager read.",
    )  # fmt: skip


class CloseForm(Form):
    """The version of the cycle that was read, and why, where whoever closes it is in it."""

    version = HiddenField(validators=[InputRequired()])
    reason = TextAreaField(
        "Why you close it yourself", [Optional(), Length(max=cycles.REASON_LIMIT)],
        description="You are assessed in this cycle, and no other HR partner can close it. The audit keeps this.",
    )  # fmt: skip

    @property
    def seen(self) -> int:
        """The version as a number; one that is none is as old as can be."""
        return whole_number(self.version.data, 0)
