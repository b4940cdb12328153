"""What holds of every prediction, of boots made up and of real ones."""

from collections.abc import Sequence
from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import Analysis, analyse
from app.errors import ChangeError
from app.predictions.run import source_of
from app.report import Report
from app.whatif import WhatIf, parse_changes, what_if
from app.whatif.link_order import source_files
from parsers import LEVELS, RANK
from tests.conftest import SAMPLES

CASES = (
    "ff-rootfs-protected", "ff-defer-device-protected", "ff-module-protected",
    "k73-upstream-protected",
)  # fmt: skip
BUILT_IN = [level for level in LEVELS if level not in ("con", "early", "module")]
NAMES = sorted(source_files())[:400:7]


@cache
def real(case: str) -> Analysis:
    symbols = (SAMPLES / f"{case}.System.map.xz").read_bytes()
    return analyse((SAMPLES / f"{case}.log").read_bytes(), symbols=symbols)


def predict(done: Analysis, changes: Sequence[str]) -> WhatIf:
    return what_if(source_of(done), done.report, parse_changes(changes))


def identities(report: Report) -> list[tuple[str, int]]:
    return [(call.function, call.occurrence) for call in report.initcalls]


@st.composite
def boots(draw: st.DrawFn) -> tuple[bytes, bytes, list[str]]:
    """A log of initcalls at ascending levels with messages between, and its symbols."""
    names = draw(st.lists(st.sampled_from(NAMES), min_size=2, max_size=12, unique=True))
    levels = sorted(
        draw(st.lists(st.sampled_from(BUILT_IN), min_size=len(names), max_size=len(names))),
        key=RANK.__getitem__,
    )
    lines = ["[    0.000000] Linux version 6.12.0 (x)"]
    now = 100_000
    for name in names:
        now += draw(st.integers(1, 5_000))
        lines.append(f"[{now / 1e6:12.6f}] calling  {name}+0x0/0x10 @ 1")
        for number in range(draw(st.integers(0, 2))):
            now += draw(st.integers(0, 3_000))
            lines.append(f"[{now / 1e6:12.6f}] {name}: said {number}")
        now += draw(st.integers(0, 5_000))
        lines.append(f"[{now / 1e6:12.6f}] initcall {name}+0x0/0x10 returned 0 after 1 usecs")
    lines.append(f"[{(now + 1) / 1e6:12.6f}] Run /init as init process")
    symbols = [
        f"{0xFFFF000000000000 + 8 * place:016x} d __initcall__kmod_m__{place}_1_{name}{level}"
        for place, (name, level) in enumerate(zip(names, levels, strict=True))
    ]
    return "\n".join(lines).encode(), "\n".join(symbols).encode(), names


@settings(max_examples=60)
@given(boots(), st.data())
def test_a_prediction_keeps_every_initcall_once(
    made: tuple[bytes, bytes, list[str]], data: st.DataObject
) -> None:
    log, symbols, names = made
    done = analyse(log, symbols=symbols)
    moved = data.draw(st.sampled_from(names))
    level = data.draw(st.sampled_from(BUILT_IN))
    found = predict(done, [f"level:{moved}={level}"])
    before, after = identities(found.measured), identities(found.predicted)
    assert sorted(after) == sorted(before)
    # the others keep their order, and levels never fall
    assert [c for c in after if c[0] != moved] == [c for c in before if c[0] != moved]
    ranks = [RANK[c.levels[0]] for c in found.predicted.initcalls if c.levels]
    assert ranks == sorted(ranks)
    starts = [c.start_us for c in found.predicted.initcalls]
    assert starts == sorted(starts, key=lambda start: start or 0)
    spans = {c.function: c.span_us for c in found.measured.initcalls}
    assert {c.function: c.span_us for c in found.predicted.initcalls} == spans


@settings(max_examples=60)
@given(boots(), st.data())
def test_moving_there_and_back_is_the_identity(
    made: tuple[bytes, bytes, list[str]], data: st.DataObject
) -> None:
    log, symbols, names = made
    done = analyse(log, symbols=symbols)
    moved = data.draw(st.sampled_from(names))
    own = next(c.levels for c in done.report.initcalls if c.function == moved)
    assert own is not None
    level = data.draw(st.sampled_from(BUILT_IN))
    back = predict(done, [f"level:{moved}={level}", f"level:{moved}={own[0]}"])
    assert back.predicted == back.measured
    assert (back.moves, back.assumptions, back.unpredictable) == ((), (), ())


@settings(max_examples=60)
@given(boots())
def test_nothing_changed_changes_nothing(made: tuple[bytes, bytes, list[str]]) -> None:
    log, symbols, names = made
    done = analyse(log, symbols=symbols)
    for changes in ([], [f"defer:{names[0]}=nothing"]):
        found = predict(done, changes)
        assert found.predicted == found.measured
        assert all(one.before == one.after for one in found.outcomes)


@settings(max_examples=60)
@given(boots(), st.data())
def test_what_is_dropped_is_gone_and_nothing_else(
    made: tuple[bytes, bytes, list[str]], data: st.DataObject
) -> None:
    log, symbols, names = made
    moved = data.draw(st.sampled_from(names))
    found = predict(analyse(log, symbols=symbols), [f"drop:{moved}"])
    kept = [c for c in identities(found.measured) if c[0] != moved]
    assert identities(found.predicted) == kept


CHANGES = st.lists(
    st.one_of(
        st.builds("level:{}={}".format, st.sampled_from(["ffa_init", "kvm_arm_init", "init_tis"]),
                  st.sampled_from(BUILT_IN)),
        st.sampled_from([
            "module:ffa_init", "defer:ffa_init=finalize_pkvm", "defer:ffa_init=nothing",
            "after:ffa_init=finalize_pkvm", "ima:7s", "ima:7", "drop:optee_core_init",
            "drop:finalize_pkvm", "module:optee_core_init", "defer:ffa_init=ima.start",
        ]),
    ),
    max_size=3,
)  # fmt: skip


@settings(max_examples=50)
@given(st.sampled_from(CASES), CHANGES)
def test_a_prediction_is_never_surer_than_the_model(case: str, changes: list[str]) -> None:
    done = real(case)
    try:
        found = predict(done, changes)
    except ChangeError as error:
        assert error.message and error.hint is not None
        return
    before = {one.rule: one for one in done.report.findings}
    for one in found.predicted.findings:
        if one.outcome == "pass":
            assert one.basis in ("level", "dependency", None), one
            if one.basis is None:
                assert before[one.rule].outcome in ("pass", "not_applicable"), one
    dropped = {c.partition(":")[2] for c in changes if c.startswith("drop:")}
    kept = sorted(c for c in identities(found.measured) if c[0] not in dropped)
    assert sorted(identities(found.predicted)) == kept
    last = len(done.lines)
    for report in (found.predicted,):
        lines = [line.line for one in report.findings for line in one.evidence]
        assert all(1 <= line <= last for line in lines)
    assert {one.rule for one in found.outcomes} <= set(before)


@settings(max_examples=60)
@given(st.sampled_from(CASES), CHANGES)
def test_the_order_of_changes_of_different_kinds_does_not_matter(
    case: str, changes: list[str]
) -> None:
    done = real(case)
    apart = [*{(c.partition("=")[0]): c for c in changes}.values()]
    if sum(c.startswith(("level:ffa", "module:ffa")) for c in apart) > 1 or any(
        sum(c.startswith(kind) for c in apart) > 1 for kind in ("level:", "drop:", "module:", "ima")
    ):
        return
    try:
        one = predict(done, apart)
    except ChangeError:
        return
    assert predict(done, apart[::-1]).predicted.findings == one.predicted.findings
