"""Plumbline: fair hiring and career-ladder evaluation on one role blueprint.

This module imports nothing but the standard library at its top, so that the pure core (`app.domain`) loads in
milliseconds and no import cycle can form through the package itself. It is also the one module, with `__main__`,
that too old Pythons read before they are told so: nothing here may need a newer grammar than theirs.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from flask import Flask

    from app.settings import Settings

__all__ = ["__version__", "create_app"]

__version__ = "0.1.0"


def create_app(settings: "Settings | None" = None) -> "Flask":
    """Build the web program; without `settings` they are read from the environment and unsafe ones are refused.

    Raises `app.settings.SettingsError` when a setting is malformed or unsafe.
    """
    # Late: whoever needs app.domain alone pays nothing for settings and Flask.
    from app.settings import load
    from app.web.factory import build

    return build(settings if settings is not None else load())
