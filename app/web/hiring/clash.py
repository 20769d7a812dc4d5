"""When somebody else was quicker: the form comes back with what was typed and, beside it, what is kept now."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.domain.errors import ConflictError
    from app.web.forms import Form


@dataclass(frozen=True, slots=True)
class Beside:
    """A field on which the typed text and the stored one differ."""

    label: str
    stored: str


def take(form: Form, error: ConflictError, stored: Form) -> tuple[Beside, ...]:
    """Put the refusal above the form, let its next sending count, and return what is stored where it differs."""
    form.form_errors.append(f"{error} Below is what you typed; sending it again replaces what is kept now.")
    if "version" in form and error.current_version is not None:
        form["version"].data = str(error.current_version)
    return tuple(
        Beside(field.label.text, _shown(field))
        for field in stored
        if field.name in form and field.type not in {"HiddenField", "CSRFTokenField"}
        if _shown(field) != _shown(form[field.name])
    )


def _shown(field: Any) -> str:  # noqa: ANN401  any WTForms field
    if hasattr(field, "iter_choices"):
        return ", ".join(str(choice[1]) for choice in field.iter_choices() if choice[2]) or "nothing"
    return str(field.data or "").strip() or "nothing"
