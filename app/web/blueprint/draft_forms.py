"""The forms around drafts: how one begins, and how it ends."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.services.blueprints import NOTE_LIMIT, TITLE_LIMIT
from app.web.forms import Form


class FromVersionForm(Form):
    """Start from what is published."""

    version_id = SelectField("Published role", [InputRequired("Choose a role to start from.")])


class BlankForm(Form):
    """Start a role that is not there yet."""

    title = StringField(
        "Title of the role",
        [InputRequired("Give the role a title."), Length(max=TITLE_LIMIT)],
        description="As it stands in an advertisement, such as Data Engineer.",
    )
    role = StringField(
        "Short name",
        [InputRequired("Give the role a short name.")],
        description="Small letters, digits and hyphens, such as data-engineer. It stays the same for all versions.",
    )


class PublishForm(Form):
    """Publish a draft as it was seen, against the newest version as it was seen."""

    note = TextAreaField(
        "Why this version",
        [Length(max=NOTE_LIMIT, message=f"Keep the note to {NOTE_LIMIT} characters.")],
        description="One or two sentences for everybody who reads the history of the role.",
    )
    understood = BooleanField("I have read what publishing would change in the newest version")
    version = HiddenField()
    newest = HiddenField()


class SeenForm(Form):
    """One act on a draft as it was seen."""

    version = HiddenField()
