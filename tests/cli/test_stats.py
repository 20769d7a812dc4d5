"""`stats` on tidy files: what is printed, in which order, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from tests.analysis import published
from tests.cli.processes import run

Ask = Callable[..., dict[str, Any]]

ESTIMATE = ["value", "low", "high", "why"]
AGREEMENT_OF_ONE = [
    "n_targets", "n_raters", "n_targets_complete", "n_targets_paired", "complete", "ratings_per_target", "icc_basis",
    "icc", "mean_squares", "icc_complete", "components", "krippendorff_alpha", "kappa", "kendall_w",
    "percent_agreement", "rwg", "d_study",
]  # fmt: skip
AGREEMENT = [
    "command", "file", "sha256", "level", "dimension", "dimensions", "n_missing", "n_dimensions", *AGREEMENT_OF_ONE,
    "n_ratings", "n_cards", "by_dimension", "warnings",
]  # fmt: skip
SEVERITY = [
    "command", "file", "sha256", "dimension", "dimensions", "n_targets", "n_raters", "n_ratings", "n_missing",
    "n_cards", "dimension_means", "panels", "reml", "basis", "posterior", "raters", "targets", "adjusted_shown",
    "warnings",
]  # fmt: skip
COMPARE = [
    "command", "file", "sha256", "weights_file", "best", "minimum_coverage", "n_targets", "n_raters", "n_ratings",
    "n_missing", "weights", "reliability", "targets", "pairs", "sensitivity", "warnings",
]  # fmt: skip
COMPARED = [
    "target", "status", "why", "composite", "exact", "display", "coverage", "coverage_exact", "missing",
    "missing_must", "n_cards", "dimensions", "sd", "low", "high", "order", "band", "p_best", "p_rank", "adjusted",
]  # fmt: skip
IMPACT = [
    "command", "file", "sha256", "n", "n_known", "n_unknown", "selected_known", "selected_unknown", "reference",
    "groups", "scoring", "warnings",
]  # fmt: skip
GROUP = [
    "group", "n", "selected", "rate", "rate_exact", "share", "small", "compared", "reference", "impact_ratio",
    "impact_ratio_exact", "low", "high", "below_four_fifths", "fisher_p", "z", "z_valid", "selections_to_four_fifths",
    "one_different", "enough_data", "needed_per_group", "verdict",
]  # fmt: skip


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Ask:
    def asked(*words: object) -> dict[str, Any]:
        assert main(["stats", *map(str, words)]) == 0
        printed = capsys.readouterr()
        assert printed.err == ""
        found: dict[str, Any] = json.loads(printed.out)
        return found

    return asked


def _file(folder: Path, rows: Sequence[Sequence[object]], name: str = "ratings.csv") -> Path:
    file = folder / name
    header = "" if name != "ratings.csv" else "target,rater,dimension,score\n"
    file.write_text(header + "".join(",".join(map(str, row)) + "\n" for row in rows), encoding="utf-8")
    return file


def _shrout_fleiss(folder: Path) -> Path:
    rows = [
        (f"T{target}", f"J{rater}", "overall", int(score))
        for target, given in enumerate(published.SHROUT_FLEISS)
        for rater, score in enumerate(given)
    ]
    return _file(folder, rows)


def _several(folder: Path) -> tuple[Path, Path]:
    """Six candidates, four of five interviewers each, on two dimensions, with a hole; and weights."""
    rows: list[tuple[object, ...]] = []
    for target in range(6):
        for rater in range(5):
            if (target + rater) % 5:
                rows += [
                    (f"C{target}", f"I{rater}", "Depth", 1 + (3 * target + 2 * rater) % 5),
                    (f"C{target}", f"I{rater}", "Clarity", "" if target == rater + 1 else 1 + (target + rater**2) % 5),
                ]
    return _file(folder, rows), _file(folder, [("dimension", "weight"), ("Depth", 3), ("Clarity", 1)], "weights.csv")


def test_keys_of_agreement_stand_in_order(ask: Ask, tmp_path: Path) -> None:
    one = ask("agreement", _shrout_fleiss(tmp_path), "--scale", "1:10")
    assert list(one) == AGREEMENT
    assert one["sha256"] == hashlib.sha256((tmp_path / "ratings.csv").read_bytes()).hexdigest()
    assert list(one["icc"]) == ["ICC1", "ICC2", "ICC3", "ICC1k", "ICC2k", "ICC3k"]
    assert [list(estimate) for estimate in one["icc"].values()] == [ESTIMATE] * 6
    assert list(one["krippendorff_alpha"]) == [*ESTIMATE, "level", "nominal", "ordinal", "interval", "ratio"]
    assert list(one["kappa"]["fleiss"]) == ["value", "z", "n_targets", "ratings_per_target", "why"]
    assert list(one["kappa"]["cohen"]["pairs"][0]) == ["a", "b", "n", "unweighted", "linear", "quadratic"]
    assert list(one["rwg"]) == ["scale_points", "null_variance", "targets", "mean", "why"]
    assert list(one["d_study"]["panels"][0]) == ["k", "e_rho2", "phi", "same_decision"]
    assert [panel["k"] for panel in one["d_study"]["panels"]] == list(range(1, 9))
    several = ask("agreement", _several(tmp_path)[0])
    assert list(several) == AGREEMENT
    assert list(several["by_dimension"]) == ["Clarity", "Depth"]
    assert [list(found) for found in several["by_dimension"].values()] == [AGREEMENT_OF_ONE] * 2


def test_keys_of_severity_stand_in_order(ask: Ask, tmp_path: Path) -> None:
    found = ask("severity", _several(tmp_path)[0])
    assert list(found) == SEVERITY
    assert list(found["panels"]) == ["n", "connected", "sizes"]
    assert list(found["reml"]) == ["target", "rater", "residual", "mean", "criterion", "why"]
    assert list(found["raters"][0]) == ["rater", "n_cards", "effect", "sd", "low", "high", "reml_effect", "word"]
    assert list(found["targets"][0]) == [
        "target", "n_cards", "raw", "adjusted", "estimate", "sd", "low", "high", "reml_effect",
    ]  # fmt: skip
    assert {one["word"] for one in found["raters"]} == {"too few cards"}


def test_keys_of_compare_stand_in_order(ask: Ask, tmp_path: Path) -> None:
    ratings, weights = _several(tmp_path)
    found = ask("compare", ratings, "--weights", weights)
    assert list(found) == COMPARE
    assert [list(one) for one in found["targets"]] == [COMPARED] * 6
    assert list(found["pairs"][0]) == ["a", "b", "difference", "exact", "p", "word", "why"]
    assert len(found["pairs"]) == 15
    assert list(found["sensitivity"]) == ["top", "smallest_move", "rivals", "acceptability", "concentration"]
    assert list(found["sensitivity"]["rivals"][0]) == [
        "rival", "common_dimensions", "gap", "smallest_move", "dominates", "tie_weights", "why",
    ]  # fmt: skip
    best = [one["p_best"] for one in found["targets"]]
    assert sum(best) == pytest.approx(1)


def test_keys_of_impact_stand_in_order(ask: Ask, tmp_path: Path) -> None:
    rows = [("group", "selected", "score"), *[("A", 1, 4)] * 6, *[("A", 0, 3)] * 4, *[("B", 1, 3)] * 2, ("", 1, 2)]
    found = ask("impact", _file(tmp_path, rows, "people.csv"))
    assert list(found) == IMPACT
    assert [list(one) for one in found["groups"]] == [GROUP] * 2
    assert list(found["scoring"]) == ["median", "median_exact", "n", "reference", "groups"]
    assert (found["n"], found["n_known"], found["n_unknown"], found["selected_unknown"]) == (13, 12, 1, 1)
    assert found["warnings"] == ["1 people of an unknown group are counted and left out of every rate."]


def test_the_published_numbers_come_out_of_a_file(ask: Ask, tmp_path: Path) -> None:
    found = ask("agreement", _shrout_fleiss(tmp_path))
    assert found["icc"]["ICC2"]["value"] == pytest.approx(0.28976378, abs=1e-8)
    assert found["icc_basis"] == "mean_squares"
    assert found["mean_squares"]["BMS"] == pytest.approx(11.2417, abs=1e-4)
    assert found["d_study"]["raters_for_phi_80"] == 10


def test_equal_fractions_are_a_tie_where_floats_differ(ask: Ask, tmp_path: Path) -> None:
    """15, 15, 10 and 60 per cent: both have exactly 8/5; added up as floats one has 1.5999999999999999."""
    assert 0.15 * 1 + 0.15 * 1 + 0.1 * 4 + 0.6 * 1.5 != 0.15 * 5 + 0.15 * 1 + 0.1 * 1 + 0.6 * 1
    given = {"Ben": (5, 1, 1, 1), "Ana": (1, 1, 4, 1.5), "Cy": (1, 1, 1, 1)}
    rows = [
        (name, rater, dimension, score)
        for name, scores in given.items()
        for rater in ("I1", "I2")
        for dimension, score in zip("abcd", scores, strict=True)
    ]
    weights = _file(tmp_path, [("dimension", "weight"), ("a", 15), ("b", 15), ("c", 10), ("d", 60)], "w.csv")
    found = ask("compare", _file(tmp_path, rows), "--weights", weights)
    assert [(one["target"], one["exact"], one["order"]) for one in found["targets"]] == [
        ("Ana", "8/5", 1),
        ("Ben", "8/5", 1),
        ("Cy", "1/1", 3),
    ]
    assert found["targets"][0]["band"] == found["targets"][1]["band"]
    first = found["pairs"][0]
    assert (first["a"], first["b"], first["p"], first["word"]) == ("Ana", "Ben", 0.5, "too close to call")
    assert found["sensitivity"]["rivals"][0]["why"] == "tied"


def test_the_lower_end_may_be_the_good_one(ask: Ask, tmp_path: Path) -> None:
    ratings, weights = _several(tmp_path)
    high, low = (ask("compare", ratings, "--weights", weights, "--best", best) for best in ("high", "low"))
    assert high["targets"][0]["target"] == low["targets"][-1]["target"]
    assert high["targets"][0]["composite"] == low["targets"][-1]["composite"]
    assert all(pair["p"] >= 0.5 for pair in low["pairs"])


def test_whoever_lacks_evidence_has_no_place(ask: Ask, tmp_path: Path) -> None:
    rows = [("Ana", rater, dimension, 4) for rater in ("I1", "I2") for dimension in ("S", "M")]
    rows += [("Ben", rater, "S", 5) for rater in ("I1", "I2")]
    weights = _file(tmp_path, [("dimension", "weight", "must"), ("S", 9, ""), ("M", 1, "yes")], "w.csv")
    found = ask("compare", _file(tmp_path, rows), "--weights", weights)
    ana, ben = found["targets"]
    assert (ana["status"], ana["exact"], ana["order"]) == ("ok", "4/1", 1)
    assert (ben["status"], ben["composite"], ben["order"], ben["p_rank"]) == ("insufficient evidence", None, None, None)
    assert (ben["coverage_exact"], ben["missing_must"]) == ("9/10", ["M"])
    assert found["reliability"]["why"] == "fewer than six cards"


def test_names_are_agreed_on_as_names(ask: Ask, tmp_path: Path) -> None:
    rows = [(f"T{n}", rater, "d", "depression" if n % 3 else "other") for n in range(6) for rater in "xyz"]
    rows[0] = ("T0", "x", "d", "depression")
    found = ask("agreement", _file(tmp_path, rows), "--level", "nominal")
    assert found["icc"]["ICC2"] == {"value": None, "low": None, "high": None, "why": "names have no numbers"}
    assert found["krippendorff_alpha"]["nominal"] == found["krippendorff_alpha"]["value"]
    assert found["krippendorff_alpha"]["interval"] is None
    assert found["kappa"]["cohen"]["pairs"][0]["linear"]["why"] == "names have no order"
    assert (found["components"], found["d_study"]) == (None, None)


@pytest.mark.parametrize(
    ("rows", "severity", "compare"),
    [
        ([("a", "r", "d", 3), ("b", "r", "d", 4)], "one rater", "one rater"),
        ([("a", "r", "d", 3), ("a", "s", "d", 4)], "one target", "one target"),
        ([("a", "r", "d", 3), ("b", "s", "d", 4)], "fewer than six cards", "fewer than six cards"),
        (
            [(t, r, "d", 3) for t in "abc" for r in "rs"],
            "every rating is the same",
            "every rating is the same",
        ),
        ([(t, t + r, "d", n + ord(r)) for n, t in enumerate("abc") for r in "12"], "each rater appears once", None),
    ],
)
def test_data_that_cannot_tell_say_so(
    ask: Ask, tmp_path: Path, rows: list[tuple[object, ...]], severity: str, compare: str | None
) -> None:
    file, weights = _file(tmp_path, rows), _file(tmp_path, [("dimension", "weight"), ("d", 1)], "w.csv")
    found = ask("severity", file)
    assert found["reml"]["why"] == severity
    assert (found["posterior"], found["basis"]) == (None, None)
    assert found["adjusted_shown"] == {"shown": False, "why": severity}
    assert all(one["effect"] is None for one in found["raters"])
    compared = ask("compare", file, "--weights", weights)
    assert compared["reliability"]["why"] == compare
    assert all(one["adjusted"] is None for one in compared["targets"])


def test_the_same_bytes_for_the_same_input(tmp_path: Path) -> None:
    """In processes of their own, in which names are hashed from different seeds."""
    ratings, weights = _several(tmp_path)
    words = ("stats", "compare", str(ratings), "--weights", str(weights))
    one, other = (run(*words, settings={"PYTHONHASHSEED": seed}) for seed in ("1", "2"))
    assert (one.returncode, one.stderr) == (0, "")
    assert one.stdout == other.stdout
    assert one.stdout.endswith("}\n")


@pytest.mark.parametrize(
    ("words", "content", "place"),
    [
        (("agreement",), 'target,rater,dimension,score\na,r,d,"3,5"\n', "2: score: "),
        (("agreement", "--dimension", "x"), "target,rater,dimension,score\na,r,d,3\n", "1: dimension: "),
        (("agreement", "--level", "nominal"), "target,rater,dimension,score\na,r,d,3\na,r,e,3\n", "1: dimension: "),
        (("agreement", "--scale", "1:5"), "target,rater,dimension,score\na,r,d,6\n", "2: score: "),
        (("severity",), "target,rater,dimension,score\na,r,d,3\n\na,r,d,3\n", "4: target: "),
        (("impact",), "group,selected\nA,2\n", "2: selected: "),
        (("severity",), "", "1: -: "),
    ],
)
def test_bad_input_is_one_line_with_its_place_and_nothing_is_printed(
    words: tuple[str, ...], content: str, place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "bad.csv"
    file.write_text(content, encoding="utf-8")
    assert main(["stats", words[0], str(file), *words[1:]]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith(f"{file}:{place}")
    assert printed.err.count("\n") == 1


def test_a_dimension_without_a_weight_is_said_on_its_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ratings = _file(tmp_path, [("a", "r", "d", 3), ("a", "r", "e", 3)])
    weights = _file(tmp_path, [("dimension", "weight"), ("d", 1)], "w.csv")
    assert main(["stats", "compare", str(ratings), "--weights", str(weights)]) == 2
    assert capsys.readouterr().err == f"{ratings}:3: dimension: e has no weight in w.csv\n"
    missing = tmp_path / "none.csv"
    assert main(["stats", "compare", str(ratings), "--weights", str(missing)]) == 2
    assert capsys.readouterr().err.startswith(f"{missing}:0: -: ")


def test_a_scale_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["stats", "agreement", str(_shrout_fleiss(tmp_path)), "--scale", "5"]) == 2
    assert "is no scale; write it like 1:5" in capsys.readouterr().err


def test_a_dimension_that_nobody_assessed_is_passed_over(ask: Ask, tmp_path: Path) -> None:
    rows = [(target, rater, "d", 1 + n % 4) for n, (target, rater) in enumerate(product("abc", "rst"))]
    file = _file(tmp_path, [*rows, ("a", "r", "e", "NA")])
    found = ask("agreement", file)
    assert found["dimensions"] == ["d", "e"]
    assert list(found["by_dimension"]) == ["d"]
    assert found["krippendorff_alpha"]["value"] == found["by_dimension"]["d"]["krippendorff_alpha"]["value"]
    assert ask("severity", file)["dimension_means"] == {"d": pytest.approx(21 / 9)}


def test_a_dimension_without_scores_is_refused_when_it_is_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _file(tmp_path, [("a", "r", "d", 3), ("a", "r", "e", "NA")])
    assert main(["stats", "severity", str(file), "--dimension", "e"]) == 2
    assert capsys.readouterr().err == f"{file}:2: score: not a single score is given on e\n"


def test_agreement_that_is_as_low_as_it_can_be_has_no_step_to_a_mean(ask: Ask, tmp_path: Path) -> None:
    """ICC1 of pairs is -1: a mean of two such ratings would have a reliability of minus infinity."""
    rows = [("a", "r", "d", 1), ("a", "s", "d", 3), ("b", "s", "d", 1), ("b", "t", "d", 3)]
    found = ask("agreement", _file(tmp_path, rows))["icc"]
    assert found["ICC1"]["value"] == -1
    assert (found["ICC1k"]["value"], found["ICC1k"]["why"]) == (None, "every rating is the same")
