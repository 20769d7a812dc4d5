"""Which folder a role or path on the command line means, and what it holds."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.formats.blueprint_files import load_role, roles
from app.settings import load

if TYPE_CHECKING:
    from app.formats.blueprint_files import Loaded


def folder_of(name: str) -> Path:
    """Return the folder meant by a role's id or by a path."""
    rubrics = load(os.environ).rubrics_dir
    known = roles(rubrics)
    if name in known:
        return rubrics / name
    if Path(name).is_dir():
        return Path(name)
    message = f"There is no role or folder {name!r}; the roles here are: {', '.join(known) or 'none'}"
    raise BadInputError(message)


def loaded(folder: Path) -> Loaded:
    """Load a role with the case studies that lie beside its rubrics folder, else with this installation's."""
    beside = folder.absolute().parent.parent / "case_studies"
    return load_role(folder, beside if beside.is_dir() else load(os.environ).case_studies_dir)
