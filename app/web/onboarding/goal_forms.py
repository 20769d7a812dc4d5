"""Forms around one goal: an act on it, a piece of evidence, its words and owner."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from flask_wtf.file import FileField
from wtforms import DateField, HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length

from app.domain.onboarding.goal import MOVES, NOTE_LIMIT, TEXT_LIMIT, EvidenceKind, GoalAct
from app.formats import document_kind
from app.services.evidence import BODY_LIMIT, LINK_LIMIT, TITLE_LIMIT, PieceDraft
from app.services.files import SIZE_LIMIT, Upload
from app.web.forms import choices
from app.web.once import OnceForm

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from app.queries.goal_desk import Nameable

_NUMBER = re.compile(r"[0-9]{1,9}")
_NOBODY = UUID(int=0)
_NOTES = {GoalAct.SUBMIT: "A word to whoever signs", GoalAct.SIGN: "A word to the owner", GoalAct.NOTE: "Your note"}


class ActForm(OnceForm):
    """One act on a goal, as the page with this version of the goal offered it."""

    version = HiddenField(default="0")
    note = TextAreaField("Note", [Length(max=NOTE_LIMIT)])
    waits_for = SelectField(
        "Who can clear it", default="", validate_choice=False,
        description="They are told, find it in their inbox, and can say when the way is free.",
    )  # fmt: skip

    @classmethod
    def of(cls, act: GoalAct, **given: Any) -> ActForm:  # noqa: ANN401  whatever a form is made from
        """The form of an act; its fields carry the act's name, because a page holds several."""
        form = cls(prefix=act.value, **given)
        reason = MOVES[act].reason if act in MOVES else ""
        form.note.label.text = reason[:1].upper() + reason[1:] or _NOTES.get(act, "Note")
        form.note.flags.required = bool(reason) or act is GoalAct.NOTE
        form.waits_for.flags.required = True
        form.offer(())
        return form

    def offer(self, people: Iterable[Nameable]) -> None:
        """Fill in who can be waited for."""
        self.waits_for.choices = choices([("", "Choose a person"), *named(people)])

    @property
    def seen_version(self) -> int:
        """The goal's version that the page showed; 0, which none has, when it is not a number."""
        return number(self.version.data)

    @property
    def person(self) -> UUID | None:
        """Who is waited for, if anybody was chosen."""
        return identity(self.waits_for.data)


class EvidenceForm(OnceForm):
    """A piece of evidence of one kind; the fields of the others are not in it."""

    title = StringField("What it is", [Length(max=TITLE_LIMIT)], description="In a few words, for the list.")
    about_on = DateField("The day it speaks of", [InputRequired("Choose the day that this speaks of.")])
    link = StringField(
        "Address",
        [Length(max=LINK_LIMIT)],
        description="Begins with https:// or http://. Whoever opens it needs access.",
    )
    file = FileField("File", description=f"{document_kind.LIMITS}.")
    text = TextAreaField("What happened", [Length(max=BODY_LIMIT)], description="What was done, and how one can tell.")

    @classmethod
    def of(cls, kind: EvidenceKind, today: date, **given: Any) -> EvidenceForm:  # noqa: ANN401  whatever a form is made from
        """The form for one kind of evidence."""
        form = cls(prefix=kind.value, **given)
        for other in EvidenceKind:
            if other is not kind:
                del form[other.value]
        form[kind.value].flags.required = True
        if not form.is_submitted():
            form.about_on.data = today
        return form

    @property
    def sent(self) -> Any:  # noqa: ANN401  werkzeug's file, or None
        """The file as it came, unread."""
        return self.file.data if "file" in self else None

    def too_large(self) -> bool:
        """Whether the file is over the limit, found without reading it; says so beside the field."""
        size = _size(self.sent)
        if size <= SIZE_LIMIT:
            return False
        self.file.errors = [f"This file has {size / 1_000_000:.1f} MB. Accepted: {document_kind.LIMITS}."]
        return True

    def draft(self, data: bytes) -> PieceDraft:
        """What is offered, of a form whose day is there; ``data`` holds the file's bytes."""
        upload = Upload(self.sent.filename or "", self.sent.mimetype or "", data) if self.sent else None
        return PieceDraft(
            title=str(self.title.data or ""),
            about_on=cast("date", self.about_on.data),
            link=str(self.link.data or "") if "link" in self else "",
            text=str(self.text.data or "") if "text" in self else "",
            upload=upload,
        )


class GoalForm(OnceForm):
    """What a goal says and whose it is."""

    version = HiddenField(default="0")
    text = TextAreaField(
        "What is to be shown",
        [InputRequired("Write what is to be shown."), Length(max=TEXT_LIMIT * 4)],
        description="The first line is its name. Lines below it that begin with a dash are listed as parts.",
    )
    owner_id = SelectField(
        "Whose it is", [InputRequired("Choose whose goal it is.")],
        description="They show the evidence. The manager signs; the new hire does where the goal is the manager's own.",
    )  # fmt: skip

    def offer(self, people: Iterable[Nameable]) -> None:
        """Fill in who can own a goal."""
        self.owner_id.choices = choices([("", "Choose a person"), *named(people)])

    @property
    def seen_version(self) -> int:
        """The version that the page showed; 0, which none has, when it is not a number."""
        return number(self.version.data)

    @property
    def owner(self) -> UUID:
        """Who is to own it; the nil id, which nobody has, when it is not an id."""
        return identity(self.owner_id.data) or _NOBODY


def named(people: Iterable[Nameable]) -> list[tuple[UUID, str]]:
    """People as a select offers them, with their part in the plan."""
    return [(one.person_id, f"{one.name} ({one.part})" if one.part else one.name) for one in people]


def number(text: object) -> int:
    """A version from a hidden field; 0, which no record has, when it is not a number."""
    found = _NUMBER.fullmatch(str(text or ""))
    return int(found[0]) if found else 0


def identity(text: object) -> UUID | None:
    """A person from a select, or ``None`` when nobody was chosen."""
    try:
        return UUID(str(text or ""))
    except ValueError:
        return None


def _size(sent: Any) -> int:  # noqa: ANN401  werkzeug's file, or None
    if not sent:
        return 0
    size = int(sent.stream.seek(0, 2))
    sent.stream.seek(0)
    return size
