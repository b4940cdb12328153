"""Real boots predicted from other real boots of the same kernel, in another design."""

import runpy
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conftest import ROOT

SCRIPT = runpy.run_path(str(ROOT / "scripts" / "document_what_if.py"))
OPEN = {"FFA003", "FFA006", "TEE001"}
"""The rules that ask what a client was answered, which no order tells."""


@pytest.fixture(scope="module")
def rows() -> Mapping[tuple[str, str], Any]:
    return {(row.made_from, row.of): row for row in SCRIPT["pairs"](SCRIPT["boots"]())}


def test_every_design_is_predicted_from_every_other_one(
    rows: Mapping[tuple[str, str], Any],
) -> None:
    designs = {"ff-rootfs-protected", "ff-device-protected", "ff-defer-device-protected",
               "ff-module-protected"}  # fmt: skip
    assert {(a, b) for a in designs for b in designs if a != b} <= set(rows)
    assert ("k73-upstream-protected", "k73-imalatesync-protected") in rows


def test_what_differs_is_named_as_not_predictable(rows: Mapping[tuple[str, str], Any]) -> None:
    for pair, row in rows.items():
        for rule, predicted, measured in row.differ:
            assert rule in row.listed, (pair, rule)
            assert rule in OPEN, (pair, rule)
            assert predicted == "inconclusive", (pair, rule, measured)


def test_between_designs_that_work_every_outcome_is_predicted(
    rows: Mapping[tuple[str, str], Any],
) -> None:
    working = {"ff-device-protected", "ff-defer-device-protected", "ff-module-protected",
               "k73-upstream-protected", "k73-imalatesync-protected"}  # fmt: skip
    between = [row for pair, row in rows.items() if working.issuperset(pair)]
    assert len(between) == 8
    assert all(not row.differ for row in between)


def test_a_blacklisted_pkvm_leaves_ffa_deferred_for_ever(
    rows: Mapping[tuple[str, str], Any],
) -> None:
    row = rows["k73-upstream-protected", "k73-upstream-nokvm-stuck"]
    assert "drop:kvm_arm_init" in row.changes
    assert not row.differ


def test_what_never_ran_is_not_predicted(rows: Mapping[tuple[str, str], Any]) -> None:
    refused = {pair for pair, row in rows.items() if row.refused}
    assert refused == {
        ("k73-upstream-nokvm-stuck", "k73-upstream-protected"),
        ("k73-upstream-nokvm-stuck", "k73-imalatesync-protected"),
    }


def test_order_is_that_of_the_real_boot(rows: Mapping[tuple[str, str], Any]) -> None:
    """The whole of it, where no module is part of either design; its markers' in all."""
    for pair, row in rows.items():
        if row.refused:
            continue
        assert row.subjects, pair
        if "ff-module-protected" in pair:
            assert row.tau > 0.98, pair
        else:
            assert row.tau == 1, pair


def test_kendall_counts_pairs() -> None:
    class Call:
        occurrence = 1

        def __init__(self, function: str) -> None:
            self.function = function

    one, other = [Call(c) for c in "abcd"], [Call(c) for c in "bacx"]
    assert SCRIPT["kendall"](one, other) == (pytest.approx(1 - 4 / 6), 3)
    assert SCRIPT["kendall"](one, one) == (1, 4)


def test_the_page_is_made_of_these(rows: Mapping[tuple[str, str], Any]) -> None:
    page = (ROOT / "docs" / "what-if.md").read_text("utf-8")
    assert SCRIPT["page"]([*rows.values()]) == page
