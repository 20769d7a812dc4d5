"""Fill a demo installation with a fictional company and its hiring, or start it over with --reset."""

from __future__ import annotations

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.cli import BadInputError
from app.settings import PREFIX, load

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from app.cli.demo.moments import Moments
    from app.cli.demo.stage import Act
    from app.domain.blueprint import Blueprint
    from app.settings import Settings

COMPANY = "Brightquay"
"""A fictional maker of software for freight forwarders."""

ROLE = "senior-ml-pm"
ROLES = (ROLE, "senior-data-scientist")
Account = tuple[str, str, str]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `demo`."""
    parser.add_argument("--reset", action="store_true", help="delete everything in the demo and tell it anew")
    parser.add_argument("--yes", action="store_true", help="do not ask before deleting")


def run(arguments: argparse.Namespace) -> int:
    """Fill an empty demo, or empty and fill it; print its accounts."""
    settings = load()
    if not settings.is_demo:
        message = f"{PREFIX}ENV=production: the demo never touches a production installation"
        raise BadInputError(message)
    if arguments.reset:
        _reset(settings, asked=arguments.yes)
    filled = ensure_seeded(settings)
    people = accounts(settings)
    if not people:
        message = "This database holds other people than the demo's; nothing was added"
        raise BadInputError(message)
    sys.stdout.write("The demo is ready:\n" if filled else "The demo is there already (--reset starts it over):\n")
    sys.stdout.write("".join(f"  {name:<22} {email:<30} {does}\n" for name, email, does in people))
    return 0


def ensure_seeded(settings: Settings) -> bool:
    """Bring the schema up to date and fill an empty demo; return whether it was filled now.

    Nothing is added where anybody has an account already, or where the installation is no demo.
    """
    from app.models import migrate
    from app.models.engine import make_engine, reading
    from app.queries import people
    from app.services import installation

    if not settings.is_demo:
        return False
    migrate.upgrade(settings.database_url)
    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as session:
            about = installation.about(session)
            if (about and not about.demo) or people.anybody(session):
                return False
        _fill_or_empty(engine, settings)
    finally:
        engine.dispose()
    return True


def accounts(settings: Settings) -> tuple[Account, ...]:
    """Name, address and what they do of each fictional person in the database; empty where it holds no demo."""
    from app.cli.demo import story
    from app.models.engine import make_engine, reading
    from app.queries import people

    if not settings.is_demo:
        return ()
    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as session:
            there = {person.email for person in people.demo_people(session)}
    finally:
        engine.dispose()
    return tuple((person.name, person.email, person.does) for person in story.people() if person.email in there)


def fill(engine: Engine, folder: Path, *, now: datetime) -> None:
    """Tell the whole story in a migrated, empty database; documents of candidates go to ``folder``.

    The same ``now`` gives the same rows, ids and audit chain.
    """
    from app import paths
    from app.cli.demo import (
        drafting,
        earlier,
        first_years,
        intake,
        keeping,
        loop_story,
        looping,
        onboarding,
        preparing,
        script,
        stage,
        story,
        timing,
        trusting,
    )
    from app.cli.demo.moments import Moments
    from app.formats import blueprint_files
    from app.models.engine import writing
    from app.services import installation

    # Not the installation's own rubrics: the story is told on the shipped ones.
    roles: dict[str, Blueprint] = {}
    for role in ROLES:
        loaded = blueprint_files.load_role(paths.rubrics_dir() / role, paths.case_studies_dir())
        if loaded.blueprint is None:
            raise BadInputError("\n".join(map(str, loaded.faults)))
        roles[role] = loaded.blueprint
    with writing(engine) as session:
        installation.ensure(session, company=COMPANY, demo=True, instance_id=stage.NAMESPACE)
    moments = Moments(now, story.ZONE)
    acts = [*script.of_company(story.people(), roles, moments)]
    acts.append(earlier.fitting(moments))
    for requisition in (earlier.requisition(), *story.requisitions()):
        acts += script.of_requisition(requisition, moments)
    acts += intake.of_intake(moments)
    acts += looping.of_loop(loop_story.loop(), moments)
    acts += timing.of_times(moments)
    acts += trusting.of_trust(moments)
    acts += keeping.of_keeping(moments)
    acts += preparing.of_preparations(story.preparations(), roles[ROLE], moments)
    acts += drafting.of_drafts(ROLE, moments)
    for first_year in first_years.first_years():
        acts += onboarding.of_first_year(first_year, moments)
    acts += _of_growth(roles[ROLE], moments)
    stage.play(engine, acts, folder)


def _of_growth(role: Blueprint, moments: Moments) -> Iterator[Act]:
    """Everything of levels: the ladder, evidence, cases, and the sessions that calibrate them."""
    from app.cli.demo import calibrating, climbing, growth, promoting, proving

    ladder, climbers = growth.ladder(), growth.climbers()
    yield from climbing.of_ladder(ladder, climbers, role, moments)
    chairs = {key: one.chair for one in ladder.sessions for key in one.cases}
    for climber in climbers:
        yield from proving.of_log(climber, moments)
        if climber.case:
            yield from promoting.of_case(climber, climber.case, chairs.get(climber.key, ""), moments)
    for session_story in ladder.sessions:
        yield from calibrating.of_session(session_story, moments)


def _fill_or_empty(engine: Engine, settings: Settings) -> None:
    try:
        fill(engine, settings.files_dir, now=datetime.now(UTC))
    except BaseException:
        # Half a story would look like a whole one at the next start.
        engine.dispose()
        _empty(settings)
        raise


def _reset(settings: Settings, *, asked: bool) -> None:
    from app.models import migrate

    if migrate.current(settings.database_url) is None:
        return
    migrate.upgrade(settings.database_url)
    _refuse_what_is_no_demo(settings)
    if not asked:
        _ask(settings)
    _empty(settings)


def _refuse_what_is_no_demo(settings: Settings) -> None:
    from app.models.engine import make_engine, reading
    from app.services import installation

    engine = make_engine(settings.database_url)
    try:
        with reading(engine) as session:
            about = installation.about(session)
    finally:
        engine.dispose()
    if about and not about.demo:
        message = f"This database belongs to {about.company} and is no demo; nothing was deleted"
        raise BadInputError(message)


def _ask(settings: Settings) -> None:
    if not sys.stdin.isatty():
        message = "This deletes everything in the demo. Confirm it with: python3 -m app demo --reset --yes"
        raise BadInputError(message)
    sys.stdout.write(f"This deletes everything in the demo under {settings.instance}, and what you added to it.\n")
    if input("Type yes to go on: ").strip().lower() != "yes":
        message = "Nothing was deleted"
        raise BadInputError(message)


def _empty(settings: Settings) -> None:
    """Remove every row and every file. The database itself stays, so a running program goes on with the new story."""
    from app.models import migrate

    migrate.downgrade(settings.database_url, "base")
    for folder in (settings.files_dir, settings.instance / "rendered", settings.instance / "imports"):
        shutil.rmtree(folder, ignore_errors=True)
    migrate.upgrade(settings.database_url)
