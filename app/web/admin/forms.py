"""Forms of the administrator."""

from __future__ import annotations

from wtforms import PasswordField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from app.domain.granting import REASON_AT_LEAST, REASON_AT_MOST, SCOPED
from app.domain.permission import Role
from app.web.forms import Form, choices

ROLES = choices((role.value, role.words) for role in Role)


class PersonForm(Form):
    """A new account."""

    name = StringField("Name", [InputRequired("Write the person's name."), Length(max=200)])
    email = StringField("E-mail", [InputRequired("Write the person's e-mail address."), Length(max=254)])
    roles = SelectMultipleField("Roles", choices=ROLES)
    password = PasswordField(
        "First password",
        [Optional()],
        description="Leave it empty, and an invitation to choose one goes by mail. Or write one of at least 15 "
        "characters and hand it over in person.",
    )


class GrantForm(Form):
    """A role for one requisition or team."""

    role = SelectField(
        "Role", [InputRequired("Choose a role.")], choices=choices((role.value, role.words) for role in SCOPED)
    )


class PlaceForm(GrantForm):
    """A role of the person that the page is about, and where it holds."""

    place = SelectField("Where", [InputRequired("Choose a requisition or a team.")], choices=[])


class HereForm(GrantForm):
    """A role in the requisition that the page is about, and who gets it."""

    person = SelectField("Person", [InputRequired("Choose somebody.")], choices=[])


class ReasonForm(Form):
    """A reason that stays in the record."""

    reason = TextAreaField(
        "Reason",
        [InputRequired("Write the reason."), Length(max=REASON_AT_MOST)],
        description=f"At least {REASON_AT_LEAST} characters. It stays in the record and others read it.",
    )


class RolesForm(Form):
    """The roles of one person."""

    roles = SelectMultipleField("Roles", choices=ROLES)
