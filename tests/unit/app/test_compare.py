"""Comparing boots: real ones of one kernel whose difference is known, and small ones."""

from functools import cache
from time import process_time

import pytest

from app.analysis import analyse
from app.compare import Comparison, LevelChange, compare, firmware_versions, new_findings
from app.compare.durations import NO_DRIFT, Drift, differs, drift_of
from app.compare.headline import headline_of
from app.compare.overlaps import overlapping
from app.report import Report
from app.side_by_side import render_markdown, render_text
from parsers.record import replace
from tests.conftest import SAMPLES
from tests.lines import HEAD, USERSPACE, ran


@cache
def real(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes(), name=name).report


@cache
def pair(before: str, after: str) -> Comparison:
    return compare(real(before), real(after))


def small(*lines: str) -> Report:
    return analyse("\n".join([HEAD, *lines, USERSPACE]).encode()).report


def states(done: Comparison) -> dict[str, str]:
    return {change.rule: change.state for change in done.findings}


def test_ffa_at_rootfs_or_device_is_one_move_across_pkvm() -> None:
    done = pair("ff-rootfs-protected", "ff-device-protected")
    (move,) = done.moves
    assert (move.function, move.across, move.subject) == ("ffa_init", ("kvm_arm_init",), True)
    assert move.passed > 0 and move.follows_before == "populate_rootfs"
    assert done.matched == 375 and done.kept == 374
    assert not (done.appeared or done.vanished)
    found = states(done)
    assert found["FFA001"] == "changed"  # it failed, now it holds by luck
    assert found["FFA003"] == "fixed"


def test_a_retried_probe_moves_its_marker_and_not_the_initcall() -> None:
    done = pair("ff-device-protected", "ff-defer-device-protected")
    assert not done.moves
    up = next(change for change in done.markers if change.marker == "ffa.up")
    assert up.before and up.before.function == "ffa_init"
    assert up.after and up.after.function == "deferred_probe_initcall"
    assert "ima.start" in up.across and "pkvm.finalised" in up.across
    assert states(done) == {"FFA001": "fixed", "TPM002": "new", "FFA002": "fixed"}


def test_built_in_here_and_a_module_there_is_the_same_function() -> None:
    done = pair("ff-device-protected", "ff-module-protected")
    changed = {change.function: change for change in done.levels}
    assert changed["ffa_init"].after.levels == ("module", "module")
    assert {"ffa_init", "tee_init", "optee_core_init"} <= {move.function for move in done.moves}
    assert "scmi_bus_init" in {only.function for only in done.vanished}
    assert done.vanished_proved and not done.appeared


def test_ima_at_late_sync_is_another_initcall_for_the_same_marker() -> None:
    done = pair("k73-upstream-protected", "k73-imalatesync-protected")
    assert states(done) == {"TPM002": "fixed"}
    start = next(change for change in done.markers if change.marker == "ima.start")
    assert start.before and start.before.function == "security_initcall_late"
    assert start.after and start.after.function == "security_initcall_late_sync"
    assert "ffa.up" in start.across


def test_a_blacklisted_initcall_vanished() -> None:
    done = pair("k73-upstream-protected", "k73-upstream-nokvm-stuck")
    assert [only.function for only in done.vanished] == ["kvm_arm_init"]
    assert done.vanished[0].subject
    hints = {(hint.before, hint.after) for hint in done.hints if hint.kind == "cmdline"}
    assert (None, "initcall_blacklist=kvm_arm_init") in hints
    assert states(done)["PKVM001"] == "new"


def test_two_boots_of_one_build_differ_in_no_order() -> None:
    done = pair("ff-rootfs-protected", "ff-rootfs-protected-caller")
    assert not done.moves and not done.levels
    assert set(states(done).values()) == {"known"}
    assert done.headline == "No rule, order or level differs"


def test_a_pass_that_is_worth_nothing_fixes_nothing() -> None:
    """FF-A is up before IMA, but broken: FFA001 undermines it."""
    done = pair("ff-defer-device-protected", "ff-rootfs-protected")
    assert states(done)["TPM002"] == "undecided"
    assert "fixed" not in done.headline
    back = pair("ff-rootfs-protected", "ff-defer-device-protected")
    assert states(back)["TPM002"] == "new"
    text = render_text(done)
    assert "TPM002 FAIL -> pass (worth nothing: FFA001)" in text


def test_every_section_has_its_words() -> None:
    """Made up: an overlap, a level that changed in place, a waiver's file name with controls."""
    apart = small(*ran("m_init", 1, "66", "m"), *ran("n_init", 2, "67", "n"), *ran("x_init", 3))
    text = render_text(compare(apart, small(*overlapped(), *ran("x_init", 3))))
    assert "Overlapping otherwise\n  m_init and n_init now run at the same time\n" in text
    text = render_text(compare(small(*overlapped()), apart))
    assert "  m_init and n_init no longer run at the same time\n" in text
    moved = [line for n in range(40) for line in ran(f"i{n}_init", 1 + n)]
    back = [line for n in reversed(range(40)) for line in ran(f"i{n}_init", 1 + 40 - n)]
    text = render_text(compare(small(*moved), small(*back)))
    assert "Moved: 39 of 40 that both have" in text and "  and 29 more\n" in text
    done = pair("ff-rootfs-protected", "ff-device-protected")
    odd = replace(done, after=replace(done.after, name="a\x1b[31m\u202eb.log"))
    assert "\x1b" not in render_text(odd) and "\u202e" not in render_markdown(odd)
    kept = replace(done, moves=(), levels=(
        LevelChange(function="ffa_init", before=done.moves[0].before,
                    after=replace(done.moves[0].after, levels=("7", "7")), subject=True),
    ))  # fmt: skip
    assert "Level changed, order kept\n  ffa_init: level rootfs..6, now level 7\n" in render_text(
        kept
    )


def test_who_answered_ffa() -> None:
    done = pair("ff-rootfs-protected", "ff-device-protected")
    told = {hint.what: (hint.before, hint.after) for hint in done.hints}
    assert told["FF-A answered by"] == ("the firmware, before pKVM traps", "pKVM's proxy")
    assert told["FF-A version"] == ("1.2", "1.1")
    other = pair("ff-rootfs-nvhe", "ff-rootfs-protected")
    said = {(hint.before, hint.after) for hint in other.hints}
    assert ("the firmware", "the firmware, before pKVM traps") in said
    assert ("kvm-arm.mode=nvhe", "kvm-arm.mode=protected") in said


def test_without_initcall_debug_nothing_is_called_vanished() -> None:
    done = pair("ff-rootfs-protected", "ff-rootfs-protected-noinitcalldebug")
    assert not done.vanished and not done.moves and done.matched == 0
    assert "no initcalls" in done.notes[0]
    assert states(done)["INIT001"] == "undecided"


def test_what_a_cut_log_lacks_is_not_proved_to_be_gone() -> None:
    whole = small(*ran("a_init", 1), *ran("b_init", 2))
    cut = analyse("\n".join([HEAD, *ran("a_init", 1)]).encode()).report
    done = compare(whole, cut)
    assert [only.function for only in done.vanished] == ["b_init"]
    assert not done.vanished_proved and "not whole" in done.notes[0]


def test_firmware_is_named_by_the_lines() -> None:
    lines = (SAMPLES / "ff-device-protected.log").read_text("utf-8").splitlines()
    found = firmware_versions(lines)
    assert found == {"TF-A": "v2.15.0(release):", "OP-TEE": "4.10"}
    report = real("ff-device-protected")
    done = compare(report, report, firmware=(found, {}))
    assert {hint.what for hint in done.hints} == {"TF-A", "OP-TEE"}


def test_modules_on_threads_of_their_own_have_an_order_of_their_own() -> None:
    one = small(*ran("x_init", 1), *ran("m_init", 2, "66", "m"), *ran("n_init", 3, "67", "n"))
    other = small(*ran("n_init", 1, "67", "n"), *ran("x_init", 2), *ran("m_init", 3, "66", "m"))
    (move,) = compare(one, other).moves
    assert move.parallel and move.passed in (1, -1)


def test_of_drivers_with_one_name_the_level_tells_which_is_which() -> None:
    """Debian's qnoc_driver_init runs many times, at level 1 and at level 6."""
    one, other = real("deb612-arm64-protected"), real("deb73-ffa-module-protected")
    done = compare(one, other)
    assert "qnoc_driver_init" not in {move.function for move in done.moves}
    assert "qnoc_driver_init" not in {change.function for change in done.levels}


def overlapped() -> tuple[str, ...]:
    first, second = ran("m_init", 1, "66", "m"), ran("n_init", 1.0005, "67", "n")
    return first[0], second[0], first[1], second[1]


def test_now_and_no_longer_overlapping() -> None:
    apart = small(*ran("m_init", 1, "66", "m"), *ran("n_init", 2, "67", "n"))
    together = small(*overlapped())
    (change,) = compare(apart, together).overlaps
    assert change.functions == ("m_init", "n_init") and change.now
    (back,) = compare(together, apart).overlaps
    assert not back.now


def test_too_many_overlaps_are_told_and_not_counted() -> None:
    lines = [ran(f"m{n}_init", 1 + n / 1000, str(n + 10), "m")[0] for n in range(300)]
    crowd = small(*lines)
    assert overlapping(crowd.initcalls, crowd.capture.last_line) is None
    done = compare(crowd, small(*lines, *ran("last_init", 5)))
    assert not done.overlaps and "overlap" in done.notes[-1]


def test_calls_nested_on_one_thread_cost_nothing() -> None:
    """Twenty thousand open at once on one thread overlap nothing, and are soon looked at."""
    (one,) = small(*ran("a_init", 1)).initcalls
    calls = [replace(one, line_called=n, line_returned=100_000 - n) for n in range(1, 20_000)]
    begun = process_time()
    assert overlapping(calls, 100_000) == set()
    assert process_time() - begun < 1


def test_a_long_command_line_is_no_trap() -> None:
    words = range(20_000)
    one, other = (
        replace(report, kernel=replace(report.kernel, cmdline=text))
        for report in [small(*ran("a_init", 1))]
        for text in (" ".join(f"a{n}={value}" for n in words) for value in (1, 2))
    )
    begun = process_time()
    hints = [hint for hint in compare(one, other).hints if hint.kind == "cmdline"]
    assert process_time() - begun < 2
    assert {(hint.before, hint.after) for hint in hints} == {(f"a{n}=1", f"a{n}=2") for n in words}


def test_a_baseline_makes_findings_known_and_lengths_usual() -> None:
    before, after = real("ff-device-protected"), real("ff-defer-device-protected")
    done = compare(before, after, baseline=[real("k73-upstream-protected")])
    assert states(done)["TPM002"] == "known"
    fresh = {found.rule for found in new_findings([before], after)}
    assert "TPM002" in fresh
    assert "TPM002" not in {f.rule for f in new_findings([real("k73-upstream-protected")], after)}


@pytest.mark.parametrize(
    ("low", "high", "boots", "now", "so"),
    [
        (100, 100, 1, 102, False),  # 2 us
        (100, 100, 1, 4_000, False),  # forty times, and still under 5 ms
        (10_000, 10_000, 1, 19_000, False),
        (10_000, 10_000, 1, 20_000, True),
        (20_000, 20_000, 1, 10_000, True),
        (20_000, 26_000, 3, 30_000, False),  # within what these boots differ in
        (20_000, 26_000, 3, 33_000, True),
        (200_000, 201_000, 3, 215_000, False),  # under a tenth
        (200_000, 201_000, 3, 225_000, True),
        (0, 0, 1, 6_000, True),
    ],
)
def test_what_counts_as_another_length(low: int, high: int, boots: int, now: int, so: bool) -> None:
    assert differs(low, high, boots, now, NO_DRIFT) is so


def test_a_boot_that_is_slow_all_over_has_no_slow_initcall() -> None:
    lengths = [(2_000 + 50 * n, 6_000 + 150 * n) for n in range(40)]
    drift = drift_of(lengths)
    assert drift == Drift(pytest.approx(3), pytest.approx(1))
    assert not differs(10_000, 10_000, 1, 30_000, drift)
    assert differs(10_000, 10_000, 1, 90_000, drift)
    assert not differs(10_000, 10_000, 1, 20_000, drift)
    assert differs(10_000, 10_000, 1, 5_000, drift)
    assert drift_of(lengths[:5]) == NO_DRIFT


def test_a_slow_initcall_and_a_late_user_space_are_told() -> None:
    slow = ("[    1.000000] calling  a_init+0x0/0x10 @ 1",
            "[    1.400000] initcall a_init+0x0/0x10 returned 0 after 400000 usecs")  # fmt: skip
    late = "\n".join([HEAD, *slow, "[   25.000000] Run /init as init process"])
    done = compare(small(*ran("a_init", 1)), analyse(late.encode()).report)
    told = {change.function: (change.high_us, change.after_us) for change in done.durations}
    assert told == {"a_init": (1_000, 400_000), "userspace.start": (9_000_000, 25_000_000)}
    back = compare(analyse(late.encode()).report, small(*ran("a_init", 1)))
    assert {change.change_us for change in back.durations} == {-399_000, -16_000_000}


def test_a_headline_fits_a_subject() -> None:
    assert headline_of((), (), (), ((1, "appeared"), (2_000, "vanished")), debug=True) == (
        "1 initcall appeared; 2,000 initcalls vanished"
    )
    for one in ("ff-rootfs-protected", "ff-module-protected", "k73-upstream-protected"):
        for other in ("ff-device-protected", "deb612-amd64", "k612-nofw-protected-hyppanic"):
            assert len(pair(one, other).headline) <= 72
