"""What-ifs on real boots; where initcalls really stand is read off the other boots' logs."""

import subprocess
import sys
from collections.abc import Sequence
from functools import cache

import pytest

from app.analysis import Analysis, analyse
from app.errors import ChangeError
from app.predictions import markdown, text
from app.predictions.run import cures_of, source_of, table_of
from app.report import Report
from app.rules.finding import Outcome
from app.whatif import WhatIf, parse_changes, what_if
from app.whatif.link_order import LinkOrder
from tests.conftest import ROOT, SAMPLES

ROOTFS, DEVICE, DEFER = "ff-rootfs-protected", "ff-device-protected", "ff-defer-device-protected"


@cache
def measured(case: str, *, symbols: bool = True) -> Analysis:
    packed = SAMPLES / f"{case}.System.map.xz"
    return analyse(
        (SAMPLES / f"{case}.log").read_bytes(), name=case,
        symbols=packed.read_bytes() if symbols and packed.exists() else None,
    )  # fmt: skip


def predicted(case: str, *changes: str, symbols: bool = True) -> WhatIf:
    done = measured(case, symbols=symbols)
    return what_if(source_of(done), done.report, parse_changes(changes))


def outcomes(report: Report, *rules: str) -> list[Outcome]:
    found = {one.rule: one.outcome for one in report.findings}
    return [found[rule] for rule in rules]


def functions(report: Report) -> list[str]:
    return [call.function for call in report.initcalls]


def around(names: Sequence[str], function: str) -> Sequence[str]:
    place = names.index(function)
    return names[place - 1 : place + 2]


# ff-device-protected.log, lines 857 to 863: what really stands beside ffa_init at level 6
@pytest.mark.parametrize("symbols", [True, False])
def test_another_level_puts_it_where_link_order_does(symbols: bool) -> None:
    found = predicted(ROOTFS, "level:ffa_init=6", symbols=symbols)
    real = functions(measured(DEVICE).report)
    assert around(functions(found.predicted), "ffa_init") == around(real, "ffa_init")
    assert functions(found.predicted) == real
    assert outcomes(found.predicted, "FFA001", "TPM002") == ["fragile", "pass"]
    (place,) = found.places
    assert (place.width, place.by) == (0, "link_order")
    assert [place.after, "ffa_init", place.before] == [*around(real, "ffa_init")]


def test_moving_past_pkvm_is_told_with_what_it_passes() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6s")
    (move,) = found.moves
    assert (move.function, move.from_level, move.to_level) == ("ffa_init", "rootfs", "6s")
    assert move.passed == ("kvm_arm_init", "optee_core_init", "finalize_pkvm")
    assert outcomes(found.predicted, "FFA001", "FFA002") == ["pass", "fragile"]


def test_without_a_known_file_every_place_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LinkOrder, "before", lambda *_: None)
    found = predicted(ROOTFS, "level:ffa_init=6")
    (place,) = found.places
    assert place.by == "anywhere"
    assert place.width > 100
    assert (place.after, place.before) == (None, None)
    (ffa,) = [one for one in found.predicted.findings if one.rule == "FFA001"]
    assert ffa.outcome == "fragile"
    assert "depends on the place inside level 6" in ffa.message
    assert any("where it is linked is not known" in text for text in found.assumptions)
    # nowhere in level 7s is before pKVM, wherever it comes to stand
    assert outcomes(predicted(ROOTFS, "level:ffa_init=7s").predicted, "FFA001") == ["pass"]


def test_a_deferred_probe_is_evidence_that_says_it_is_predicted() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6", "defer:ffa_init=finalize_pkvm")
    (ffa,) = [one for one in found.predicted.findings if one.rule == "FFA001"]
    assert (ffa.outcome, ffa.basis) == ("pass", "dependency")
    texts = [line.text for line in ffa.evidence]
    assert any(
        text.startswith("(predicted) ") and "probe of arm-ffa returned 517" in text
        for text in texts
    )
    lines = measured(ROOTFS).lines
    for line in ffa.evidence:
        if not line.text.startswith("(predicted)"):
            assert lines[line.line - 1].startswith(line.text)
    (deferral,) = found.predicted.deferrals
    assert deferral.device == "arm-ffa"
    assert deferral.resolved_line is not None
    assert outcomes(found.predicted, "TPM002", "FFA004", "DEF001") == ["fail", "pass", "pass"]


def test_a_deferral_that_has_come_by_then_is_none() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6s", "defer:ffa_init=kvm_arm_init")
    assert not found.predicted.deferrals
    assert functions(found.predicted) == functions(predicted(ROOTFS, "level:ffa_init=6s").predicted)


def test_what_waits_for_nothing_any_more_works_at_once() -> None:
    found = predicted(DEFER, "defer:ffa_init=nothing")
    assert not found.predicted.deferrals
    assert [p.device for p in found.predicted.probes if p.device == "arm-ffa"] == ["arm-ffa"]
    assert outcomes(found.predicted, "FFA001", "FFA003", "TPM002") == ["fragile", "pass", "pass"]
    up = next(m for m in found.predicted.markers if m.marker == "ffa.up")
    assert up.parent is not None
    assert functions(found.predicted)[up.parent] == "ffa_init"


def test_clients_bind_where_bus_and_driver_meet() -> None:
    def client(found: WhatIf) -> str:
        probe = next(p for p in found.predicted.probes if p.device == "arm-ffa-1")
        assert probe.parent is not None
        return functions(found.predicted)[probe.parent]

    assert client(predicted(DEVICE, "level:ffa_init=6s")) == "ffa_init"
    assert client(predicted(DEFER, "defer:ffa_init=nothing")) == "optee_core_init"
    assert client(predicted(DEVICE, "defer:ffa_init=pkvm.finalised")) == "deferred_probe_initcall"
    assert client(predicted("k73-upstream-protected", "module:ffa_init")) == "optee_core_init"


def test_a_notifier_holds_by_its_call() -> None:
    found = predicted(ROOTFS, "after:ffa_init=finalize_pkvm")
    by = {one.rule: one for one in found.predicted.findings}
    assert (by["FFA001"].outcome, by["FFA001"].basis) == ("pass", "level")
    assert (by["FFA002"].outcome, by["FFA002"].basis) == ("pass", "dependency")
    assert (by["TPM002"].outcome, by["TPM002"].basis) == ("pass", "level")
    (move,) = found.moves
    assert move.inside == "finalize_pkvm"


def test_a_module_takes_its_folder_and_its_clients_along() -> None:
    found = predicted(DEVICE, "module:ffa_init")
    modules = [c.function for c in found.predicted.initcalls if c.levels == ("module", "module")]
    assert modules == ["arm_ffa_bus_init", "ffa_init", "optee_core_init"]
    assert outcomes(found.predicted, "FFA001", "FFA007", "TPM002") == [
        "pass", "not_applicable", "fail",
    ]  # fmt: skip


def test_a_module_can_be_built_in() -> None:
    found = predicted("ff-module-protected", "level:ffa_init=rootfs")
    levels = {c.function: c.levels for c in found.predicted.initcalls}
    assert levels["ffa_init"] == ("rootfs", "rootfs")
    assert levels["optee_core_init"] == ("6", "6")
    assert outcomes(found.predicted, "FFA001", "FFA003") == ["fail", "inconclusive"]


def test_ima_moves_as_an_initcall_and_as_a_hook() -> None:
    assert outcomes(predicted(DEFER, "ima:7s").predicted, "TPM002") == ["pass"]
    new = predicted("k73-upstream-protected", "ima:7s")
    assert outcomes(new.predicted, "TPM002") == ["pass"]
    start = next(m for m in new.predicted.markers if m.marker == "ima.start")
    assert start.parent is not None
    assert functions(new.predicted)[start.parent] == "security_initcall_late_sync"
    back = predicted("k73-imalatesync-protected", "ima:7")
    assert outcomes(back.predicted, "TPM002") == ["fail"]


def test_a_cured_cause_leaves_what_followed_from_it_open() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6s")
    assert outcomes(found.predicted, "FFA003") == ["inconclusive"]
    open_ = {one.what: one for one in found.unpredictable}
    assert "FFA001, which is cured here" in open_["FFA003"].reason
    assert open_["FFA003"].expected is None


def test_a_new_failure_is_expected_to_have_its_consequence() -> None:
    found = predicted(DEVICE, "level:ffa_init=rootfs")
    assert outcomes(found.predicted, "FFA001", "FFA003") == ["fail", "inconclusive"]
    open_ = {one.what: one for one in found.unpredictable}
    assert open_["FFA003"].expected == "fail"
    assert "-22 (EINVAL)" in open_["FFA003"].reason  # what pKVM would answer


def test_a_new_failure_may_bring_about_more_than_is_known() -> None:
    found = predicted(DEVICE, "level:arm_ffa_bus_init=7")
    assert outcomes(found.predicted, "FFA007") == ["fail"]
    assert "what follows from FFA007" in [one.what for one in found.unpredictable]


def test_dropped_is_gone_and_said_to_be() -> None:
    found = predicted(DEVICE, "drop:kvm_arm_init")
    assert "kvm_arm_init" not in functions(found.predicted)
    assert outcomes(found.predicted, "PKVM001", "INIT004") == ["fail", "fail"]
    assert found.predicted.counts.initcalls == found.measured.counts.initcalls - 1


def test_dropping_what_is_waited_for_leaves_it_waiting() -> None:
    found = predicted("k73-upstream-protected", "drop:kvm_arm_init")
    (deferral,) = [d for d in found.predicted.deferrals if d.device == "arm-ffa"]
    assert deferral.resolved_line is None
    assert outcomes(found.predicted, "FFA001", "FFA004", "DEF001") == [
        "not_applicable", "fail", "fail",
    ]  # fmt: skip


def test_the_prediction_says_that_it_is_one() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6")
    assert found.predicted.headline.startswith("Predicted - ")
    assert len(found.predicted.headline) <= 72
    assert found.predicted.capture.name.endswith("(predicted)")
    assert "Predicted, not measured" in found.note
    (moved,) = [c for c in found.predicted.initcalls if c.function == "ffa_init"]
    assert (moved.level_source, moved.line_called) == ("predicted", 601)


def test_times_are_shifts_that_keep_durations() -> None:
    found = predicted(ROOTFS, "level:ffa_init=6")
    before = {c.function: c for c in found.measured.initcalls}
    after = {c.function: c for c in found.predicted.initcalls}
    assert after["ffa_init"].span_us == before["ffa_init"].span_us == 57504
    # kvm_arm_init runs earlier by what ffa_init took, with the gap before it: from line 600 on
    start, was = after["kvm_arm_init"].start_us, before["kvm_arm_init"].start_us
    assert start is not None and was is not None
    assert was - start == 1636702 - 1578947
    assert after["init_ima"].start_us == before["init_ima"].start_us
    starts = [c.start_us for c in found.predicted.initcalls if c.start_us is not None]
    assert starts == sorted(starts)


@pytest.mark.parametrize(
    ("case", "changes", "said"),
    [
        (ROOTFS, ["level:nobody=6"], "There is no initcall nobody"),
        (ROOTFS, ["defer:ffa_init=clk_disable_unused"], "put off past"),
        (ROOTFS, ["after:ffa_init=nobody"], "no initcall nobody"),
        ("k73-upstream-nokvm-stuck", ["defer:ffa_init=nothing"], "never did its work"),
        ("k73-upstream-nokvm-stuck", ["after:ffa_init=finalize_pkvm"], "never did its work"),
        ("k612-nofw-protected-hyppanic", ["level:kvm_arm_init=7"], "cannot be moved"),
        ("k612-nofw-protected-hyppanic", ["module:ffa_init"], "does not show user space"),
        ("ff-rootfs-protected-noinitcalldebug", ["level:ffa_init=6"], "no initcall ffa_init"),
        ("deb612-arm64-protected", ["drop:qnoc_driver_init"], "are named qnoc_driver_init"),
        ("deb612-arm64-protected", ["drop:qnoc_driver_init#99"], "qnoc_driver_init ran"),
        (DEVICE, ["ima:5"], "could start at level 5"),
    ],
)  # fmt: skip
def test_what_cannot_be_predicted_is_refused(case: str, changes: list[str], said: str) -> None:
    if said == "could start at level 5":
        case = "k73-upstream-protected"
    with pytest.raises(ChangeError) as caught:
        predicted(case, *changes)
    assert said in caught.value.message
    assert caught.value.hint


def test_a_stuck_boot_keeps_its_fault_under_another_change() -> None:
    found = predicted("k73-upstream-nokvm-stuck", "level:clk_disable_unused=7")
    rules = ("FFA004", "DEF001", "PKVM001")
    assert outcomes(found.predicted, *rules) == outcomes(found.measured, *rules)


# DOMAIN: the designs that were argued over, and what each does
TABLE = """
rootfs        fail    fail    pass
device        fragile fail    pass
device-sync   pass    fragile pass
late          pass    pass    fail
late-sync     pass    pass    fail
module        pass    pass    fail
deferral      pass    pass    fail
root-device   pass    pass    fail
notifier      pass    pass    pass
deferral-ima  pass    pass    pass
"""


@pytest.mark.parametrize(
    "case", [ROOTFS, DEVICE, DEFER, "ff-module-protected", "k73-upstream-protected",
             "deb73-ffa-module-protected"],
)  # fmt: skip
def test_the_table_of_the_thread(case: str) -> None:
    table = table_of(measured(case))
    found = {one.name: one for one in table.designs}
    for row in TABLE.split("\n")[1:-1]:
        name, *wanted = row.split()
        assert [found[name].outcomes[r] for r in ("FFA001", "FFA002", "TPM002")] == wanted, name
    assert table.designs[0].name == table.recommended
    assert table.recommended in ("deferral-ima", "ima-late-sync")
    assert table.reason.endswith(".")


def test_a_design_that_the_boot_has_is_not_predicted() -> None:
    found = {one.name: one for one in table_of(measured(DEVICE)).designs}
    assert [name for name, one in found.items() if one.measured] == ["device"]


def test_a_pass_that_another_failure_makes_worthless_is_marked() -> None:
    found = {one.name: one for one in table_of(measured(DEVICE)).designs}
    assert "TPM002" in found["rootfs"].worthless


def test_the_table_takes_less_than_a_second() -> None:
    """Of CPU, on a boot of 1,314 initcalls, in a process that nothing else watches."""
    log = SAMPLES / "deb73-ffa-module-protected.log"
    run = (
        "import sys, time; from app.analysis import analyse; from app.predictions.run import"
        " table_of; done = analyse(open(sys.argv[1], 'rb').read()); begun = time.process_time();"
        " table_of(done); print(time.process_time() - begun)"
    )
    took = subprocess.run(
        [sys.executable, "-c", run, str(log)], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert float(took.stdout) < 1


def test_without_pkvm_there_is_nothing_to_recommend() -> None:
    table = table_of(measured("ff-rootfs-nvhe"))
    assert table.recommended is None
    assert not [d for d in table.designs if "FFA004" in d.fixed or d.error]
    nothing = table_of(measured("deb612-amd64"))
    assert nothing.recommended is None
    assert "There is no initcall ffa_init" in nothing.reason


def test_cures_hold_and_the_least_comes_first() -> None:
    found = cures_of(measured("k73-upstream-protected"))
    assert ("ima:7s",) in [one.changes for one in found]
    assert [one.moves for one in found] == sorted(one.moves for one in found)
    pairs = cures_of(measured(ROOTFS))
    assert ("defer:ffa_init=pkvm.finalised", "ima:7s") in [one.changes for one in pairs]
    for one in (*found, *pairs):
        assert "level:ffa_init=rootfs" not in one.changes


def test_a_healthy_boot_needs_no_cure() -> None:
    assert cures_of(measured("k73-imalatesync-protected")) == ()


def test_markdown_tells_what_text_tells() -> None:
    found = predicted(DEVICE, "level:ffa_init=rootfs")
    said = markdown.render_what_if(found)
    assert "| FFA001 | fragile | **fail** | level |" in said
    assert "worthless, FFA001 fails" in said
    assert "expected: fail" in said.replace("`", "")
    cures = markdown.render_cures(cures_of(measured(DEVICE)))
    assert cures.startswith("| changes | initcalls moved |")
    assert "`after:ffa_init=finalize_pkvm`" in cures
    assert markdown.render_cures(()).startswith("No single change")
    table = markdown.render_table(table_of(measured("deb612-amd64")))
    assert "not predicted" in table


def test_text_tells_what_cannot_be_predicted() -> None:
    table = text.render_table(table_of(measured("deb612-amd64")))
    assert "not predictable: There is no initcall ffa_init" in table
    assert text.render_cures(()).startswith("No single change")


def test_a_boot_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.whatif.source.MAX_INITCALLS", 100)
    with pytest.raises(ChangeError, match="too large for a what-if"):
        predicted(DEVICE, "level:ffa_init=7")
    monkeypatch.setattr("app.whatif.cure.MAX_INITCALLS", 100)
    with pytest.raises(ChangeError, match="too large to search"):
        cures_of(measured(DEVICE))


def test_a_driver_that_nothing_names_binds_where_its_bus_does(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("app.whatif.clients.registrar", lambda *_: None)
    found = predicted(DEFER, "defer:ffa_init=nothing")
    assert any("is not known: its devices bind where" in one for one in found.assumptions)
