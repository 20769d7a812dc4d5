"""Printing from the command line: the documents of the pages, with their permissions, and with nothing set up."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from app.cli import main
from app.cli.demo import lending
from app.cli.demo.stage import first_id
from app.models.engine import reading
from app.queries import books, debriefs, decisions
from app.settings import Settings
from reports import rendering
from tests.cli.processes import ROOT, environment, run
from tests.factories.blueprints import load_written
from tests.reports.reading import words

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session

    from app.domain.permission import ActorFacts

SHOWPIECES = {
    "scorecard": ("Farid Haddad", "no more than one wrong promise in 2,000 answers"),
    "kit": ("Interview kit", "What you look into", "What was said or done"),
    "packet": ("Debrief grid", "Hannelore Brandt", "Would lean on engineering"),
    "comparison": ("Henrik Dahl", "Wanjiru Kamau", "nobody assessed this"),
    "decision": ("Grace Mbeki", "Dissent", "plumbline-audit/v1"),
    "blueprint": ("Brightquay", "Contents", "For interviewers only", "How to read this book"),
    "preparation": ("Brightquay", "Plans for the time you have", "I can show it"),
    "onboarding-plan": ("Onboarding plan", "How the dates came about", "Working week"),
    "milestone-review": ("Milestone review", "Seen alike", "What the two agreed on", "Appendix: history"),
    "first-year": ("The year in short", "What an avoided call saves", "Appendix: history"),
    "self-assessment": ("Marit Dahl", "Level aimed at", "my work went on without me"),
    "joint-assessment": ("Marit Dahl", "How far the two agree", "What they agreed on"),
    "promotion-packet": ("Marit Dahl", "The criteria at a glance", "The case against", "Voted promote"),
    "calibration-minutes": ("Marit Dahl", "Beatriz Carvalho"),
    "adverse-impact": ("Berth Planning", "10 of 19, 53 %", "Too few people to tell", "How to read this"),
}


@pytest.fixture
def pango() -> None:
    """Skip, with the line that mends it, where PDFs cannot be made."""
    missing = rendering.capabilities().missing
    if missing:
        pytest.skip(missing)


@pytest.fixture
def here(told: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation that holds the demo, and nothing in the environment that leads elsewhere."""
    folder = tmp_path / "instance"
    folder.mkdir()
    shutil.copyfile(str(told.url.database), folder / "plumbline.db")
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(folder))
    monkeypatch.setenv("PLUMBLINE_ENV", "demo")
    monkeypatch.delenv("PLUMBLINE_DATABASE_URL", raising=False)
    return folder


def _reader(session: Session, email: str) -> ActorFacts:
    from app.models.facts import actor_facts
    from app.queries import people

    account = people.account(session, email)
    assert account
    actor = actor_facts(session, account.person_id)
    assert actor
    return actor


@pytest.mark.usefixtures("pango", "here")
@pytest.mark.parametrize("kind", SHOWPIECES)
def test_the_demo_has_one_of_each_kind(kind: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "out.pdf"
    assert main(["report", kind, "--demo", "-o", str(target)]) == 0
    assert capsys.readouterr().out.startswith(f"{target} written, ")
    said = words(target.read_bytes(), tmp_path)
    assert [expected for expected in SHOWPIECES[kind] if expected not in said] == []
    assert "She asked me better questions" not in said  # Hannelore's private note


@pytest.mark.usefixtures("pango")
def test_it_prints_what_the_query_gives(here: Path, told: Engine, tmp_path: Path) -> None:
    decision_id = first_id("decision wanjiru 2")
    asked = ["report", "decision", str(decision_id), "--as", "Amara@Brightquay.example", "--paper", "letter"]
    assert main([*asked, "-o", str(tmp_path / "out.pdf")]) == 0
    with reading(told) as session:
        actor = _reader(session, "amara@brightquay.example")
        document = decisions.document(session, actor, decision_id, zone="Europe/London")
    assert (tmp_path / "out.pdf").read_bytes() == rendering.render_pdf("decision", document, paper="letter")
    assert sorted(file.name for file in here.iterdir() if file.suffix not in {".db-wal", ".db-shm"}) == [
        "demo_secret_key",
        "plumbline.db",
    ]


@pytest.mark.usefixtures("pango")
def test_a_machine_with_nothing_set_up_prints_and_keeps_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "never"
    done = run(
        "report", "decision", "--demo", "-o", str(tmp_path / "x.pdf"), settings={"PLUMBLINE_INSTANCE": str(folder)}
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "x.pdf").read_bytes().startswith(b"%PDF-")
    assert not folder.exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("words_given", "refusal"),
    [
        (["scorecard"], "Which scorecard? Its ID is the end of a sealed scorecard's address: /scorecards/ID"),
        (["packet"], "Which packet? Its ID is the end of an application's address: /applications/ID"),
        (["packet", "lucia", "--demo"], "'lucia' is no ID"),
        (["blueprint", "Senior ML PM", "--demo"], "'Senior ML PM' is no ID; it is the end of a blueprint's address"),
        (["blueprint", "senior-ml-pm@99", "--demo"], "There is no blueprint of that ID"),
        (["preparation", "nobody", "--demo"], "There is no preparation of that ID"),
        (["blueprint", "--from", "nobody"], "There is no role or folder 'nobody'"),
        (["preparation", "--from", "senior-ml-pm"], "--from prints a blueprint's files"),
        (["blueprint", "baker", "--from", "senior-ml-pm"], "--from prints a blueprint's files"),
        (["packet", "6f0e3a56-30a3-4c02-8b4e-7f6a1f9e0f11"], "Say as whom to print: --as EMAIL"),
        (["poster"], "invalid choice: 'poster'"),
        (["packet", "6f0e3a56-30a3-4c02-8b4e-7f6a1f9e0f11", "--demo"], "There is no packet of that ID"),
        (["decision", "--demo", "--as", "me@nowhere.example"], "Nobody has an open account with the address me@"),
    ],
)
def test_refusals_are_one_line(words_given: list[str], refusal: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", *words_given, "-o", "never.pdf"]) == 2
    said = capsys.readouterr().err
    assert refusal in said
    assert said.count("\n") == 1
    assert not Path("never.pdf").exists()


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("kind", "act", "key"),
    [
        ("packet", "application mira", "diego"),  # owes a card on Mira
        ("packet", "application mira", "priyanka"),  # manages the hire, but the debrief is not open
        ("packet", "application rafael", "ruth"),  # has nothing to do with Rafael
        ("comparison", "requisition support-assistant", "samuel"),
        ("decision", "decision lucia 1", "yuki"),
    ],
)
def test_permissions_hold_on_the_command_line(
    kind: str, act: str, key: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "never.pdf"
    assert main(["report", kind, str(first_id(act)), "--as", f"{key}@brightquay.example", "-o", str(target)]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    assert not target.exists()


@pytest.mark.usefixtures("pango", "here")
def test_who_may_read_a_card_prints_it_and_an_administrator_may_not(told: Engine, tmp_path: Path) -> None:
    with reading(told) as session:
        cards = debriefs.debrief(session, _reader(session, lending.READER), first_id("application rafael")).cards
    card_id = str(next(card.card_id for card in cards if card.interviewer == "Hannelore Brandt"))
    target = tmp_path / "card.pdf"
    asked = ["report", "scorecard", card_id, "-o", str(target), "--as"]
    assert main([*asked, "tomasz@brightquay.example"]) == 2
    assert not target.exists()
    assert main([*asked, "joris@brightquay.example"]) == 0
    assert "Has not run a model with discipline." in words(target.read_bytes(), tmp_path)


@pytest.mark.usefixtures("pango", "here")
def test_a_dash_writes_to_standard_output(capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert main(["report", "decision", "--demo", "-o", "-"]) == 0
    out, errors = capfdbinary.readouterr()
    assert out.startswith(b"%PDF-")
    assert out.rstrip().endswith(b"%%EOF")
    assert errors == b""


@pytest.mark.usefixtures("pango", "here")
def test_a_place_that_cannot_be_written_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "no" / "such" / "out.pdf"
    assert main(["report", "decision", "--demo", "-o", str(target)]) == 2
    assert capsys.readouterr().err == f"{target} cannot be written: No such file or directory\n"


@pytest.mark.usefixtures("pango", "here")
def test_a_version_is_found_by_role_and_number(told: Engine, tmp_path: Path) -> None:
    named = {}
    for name in ("senior-ml-pm", "senior-ml-pm@1"):
        assert main(["report", "preparation", name, "--as", lending.READER, "-o", str(tmp_path / "out.pdf")]) == 0
        named[name] = (tmp_path / "out.pdf").read_bytes()
    with reading(told) as session:
        actor = _reader(session, lending.READER)
        version = books.version_of(session, "senior-ml-pm", 1)
        document = books.preparation(session, actor, version, zone="Europe/London")

    assert named["senior-ml-pm@1"] == rendering.render_pdf("preparation", document)
    assert named["senior-ml-pm"].startswith(b"%PDF-")


@pytest.mark.usefixtures("pango")
def test_files_are_printed_as_a_draft_without_a_database(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path / "instance"))
    load_written(tmp_path)
    folder, target = str(tmp_path / "rubrics" / "baker"), tmp_path / "draft.pdf"
    assert main(["report", "blueprint", "--from", folder, "-o", str(target)]) == 0
    said = words(target.read_bytes(), tmp_path)

    assert [expected for expected in ("Draft", "Weighs and adjusts to the flour.") if expected not in said] == []
    assert not (tmp_path / "instance" / "plumbline.db").exists()
    (tmp_path / "rubrics" / "baker" / "role.yaml").write_text("schema: rubric/1\n", encoding="utf-8")
    assert main(["report", "blueprint", "--from", folder, "-o", str(target)]) == 2
    assert capsys.readouterr().err == f"{folder} has faults; see them with: python3 -m app rubric check {folder}\n"


def test_without_pango_one_line_says_what_to_install() -> None:
    code = """
from app.cli import machine, main
machine.PANGO_LIBRARIES = ("libnot-there.so.0",)
raise SystemExit(main(["report", "decision", "--demo", "-o", "never.pdf"]))
"""
    if sys.platform == "darwin":
        pytest.skip("the libraries are looked for elsewhere there: run this on Linux")
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=environment({}), capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.startswith("Pango is missing, so PDFs cannot be made. Install it with: sudo apt-get install ")
    assert done.stderr.count("\n") == 1


def test_another_schema_is_not_touched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PLUMBLINE_INSTANCE", str(tmp_path))
    asked = ["report", "packet", str(first_id("application lucia")), "--as", lending.READER, "-o", "never.pdf"]
    assert main(asked) == 2
    assert capsys.readouterr().err.endswith("bring it up with: python3 -m app migrate\n")
    assert not (tmp_path / "plumbline.db").exists()


def test_a_lent_demo_is_the_installations_own(here: Path) -> None:
    settings = Settings.from_environment({"PLUMBLINE_INSTANCE": str(here)})
    assert lending.holds_demo(settings.database_url)
    with lending.lent(settings) as engine:
        assert str(engine.url.database) == str(here / "plumbline.db")
    assert not lending.holds_demo(f"sqlite:///{here / 'nothing.db'}")
    assert not lending.holds_demo("postgresql+psycopg://nobody@127.0.0.1:1/none")
    assert not (here / "nothing.db").exists()
