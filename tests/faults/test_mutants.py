"""Whether the tests of what matters most notice when the program is wrong: small wrong programs have to be caught."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import databases
from tests.cli.processes import ROOT
from tests.faults.equivalent import EQUIVALENT
from tests.faults.mutating import Mutant, mutants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.faulting import Breaking

_RIGHTS = (
    ("tests/domain/test_each_predicate.py",), ("tests/domain/test_vetoes.py",), ("tests/domain/test_access.py",),
    ("tests/domain/test_predicates.py",), ("tests/domain/test_permission.py",),
    ("tests/domain/growth/test_calibration_permission.py",), ("tests/domain/growth/test_case_permission.py",),
    ("tests/domain/growth/test_evidence_permission.py",), ("tests/domain/growth/test_assessment_permission.py",),
    ("tests/domain/test_second_person.py",), ("tests/domain/test_second_factor.py",),
    ("tests/domain/fairness/test_impact_permission.py",), ("tests/domain/onboarding/test_plan_permission.py",),
    ("tests/domain/test_case_grading.py", "-k", "names or grade_there or leaves_other"),
    ("tests/domain/test_redaction.py", "-k", "blinded"),
)  # fmt: skip
_LISTS = (
    "tests/services/test_whole_candidates.py", "tests/queries/test_scoped_roles.py",
    "tests/queries/test_visibility_edges.py", "tests/queries/test_visibility.py",
    "-k", "no_statement or sqlite and (lists or closed or page or go_on or goes_on)",
)  # fmt: skip
"""What holds the rows that lists show against the map; one database will do, as the wrong criterion is the same."""
MODULES: dict[str, tuple[tuple[str, ...], ...]] = {
    "app.domain.permission": _RIGHTS,
    "app.domain.predicates": _RIGHTS,
    "app.domain.growth_predicates": _RIGHTS,
    "app.domain.privacy_predicates": _RIGHTS[:1],
    "app.domain.access": _RIGHTS,
    "app.domain.reveal": (("tests/domain/test_reveal.py",),),
    "app.domain.scoring": (("tests/domain/test_scoring.py",), ("tests/domain/test_comparison.py",)),
    "app.domain.audit": (("tests/domain/test_audit.py",),),
    "app.models.visibility": (_LISTS,),
    "app.domain.audit_tree": (("tests/domain/test_audit_tree.py",), ("tests/domain/test_audit.py",)),
}
"""For each module the runs of pytest that have to notice, one after the other until one does."""
SAMPLE = """
def allowed(age, roles):
    if age > 17 and not roles:
        return roles | {"a", "b"}
    return False
"""
_WITH_DATABASE = frozenset({"app.models.visibility"})


@dataclass(frozen=True, slots=True)
class Nursery:
    """The process in whose forks mutants live."""

    process: subprocess.Popen[str]

    def catches(self, module: str, source: str, template: str = "") -> bool:
        """Whether a test fails, or nothing works at all, with this source in the place of the module.

        ``template`` spares tests that need a database its migrations.
        """
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        lone = () if module in _WITH_DATABASE else ("--noconftest",)
        stages = [[*lone, *words] for words in MODULES[module]]
        self.process.stdin.write(
            json.dumps({"module": module, "source": source, "stages": stages, "template": template}) + "\n"
        )
        self.process.stdin.flush()
        return int(self.process.stdout.readline()) != 0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """One for all modules: what it has loaded is loaded once."""
    command = [sys.executable, "-m", "tests.faults.nursery"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield Nursery(process)
        assert process.stdin is not None
        process.stdin.close()


@pytest.mark.fault("F18")
def test_mutants_differ_and_are_caught(nursery: Nursery, breaking: Breaking) -> None:
    made = [mutant.source for mutant in mutants(SAMPLE)]
    assert len(set(made)) == len(made) == 11
    assert "age >= 17" in made[[mutant.change for mutant in mutants(SAMPLE)].index("Gt becomes GtE")]
    for module in breaking.times(["app.domain.scoring"], list(MODULES)):
        assert not nursery.catches(module, _source(module)), f"the tests of {module} fail without any mutant"
    source = _source("app.domain.scoring")
    assert nursery.catches("app.domain.scoring", source.replace("sum(", "max(", 1))


@pytest.mark.fault("F18", seconds=30)
@pytest.mark.parametrize("module", MODULES)
def test_wrong_programs_are_caught(module: str, nursery: Nursery, session_folder: Path, breaking: Breaking) -> None:
    every = list(mutants(_source(module)))
    breaking.random.shuffle(every)
    wrong, tries, equal = breaking.wrong, 0, 0
    assert every, "nothing to be wrong about"
    # A database costs seconds, so in the normal run nothing is tried that needs one.
    few = 0 if module in _WITH_DATABASE else 1
    template = str(databases._sqlite_template(session_folder)) if module in _WITH_DATABASE and breaking.often else ""
    for mutant, _ in zip(every, breaking.rounds(few, len(every)), strict=False):
        reason, caught = EQUIVALENT.get(_named(module, mutant)), nursery.catches(module, mutant.source, template)
        tries += 1
        equal += reason is not None
        if caught is (reason is not None):
            wrong.append(f"line {mutant.line}, {mutant.change}: {'caught' if caught else 'survived'}")
    breaking.count(tries, len(wrong), f"mutants of {module} of {len(every)} possible ones, {equal} of them no change")
    assert wrong == []


@pytest.mark.fault("F18")
def test_what_is_called_no_change_is_still_there() -> None:
    made = {_named(module, mutant) for module in MODULES for mutant in mutants(_source(module))}
    assert EQUIVALENT.keys() <= made


def _named(module: str, mutant: Mutant) -> tuple[str, str, str]:
    """The module, the text of the line, and the change."""
    return module, _source(module).splitlines()[mutant.line - 1].strip(), mutant.change


def _source(module: str) -> str:
    spec = importlib.util.find_spec(module)
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).read_text(encoding="utf-8")
