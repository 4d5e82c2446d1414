"""The parts of a run: which operators, from which seeds, what a journal keeps, what a row says."""

import json
from pathlib import Path

import pytest

import minigrad_torch_compat.differential.specs
from minigrad_torch_compat.differential import ASPECTS, SPECS, Finding, OperatorReport, Tally
from minigrad_torch_compat.differential.deliberate import DELIBERATE
from minigrad_torch_compat.differential.running import Plan, Result, UsageError, select
from minigrad_torch_compat.differential.running.coverage import document
from minigrad_torch_compat.differential.running.journal import Journal
from minigrad_torch_compat.differential.running.page import bars, page
from minigrad_torch_compat.differential.running.plan import seed_of
from minigrad_torch_compat.differential.running.result import (
    GROUPS,
    farthest,
    findings_of,
    status_of,
    verdict_of,
)

PACKAGE = Path(minigrad_torch_compat.differential.specs.__file__).parents[1]


# --- the plan ---------------------------------------------------------------------------------


def test_patterns_select_operators_and_their_variants() -> None:
    names = select(["softmax", "linalg.*"], None, SPECS)
    assert "softmax" in names
    assert "softmax/dtype" in names
    assert "log_softmax" not in names
    assert {name.split(".")[0] for name in names} == {"softmax", "softmax/dtype", "linalg"}
    assert names == tuple(name for name in SPECS if name in names)  # in the registry's order
    assert select([], None, SPECS) == tuple(SPECS)
    assert {SPECS[name].tier for name in select(["*a*"], 3, SPECS)} == {3}


def test_an_unknown_pattern_suggests_names() -> None:
    with pytest.raises(UsageError, match=r"no operator is called 'sofmax'; is it softmax or "):
        select(["softmax", "sofmax"], None, SPECS)


def test_seeds_are_the_operators_own() -> None:
    assert seed_of(0, "exp") == 2444298273
    assert len({seed_of(seed, name) for seed in range(3) for name in SPECS}) == 3 * len(SPECS)


def test_the_registry_names_what_differs_on_purpose() -> None:
    assert set(DELIBERATE) <= set(SPECS)
    assert {aspect for aspects in DELIBERATE.values() for aspect in aspects} <= set(ASPECTS)
    assert {aspect for group in GROUPS.values() for aspect in group} == set(ASPECTS)


# --- the journal ------------------------------------------------------------------------------

KEY = {"seed": 0, "numpy": "2"}


def report(name: str = "exp", *aspects: str, verdict: str = "bug") -> OperatorReport:
    findings = tuple(Finding(verdict, aspect, "<off>", f"{name}(0)", "1 < 2") for aspect in aspects)
    tallies = {"value": Tally(3), "gradient": Tally(0, 0, 3), "in_place": Tally(1)}
    return OperatorReport(name, examples=3, aspects=tallies, findings=findings)


def test_a_journal_keeps_reports(tmp_path) -> None:
    path = tmp_path / "folder" / "kept.jsonl"
    first = Journal(path, KEY)
    first.add(report("exp", "value"))
    first.add(report("sin"))
    assert Journal(path, KEY).reports == {"exp": report("exp", "value"), "sin": report("sin")}
    assert Journal(path, {**KEY, "numpy": "3"}).reports == {}  # and begins anew
    assert Journal(path, KEY).reports == {}


def test_half_a_line_does_not_count(tmp_path) -> None:
    path = tmp_path / "kept.jsonl"
    journal = Journal(path, KEY)
    for name in ("exp", "sin", "cos"):
        journal.add(report(name))
    whole = path.read_bytes()
    for length in {*range(0, len(whole), 37), *(len(whole) - k for k in range(3))}:
        path.write_bytes(whole[:length])
        kept = Journal(path, KEY)
        assert len(kept.reports) == max(0, whole[:length].count(b"\n") - 1)
        kept.add(report("tan"))  # on a line of its own
        assert "tan" in Journal(path, KEY).reports


def test_a_run_that_is_over_leaves_the_rest_of_a_larger_one(tmp_path) -> None:
    path = tmp_path / "kept.jsonl"
    journal = Journal(path, KEY)
    journal.add(report("exp"))
    journal.add(report("sin"))
    journal.forget(["exp", "cos"])
    assert list(Journal(path, KEY).reports) == ["sin"]
    Journal(path, KEY).forget(["sin"])
    assert not path.exists()


# --- the result -------------------------------------------------------------------------------


def test_what_differs_on_purpose_does_not_count() -> None:
    purposeful = report("logical_or", "in_place")
    assert findings_of(purposeful) == []
    assert verdict_of(purposeful) == "differs on purpose"
    assert status_of(purposeful, "forms") == "differs"
    worse = report("logical_or", "in_place", "value")
    assert verdict_of(worse) == "bug"
    assert status_of(worse, "value") == "FAIL"
    assert Result(Plan(("logical_or",)), (purposeful,)).failed == ()
    assert Result(Plan(("logical_or",)), (worse,)).failed == (worse,)


def test_a_row() -> None:
    assert status_of(report(), "value") == "ok"
    assert status_of(report(), "grad") == "-"
    assert verdict_of(report()) == "agrees"
    assert verdict_of(report("exp", "value", verdict="precision")) == "precision"


@pytest.mark.parametrize(
    ("bins", "text"),
    [({}, "-"), ({0: 3}, "0"), ({1: 1}, "1"), ({0: 3, 3: 1}, "<8"), ({30: 1}, "<2^30")],
)
def test_how_far_apart(bins, text) -> None:
    assert (
        farthest(OperatorReport("exp", ulps={"value": bins, "gradient": {0: 1} if bins else {}}))
        == text
    )


def test_bars_are_in_proportion_and_never_vanish() -> None:
    found = bars({0: 1000, 1: 500, 5: 1})
    assert [bar["x"] for bar in found] == [0, 4, 20]
    assert found[0]["height"] == 2 * found[1]["height"]
    assert found[2]["height"] > 1
    assert found[2]["text"] == "16 to 31 ULPs apart: 1 of 1,501 numbers"


def test_the_page_escapes_and_says_what_is_on_purpose() -> None:
    reports = (report("exp", "value"), report("logical_or", "in_place"))
    text = page(Result(Plan(("exp", "logical_or", "sin")), reports, interrupted=True))
    assert "&lt;off&gt;" in text
    assert "<off>" not in text
    assert f"on purpose: {DELIBERATE['logical_or']['in_place'][:7]}" in text
    assert "2\nof 3 operators are shown" in text


def test_the_json_can_be_read_back() -> None:
    found = json.loads(Result(Plan(("exp",)), (report("exp", "value"),)).to_json())
    (operator,) = found["operators"]
    for extra in ("verdict", "deliberate"):
        del operator[extra]
    assert OperatorReport.from_dict(operator) == report("exp", "value")


# --- coverage ---------------------------------------------------------------------------------


def test_the_coverage_document_is_what_the_registry_says() -> None:
    """Made by: python -m minigrad difftest --coverage minigrad_torch_compat/.../COVERAGE.md."""
    assert (PACKAGE / "COVERAGE.md").read_text(encoding="utf-8") == document(SPECS)
