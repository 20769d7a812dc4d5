"""The form of a new plan: what it asks, what it offers, and the draft that it makes."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast
from uuid import UUID

from wtforms import BooleanField, DateField, HiddenField, PasswordField, SelectField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.onboarding.plan import Counting, RollRule
from app.services import newcomers, time_zones
from app.services.newcomers import Newcomer
from app.services.plans import PlanDraft
from app.web.forms import Form, choices

if TYPE_CHECKING:
    from datetime import date

    from app.queries.beginnings import Offer

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_WEEKDAYS = 5
_NOBODY = UUID(int=0)
# Everything that the dates of a plan, and so its preview, depend on.
_DATED = ("blueprint_version_id", "starts_on", "week", "country", "counting", "roll", "extend_for_leave")


class BeginForm(Form):
    """Who begins, with whom, on which blueprint, and when they work."""

    seen = HiddenField()
    hire_id = SelectField(
        "New hire", [Optional()], description="Somebody with an account, or fill in the two fields below."
    )
    name = StringField("Name, if there is no account yet", [Optional(), Length(max=200)])
    email = StringField("E-mail, if there is no account yet", [Optional(), Length(max=254)])
    password = PasswordField(
        "First password",
        [Optional()],
        description="At least 15 characters, handed over in person. Without one, an administrator gives it later.",
    )
    manager_id = SelectField("Manager", [InputRequired("Choose who manages the new hire.")])
    buddy_id = SelectField(
        "Buddy", [Optional()], description="Sees only the goals that you give them, never a judgement."
    )
    blueprint_version_id = SelectField("Blueprint", [InputRequired("Choose whose milestones the plan takes.")])
    starts_on = DateField("First day", [InputRequired("Choose the first day, such as 2026-03-02.")])
    week = SelectMultipleField("Working days", [InputRequired("Choose at least one working day.")])
    country = StringField(
        "Public holidays of", [Optional(), Length(max=10)],
        description="Two letters such as US, or DE-BY for a part of a country. Empty for none; others come later.",
    )  # fmt: skip
    zone = SelectField("Time zone", [InputRequired("Choose where the new hire works.")])
    roll = SelectField("A date on a free day moves", choices=choices((one.value, one.words) for one in RollRule))
    counting = SelectField("Distances count", choices=choices((one.value, one.words) for one in Counting))
    extend_for_leave = BooleanField("Leave moves later milestones by as many days")

    def offer(self, found: Offer, *, manager: tuple[UUID, str] | None, zone: str) -> None:
        """Fill the choices; ``manager`` is the only one for a manager's own reports, ``zone`` that of who asks."""
        people = [(one.person_id, f"{one.name}, {one.email}") for one in found.people]
        managers = [(one.person_id, one.name) for one in found.people if one.manages]
        self.hire_id.choices = choices([("", "Nobody of these"), *people])
        self.buddy_id.choices = choices([("", "Nobody yet"), *people])
        self.manager_id.choices = choices([manager] if manager else [("", "Choose somebody"), *managers])
        self.blueprint_version_id.choices = choices(
            (version.version_id, f"{version.stamp.title}, version {version.stamp.number}") for version in found.versions
        )
        self.week.choices = choices(enumerate(DAYS))
        self.zone.choices = choices((zone, zone.replace("_", " ")) for zone in time_zones.offered(zone))

    def begin(self, found: Offer, *, zone: str) -> None:
        """What an untouched form says."""
        origin = found.origin
        self.week.data, self.zone.data = [str(day) for day in range(_WEEKDAYS)], zone
        self.roll.data, self.counting.data = RollRule.FORWARD.value, Counting.CALENDAR.value
        self.extend_for_leave.data = True
        if origin is None:
            return
        self.blueprint_version_id.data = str(origin.blueprint_version_id)
        if found.account:
            self.hire_id.data = str(found.account)
        else:
            self.name.data, self.email.data = origin.candidate, origin.email

    @property
    def newcomer(self) -> Newcomer | None:
        """Who has no account yet, if nobody was chosen from the list."""
        if self.hire_id.data:
            return None
        return Newcomer(str(self.name.data or ""), str(self.email.data or ""), self.password.data or None)

    @property
    def print_of_dates(self) -> str:
        """What the dates depend on, as one text: a preview holds while it stays the same."""
        return "|".join(
            ",".join(value) if isinstance(value := self[name].data, list) else str(value) for name in _DATED
        )

    def draft(self, application_id: UUID | None, *, listed: bool = True) -> PlanDraft:
        """The plan that is wanted, without holidays unless ``listed``; an InvalidError for an unknown country."""
        starts_on = cast("date", self.starts_on.data)
        return PlanDraft(
            hire_id=_id(self.hire_id.data) or _NOBODY,
            manager_id=_id(self.manager_id.data) or _NOBODY,
            buddy_id=_id(self.buddy_id.data),
            blueprint_version_id=_id(self.blueprint_version_id.data) or _NOBODY,
            application_id=application_id,
            starts_on=starts_on,
            zone=str(self.zone.data),
            week=frozenset(map(int, self.week.data or ())),
            country=str(self.country.data or "").strip().upper(),
            roll=RollRule(self.roll.data),
            counting=Counting(self.counting.data),
            extend_for_leave=bool(self.extend_for_leave.data),
            holidays=newcomers.country_holidays(str(self.country.data or ""), starts_on) if listed else (),
        )


def _id(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None
