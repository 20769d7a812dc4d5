"""Make the search index anew from what the database holds."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from app.settings import load

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the one act of `search`."""
    parser.add_argument("act", choices=["rebuild"], help="empty the index and fill it again, in one transaction")


def run(_arguments: argparse.Namespace) -> int:
    """Rebuild the index and print how much can be found."""
    from app.cli.opening import opened
    from app.models.engine import writing
    from app.services import search_index

    engine = opened(load())
    try:
        with writing(engine) as session:
            entries = search_index.rebuild(session)
    finally:
        engine.dispose()
    sys.stdout.write(f"The search index holds {entries} entries.\n")
    return 0
