"""Work out anew how strict this installation's interviewers are, as the worker does every night."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from app.settings import load

if TYPE_CHECKING:
    import argparse

HELP = "work out and keep the strictness of this installation's interviewers"


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """Nothing to declare: it is about the installation's own cards."""


def answer(_arguments: argparse.Namespace) -> dict[str, Any]:
    """Each version that people were decided on, with its cards and the new fit; null where none was made."""
    from app.cli.fitting import fit_all
    from app.cli.opening import opened

    engine = opened(load())
    try:
        found = fit_all(engine, now=datetime.now(UTC))
    finally:
        engine.dispose()
    versions = [
        {
            "blueprint_version": str(one.version_id),
            "n_cards": one.n_cards,
            "fit": str(one.fit_id) if one.fit_id else None,
        }
        for one in found
    ]
    return {"command": "fit", "versions": versions}
