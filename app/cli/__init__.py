"""The command line: one module a subcommand, loaded only when it is called.

A command module offers `add_arguments(parser)` and `run(arguments) -> int`. Exit codes: 0 success, 1 a check failed,
2 bad input with one line on standard error. This module imports the standard library only, so `--help` is quick.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import os
import pwd
import sys
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING, NoReturn, Protocol, cast

from app import __version__
from app.domain.errors import PlumblineError
from app.settings import SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "serve": "start the program (what happens without a command)",
    "test": "run the whole test suite",
    "check": "run every gate: style, types, import rules, templates, blueprints",
    "bench": "measure speed against its floors",
    "migrate": "bring the database to the newest schema",
    "demo": "fill a demo installation, or start it over with --reset",
    "rubric": "check, show, publish, compare or import role blueprints",
    "onboarding": "reckon when the milestones of a first year are due",
    "report": "print a document to a PDF file",
    "stats": "agreement, strictness, comparison and impact of a CSV file",
    "audit": "verify the audit chain",
    "search": "make the search index anew",
    "worker": "do what recurs: mail, reminders, calendars, retention",
    "backup": "make a backup of everything, or look into one",
    "restore": "put a backup back into an empty place",
    "doctor": "examine this installation and say what to mend",
    "identity": "check the identity providers, or let somebody in while they are down",
    "permissions": "print who may do what, in words",
    "user": "add, invite, close or import accounts, or give a first password",
}

OPERATED = ("user", "identity", "rubric", "restore", "audit")
ACTS_AS = {
    **dict.fromkeys(
        OPERATED,
        "Acts as the operator of this machine: what it changes stands in the audit chain as done by “operator”, with "
        "the machine's account beside it. Who may run it is for the machine to say.",
    ),
    **dict.fromkeys(
        ("serve", "worker"),
        "People act as themselves. What the program does of itself stands in the audit chain as done by “system”.",
    ),
    "demo": "Plays the people of a made-up company; never touches an installation that is in use.",
    **dict.fromkeys(
        ("migrate", "search", "backup"),
        "Changes no record of anybody: schema, search index and marks of when something ran are not acts.",
    ),
}
"""As whom each command acts that writes to the database; the others only read it, or do not open it."""

BAD_INPUT = 2
INTERRUPTED = 130


class BadInputError(Exception):
    """What was typed cannot be used; the message is the one line that standard error gets."""


class _Parser(argparse.ArgumentParser):
    """A parser whose refusal is one line instead of the whole usage."""

    def error(self, message: str) -> NoReturn:
        refusal = f"{self.prog}: {message}; {self.prog} --help explains"
        raise BadInputError(refusal)


class _Command(Protocol):
    def add_arguments(self, parser: argparse.ArgumentParser) -> None: ...
    def run(self, arguments: argparse.Namespace) -> int: ...


# A command module that sets PASSES_ON to True gets the arguments it did not declare as `arguments.rest`.


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; without a command the program is served."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    # The safe default of the settings is production; who starts from a shell without saying so tries the program out.
    os.environ.setdefault("PLUMBLINE_ENV", "demo")
    try:
        return _dispatch(words)
    except (BadInputError, SettingsError, PlumblineError) as error:
        sys.stderr.write(f"{error}\n")
        return BAD_INPUT
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader (`| head`) has gone; nothing is left to say, and flushing at exit must not complain either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _dispatch(words: Sequence[str]) -> int:
    first = words[0] if words else "serve"
    if first in {"-h", "--help"}:
        sys.stdout.write(overview())
        return 0
    if first == "--version":
        sys.stdout.write(f"Plumbline {__version__}\n")
        return 0
    if first.startswith("-"):
        return _run("serve", words)
    if first not in COMMANDS:
        near = difflib.get_close_matches(first, COMMANDS, n=1)
        hint = f"did you mean {near[0]}?" if near else "python3 -m app --help lists the commands"
        message = f"There is no command {first!r}; {hint}"
        raise BadInputError(message)
    return _run(first, words[1:])


def _run(name: str, words: Sequence[str]) -> int:
    command = cast("_Command", importlib.import_module(f"app.cli.{name}"))
    parser = _Parser(prog=f"python3 -m app {name}", description=command.__doc__, epilog=ACTS_AS.get(name))
    command.add_arguments(parser)
    arguments, arguments_left = parser.parse_known_args(words)
    if arguments_left and not getattr(command, "PASSES_ON", False):
        parser.error(f"{arguments_left[0]} is not understood")
    arguments.rest = arguments_left
    with _acting(name):
        return command.run(arguments)


def _acting(name: str) -> AbstractContextManager[None]:
    """As whom the command acts, for the audit chain."""
    if name not in OPERATED:
        return nullcontext()
    from app.services.audit import at_the_machine

    return at_the_machine(_account())


def _account() -> str:
    """The machine's account that the command runs under: its name, or its number where the machine knows no name."""
    # Asked of the system and not of the environment, in which anybody could call themselves anything.
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return str(os.getuid())


def overview() -> str:
    """Return the help of the whole command line."""
    width = max(map(len, COMMANDS))
    lines = [
        "usage: python3 -m app [COMMAND] [OPTIONS]",
        "",
        "Fair hiring and career-ladder evaluation on one role blueprint.",
        "",
        "commands:",
        *(f"  {name:<{width}}  {purpose}" for name, purpose in COMMANDS.items()),
        "",
        "python3 -m app COMMAND --help explains one command; --version prints the version.",
    ]
    return "\n".join(lines) + "\n"
