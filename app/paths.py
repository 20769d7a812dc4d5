"""Where the bundled data folders lie, in a checkout and in an installed wheel.

A checkout keeps them beside the package (`rubrics/`, `migrations/` ...); the wheel carries the same folders under
`app/_data/`. Everything else asks here and never builds such a path itself.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def in_checkout() -> bool:
    """Tell whether the program runs from a source tree, not from an installed wheel."""
    return not (_PACKAGE / "_data").is_dir()


def root() -> Path:
    """Return the folder that holds the data folders: the top of the checkout, or `app/_data` of the wheel."""
    return _PACKAGE.parent if in_checkout() else _PACKAGE / "_data"


def default_instance_dir() -> Path:
    """Return where the instance folder goes unless a setting says otherwise.

    In a checkout that is `instance/` at its top; an installed wheel must not write into site-packages, so there it is
    `instance/` under the current folder.
    """
    return (root() if in_checkout() else Path.cwd()) / "instance"


def rubrics_dir() -> Path:
    """Return the shipped role blueprints, one folder a role."""
    return root() / "rubrics"


def case_studies_dir() -> Path:
    """Return the shipped case studies."""
    return root() / "case_studies"


def migrations_dir() -> Path:
    """Return the Alembic scripts."""
    return root() / "migrations"


def templates_dir() -> Path:
    """Return the page templates."""
    return root() / "templates"


def floors_file() -> Path:
    """Return the list of packages with the oldest versions that the program starts with."""
    return root() / "requirements" / "floors.txt"
