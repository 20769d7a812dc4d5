"""Forms of structured résumés and of their redacted copies."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.web.forms import Form
from app.web.hiring.forms import VersionedForm


class ResumeFileForm(Form):
    """A file in the shape of JSON Resume."""

    file = FileField("File", [FileRequired("Choose a file.")])


class ResumeBodyForm(Form):
    """A résumé that was shown in a preview, as it came out of its file."""

    body = HiddenField()


class BeginForm(VersionedForm):
    """What a redaction is proposed from: the structured résumé, a document, or a text that was pasted."""

    source = StringField("Source")
    text = TextAreaField(
        "Text of the résumé", description="Paste it from the document. Nobody but coordinators reads it."
    )


class RedactionForm(VersionedForm):
    """The text that interviewers read, kept as a draft or released."""

    redacted = TextAreaField("What interviewers read", [InputRequired("Write what interviewers may read.")])
    sure = BooleanField(
        "I read what is marked, and it names nobody",
        description="Needed only when a word looks like the name and is not.",
    )
    act = HiddenField()
