"""Forms of the administrator."""

from __future__ import annotations

from wtforms import PasswordField, SelectMultipleField, StringField
from wtforms.validators import InputRequired, Length

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
        [InputRequired("Write a first password.")],
        description="At least 15 characters. Hand it over in person; they can change it under Your account.",
    )


class RolesForm(Form):
    """The roles of one person."""

    roles = SelectMultipleField("Roles", choices=ROLES)
