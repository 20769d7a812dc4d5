"""Forms of the person's own account."""

from __future__ import annotations

from wtforms import HiddenField, PasswordField, SelectField, StringField
from wtforms.validators import EqualTo, InputRequired, Length

from app.web.forms import Form


class SignInForm(Form):
    """Who is it, and where were they going."""

    email = StringField("E-mail", [InputRequired("Write your e-mail address."), Length(max=254)])
    password = PasswordField("Password", [InputRequired("Write your password."), Length(max=1024)])
    then = HiddenField()
    carried = HiddenField()


class PasswordForm(Form):
    """A new password, typed twice."""

    old = PasswordField("Current password", [InputRequired("Write your current password.")])
    new = PasswordField(
        "New password",
        [InputRequired("Write a new password.")],
        description="At least 15 characters. A short sentence is easy to remember and hard to guess.",
    )
    again = PasswordField("New password again", [EqualTo("new", "The two new passwords differ.")])


class ZoneForm(Form):
    """The zone in which times are shown."""

    zone = SelectField("Time zone", [InputRequired("Choose a time zone.")])
