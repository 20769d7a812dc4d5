"""What every form of the program shares."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

from flask_wtf import FlaskForm
from wtforms import SelectChoice, ValidationError  # type: ignore[attr-defined]  # newer than its stubs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from app.domain.errors import InvalidError

# Characters that reorder or hide text, and those that no text holds; tab and line ends stay.
_BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_REFUSED = "This holds characters that cannot be shown. Type the text again, or paste it as plain text."


class Form(FlaskForm):  # type: ignore[misc]  # Flask-WTF brings no types
    """A form whose texts are cleaned of what cannot be stored, and which can show a service's faults."""

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
