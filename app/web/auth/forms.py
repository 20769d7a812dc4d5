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
    again = PasswordField(
        "New password again",
        [InputRequired("Write the new password a second time."), EqualTo("new", "The two new passwords differ.")],
    )


class ZoneForm(Form):
    """The zone in which times are shown."""

    zone = SelectField("Time zone", [InputRequired("Choose a time zone.")])


class ProofForm(Form):
    """One of several ways to show who somebody is, and what they were about to do."""

    way = HiddenField()
    code = StringField("Code from your app", [Length(max=20)], description="Six digits. They change every half minute.")
    recovery = StringField("Recovery code", [Length(max=80)], description="Each works once. Cross it off your list.")
    password = PasswordField("Password", [Length(max=1024)])
    answer = HiddenField()
    then = HiddenField()
    carried = HiddenField()


class CodeForm(Form):
    """The first code of an app that was just set up."""

    code = StringField("Code from your app", [InputRequired("Write the six digits that it shows."), Length(max=20)])
    then = HiddenField()
    carried = HiddenField()


class PasskeyForm(Form):
    """A new passkey, as its owner calls it."""

    name = StringField("What to call it", [Length(max=60)], description="Such as: laptop, phone, key on my ring.")
    answer = HiddenField()
    then = HiddenField()
    carried = HiddenField()


class WayInForm(Form):
    """A link from the command line."""

    token = HiddenField()


class ResetForm(Form):
    """Whose password shall be chosen anew."""

    email = StringField("E-mail", [InputRequired("Write your e-mail address."), Length(max=254)])


class ChosenForm(Form):
    """A password that is chosen for the first time, typed twice."""

    new = PasswordField(
        "New password",
        [InputRequired("Write a new password."), Length(max=1024)],
        description="At least 15 characters. A short sentence is easy to remember and hard to guess.",
    )
    again = PasswordField(
        "New password again",
        [InputRequired("Write the new password a second time."), EqualTo("new", "The two new passwords differ.")],
    )


class NewPasswordForm(ChosenForm):
    """A password chosen by a one-time link."""

    token = HiddenField()


class SetupForm(ChosenForm):
    """The first administrator of an installation."""

    token = StringField("Setup token", [InputRequired("Copy the token that the program printed when it started.")])
    name = StringField("Your name", [InputRequired("Write your name."), Length(max=200)])
    email = StringField("Your e-mail", [InputRequired("Write your e-mail address."), Length(max=254)])
