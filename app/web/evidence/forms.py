"""Forms of the evidence log."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask_wtf.file import FileField, FileRequired
from wtforms import DateField, HiddenField, RadioField, SelectField, SelectMultipleField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.growth.entry import BODY_LIMIT, TITLE_LIMIT, WORDS_LIMIT
from app.domain.growth.log import Showing, Shown, Visibility, Word
from app.formats import document_kind, evidence_csv
from app.services.evidence_log import REASON_LIMIT, EntryDraft
from app.services.files import SIZE_LIMIT, Upload
from app.web.evidence.narrowing import showing
from app.web.forms import Form, choices
from app.web.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from app.queries.evidence_entry import Askable
    from app.queries.evidence_log import EntryLine
    from app.queries.evidence_page import RoleView

_NUMBER = re.compile(r"[0-9]{1,9}")
_VISIBILITIES = [(one.value, one.words) for one in Visibility]


class EntryForm(OnceForm):
    """An entry: its title is enough."""

    version = HiddenField(default="0")
    title = StringField(
        "What you did",
        [InputRequired("Write what you did, in a few words."), Length(max=TITLE_LIMIT)],
        description="In a few words, so that you find it again in a year.",
    )
    body = TextAreaField(
        "A link, or what came of it",
        [Length(max=BODY_LIMIT)],
        description="Paste an address, or write what changed and how one can tell.",
    )
    file = FileField("File", description=f"{document_kind.LIMITS}.")
    about_on = DateField("When it was", [InputRequired("Choose the day that this is about.")])
    criteria = SelectMultipleField("Towards the next step, it shows")
    competencies = SelectMultipleField("Competencies that it shows")
    visibility = RadioField(
        "Who may read it", [InputRequired("Choose who may read it.")], choices=choices(_VISIBILITIES)
    )
    person_id = SelectField(
        "Who was there", default="", validate_choice=False,
        description="They read this entry, are told by mail, and say whether it was so. You can ask more people later.",
    )  # fmt: skip

    def offer(self, role: RoleView, people: Iterable[Askable] = (), kept: Sequence[Showing] = ()) -> None:
        """Fill in what there is to show, with what an entry shows already, and who can be asked."""
        self.criteria.choices = choices(_options(role, Shown.CRITERION, kept))
        self.competencies.choices = choices(_options(role, Shown.COMPETENCY, kept))
        if "person_id" in self:
            self.person_id.choices = choices([("", "Nobody yet"), *((one.person_id, one.name) for one in people)])

    def fill(self, line: EntryLine) -> None:
        """Put an entry into the fields."""
        self.version.data, self.title.data, self.about_on.data = str(line.version), line.title, line.about_on
        self.visibility.data = line.visibility.value
        self.criteria.data = [str(one) for one in line.shows if one.kind is Shown.CRITERION]
        self.competencies.data = [str(one) for one in line.shows if one.kind is Shown.COMPETENCY]
        if "body" in self:
            self.body.data = line.body

    def too_large(self) -> bool:
        """Whether the file is over the limit, found without reading it; says so beside the field."""
        sent = self.sent
        size = int(sent.stream.seek(0, 2)) if sent else 0
        if sent:
            sent.stream.seek(0)
        if size <= SIZE_LIMIT:
            return False
        self.file.errors = [f"This file has {size / 1_000_000:.1f} MB. Accepted: {document_kind.LIMITS}."]
        return True

    @property
    def sent(self) -> Any:  # noqa: ANN401  werkzeug's file, or None
        """The file as it came, unread."""
        return self.file.data if "file" in self else None

    def draft(self, data: bytes = b"") -> EntryDraft:
        """What is offered, of a form that is valid; ``data`` holds the file's bytes."""
        upload = Upload(self.sent.filename or "", self.sent.mimetype or "", data) if self.sent else None
        return EntryDraft(
            title=str(self.title.data or ""),
            about_on=cast("date", self.about_on.data),
            visibility=Visibility(self.visibility.data),
            body=str(self.body.data or "") if "body" in self else "",
            shows=frozenset(showing(one) for one in (*(self.criteria.data or ()), *(self.competencies.data or ()))),
            upload=upload,
        )

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0, which no entry has, when it is not a number."""
        found = _NUMBER.fullmatch(str(self.version.data or ""))
        return int(found[0]) if found else 0


class WithdrawForm(OnceForm):
    """Why an entry is taken back."""

    version = HiddenField(default="0")
    reason = TextAreaField(
        "Why you take it back", [InputRequired("Write why you take it back."), Length(max=REASON_LIMIT)]
    )

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0, which no entry has, when it is not a number."""
        found = _NUMBER.fullmatch(str(self.version.data or ""))
        return int(found[0]) if found else 0


class AskForm(OnceForm):
    """Who is asked about an entry."""

    person_id = SelectField("Who was there", [InputRequired("Choose somebody.")])

    def offer(self, people: Iterable[Askable]) -> None:
        """Fill in who can be asked."""
        named = [(one.person_id, one.name) for one in people]
        self.person_id.choices = choices([("", "Choose a person"), *named])


class AnswerForm(OnceForm):
    """What somebody who was there says."""

    word = RadioField(
        "Was it so?",
        [InputRequired("Choose one of the answers.")],
        choices=choices([(one.value, one.words) for one in Word]),
    )
    words = TextAreaField(
        "In your words", [Length(max=WORDS_LIMIT)],
        description="What you saw yourself. Needed where it was not as written.",
    )  # fmt: skip


class ImportForm(Form):
    """A file of entries."""

    file = FileField("CSV file", [FileRequired("Choose a file.")], description=f"{evidence_csv.LIMITS}.")
    visibility = RadioField(
        "Who may read entries whose line does not say", [InputRequired("Choose who may read them.")],
        choices=choices(_VISIBILITIES), default=Visibility.PRIVATE.value,
    )  # fmt: skip


def identity(text: object) -> UUID | None:
    """A person from a select, or ``None`` when nobody was chosen."""
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None


def _options(role: RoleView, kind: Shown, kept: Sequence[Showing]) -> list[tuple[str, str]]:
    """What there is to show of a kind; what an entry shows beyond it stays on offer, by its title or its id."""
    offered = {str(one.showing): one.title for one in role.of_kind(kind)}
    for one in kept:
        if one.kind is kind:
            offered.setdefault(str(one), role.titles.get(one, one.key))
    return list(offered.items())
