"""The forms of one person's place: the level they hold, and whom they report to."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.services import placements
from app.services.placements import Placing
from app.web.forms import choices
from app.web.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from app.queries.eligible import Placed
    from app.queries.ladders import LadderVersion


class LevelForm(OnceForm):
    """A level from a day on, and why."""

    level = SelectField("Level", [InputRequired("Choose a level.")])
    since = DateField(
        "From", [InputRequired("Choose a day, such as 2026-03-02.")],
        description="May lie ahead: until then, the level before it counts.",
    )  # fmt: skip
    reason = TextAreaField(
        "Why", [Optional(), Length(max=placements.REASON_LIMIT)],
        description="For instance: hired at this level, or moved from another role. HR partners read it.",
    )  # fmt: skip

    def offer(self, ladders: Sequence[LadderVersion]) -> None:
        """Fill the choices with the levels of each role's newest version."""
        self.level.choices = {
            one.stamp.title: choices((f"{one.stamp.role}/{level.id}", level.title) for level in one.ladder.levels)
            for one in ladders
            if one.newest
        }

    def placing(self, person_id: UUID) -> Placing:
        """What a form that is complete asks for."""
        role, _, level = str(self.level.data or "").partition("/")
        return Placing(person_id, role, level, cast("date", self.since.data), str(self.reason.data or ""))


class LineForm(OnceForm):
    """Whom somebody reports to, and in which team."""

    manager_id = SelectField(
        "Reports to", [Optional()],
        description="Open assessments move along; what the former manager has sealed stays theirs.",
    )  # fmt: skip
    team = StringField("Team", [Optional(), Length(max=placements.TEAM_LIMIT)])

    def offer(self, people: Sequence[tuple[UUID, str]], placed: Placed) -> None:
        """Fill the choices: anybody else with an open account, and nobody."""
        others = [(person_id, name) for person_id, name in people if person_id != placed.person_id]
        self.manager_id.choices = choices([("", "Nobody"), *others])

    @property
    def chosen(self) -> UUID | None:
        """The manager."""
        return UUID(self.manager_id.data) if self.manager_id.data else None
