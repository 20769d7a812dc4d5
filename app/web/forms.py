"""What every form of the program shares."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import Form as PlainForm
from wtforms import SelectChoice, ValidationError  # type: ignore[attr-defined]  # newer than its stubs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.domain.errors import InvalidError

# Characters that reorder or hide text, and those that no text holds; tab and line ends stay.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# int() would also take other scripts' digits and underscores, and refuse thousands of digits with an error.
_NUMBER = re.compile(r"[0-9]{1,9}")
_REFUSED = "This holds characters that cannot be shown. Type the text again, or paste it as plain text."

_OFFERED = "Choose from what is offered. What was sent is not, or no longer, part of it."
_REMEDIES = {
    "Not a valid choice.": _OFFERED,
    "'%(value)s' is not a valid choice for this field.": _OFFERED,
    "'%(value)s' are not valid choices for this field.": _OFFERED,
    "Not a valid date value.": "Write a day of the calendar as year, month and day, such as 2026-03-02.",
    "Not a valid datetime value.": "Write the day and the time, such as 2026-03-02T14:30.",
    "Not a valid integer value.": "Write a whole number in digits, such as 12.",
    "This field is required.": "Fill this in.",
    "Field cannot be longer than %(max)d character.": "Shorten this: at most %(max)d character is kept.",
    "Field cannot be longer than %(max)d characters.": "Shorten this: at most %(max)d characters are kept.",
}
"""What the form library says, and the same with what to do about it."""


class _Words:
    """Says what the form library says in our own words; what it says nowhere here stays as it is."""

    @staticmethod
    def gettext(said: str) -> str:
        return _REMEDIES.get(said, said)

    @staticmethod
    def ngettext(one: str, several: str, number: int) -> str:
        said = one if number == 1 else several
        return _REMEDIES.get(said, said)


_WORDS = _Words()


def whole_number(text: object, otherwise: int = -1) -> int:
    """The number in a hidden field of at most nine plain digits, or ``otherwise``, which is then no version at all."""
    found = _NUMBER.fullmatch(str(text or ""))
    return int(found[0]) if found else otherwise


class Part(PlainForm):
    """Fields that stand several times in a form, and speak as its own do."""

    class Meta:
        """Where the words come from."""

        def get_translations(self, _form: object) -> _Words:
            """The words of every field."""
            return _WORDS


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF brings no types
    """A form whose texts are cleaned of what cannot be stored, and which can show a service's faults."""

    class Meta(FlaskForm.Meta):  # type: ignore[misc]  # Flask-WTF brings no types
        """Where the words come from."""

        def get_translations(self, _form: object) -> _Words:
            """The words of every field."""
            return _WORDS

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        """Check every field's own rules and that its text can be stored."""
        given = extra_validators or {}
        return bool(super().validate({name: [*given.get(name, ()), storable] for name in self._fields}))

    def take(self, error: InvalidError) -> None:
        """Put a service's faults beside the fields they are about, the others above the form."""
        for fault in error.faults:
            if fault.field in self._fields:
                field = self._fields[fault.field]
                field.errors = [*field.errors, fault.message]
            else:
                self.form_errors.append(fault.message)


def storable(_form: object, field: Any) -> None:  # noqa: ANN401  any WTForms field
    """Refuse NUL, lone surrogates, control characters and bidi overrides in a text."""
    if isinstance(field.data, str) and any(map(_unfit, field.data)):
        raise ValidationError(_REFUSED)


def _unfit(character: str) -> bool:
    if character in "\t\n\r":
        return False
    return character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}


def choices(pairs: Iterable[tuple[object, str]]) -> list[Any]:
    """The options of a select, checkboxes or radios from (value, label) pairs."""
    return [SelectChoice(str(value), label) for value, label in pairs]
