"""What holds for any bytes, and for any boot that could be written."""

import json
from collections.abc import Callable
from itertools import permutations
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from app.analysis import analyse
from app.rules.loader import load_pack
from parsers import BootscopeError, InputError, parse_log
from parsers.framings.dmesg import DMESG
from parsers.framings.printk_caller import PRINTK_CALLER

PIECES = st.sampled_from(
    [
        b"[    0.000000] ", b"[    1.579198][    T1] ", b"[", b"]", b"\r\n", b"\n", b"\x1b[31m",
        b"calling  ", b"ffa_init+0x0/0x820", b" @ 1", b"initcall ", b" returned 0 after 5 usecs",
        b"probe of arm-ffa returned 517 after 1 usecs", b"Linux version 6.12", b" [m]",
        b"entering initcall level: fs", b"Kernel panic - not syncing: x", b"ARM FF-A: ",
        b"** 1 printk messages dropped **", b"Run /init as init process", b"\xff", b"\x00",
    ]
)  # fmt: skip
SOUP = st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=60).map(b"".join)
NAMES = st.text("abcdefghijklmnopqrstuvwxyz_", min_size=1, max_size=12)


@given(st.one_of(SOUP, st.binary(max_size=2000)))
def test_the_parser_is_total(data: bytes) -> None:
    """Any bytes are read, or refused in our own words; nothing else comes out."""
    try:
        report = analyse(data).report
    except InputError as error:
        assert error.message
        return
    counts = report.counts
    assert counts.returned + counts.open == counts.initcalls == counts.called + counts.orphans
    assert counts.framed >= counts.understood


@given(st.binary(max_size=4000))
def test_symbols_are_read_or_refused(data: bytes) -> None:
    try:
        parse_log(b"[    0.000000] Linux version 6.12\n", symbols=data)
    except BootscopeError as error:
        assert error.where.startswith("symbols")


@st.composite
def boots(draw: st.DrawFn) -> list[tuple[str, str | None, str, int, int]]:
    """A sequence of calls that all return: function, module, pid, value, microseconds."""
    return draw(
        st.lists(
            st.tuples(
                NAMES,
                st.one_of(st.none(), NAMES),
                st.integers(1, 99999).map(str),
                st.integers(-200, 200),
                st.integers(0, 10**6),
            ),
            max_size=20,
        )
    )


def render(calls: list[tuple[str, str | None, str, int, int]], caller: bool) -> bytes:
    lines = []
    now = 1_000_000
    for function, module, pid, value, took in calls:
        tag = f" [{module}]" if module else ""
        for text in (
            f"calling  {function}+0x0/0x10{tag} @ {pid}",
            f"initcall {function}+0x0/0x10{tag} returned {value} after {took} usecs",
        ):
            stamp = f"[{now // 10**6:5d}.{now % 10**6:06d}]"
            thread = f"[{'T' + pid:>6}]" if caller else ""
            lines.append(f"{stamp}{thread} {text}")
            now += took
    head = "[    0.000000]" + ("[    T0]" if caller else "") + " Linux version 1"
    return "\n".join([head, *lines]).encode()


@given(boots(), st.booleans())
def test_what_is_written_is_read(
    calls: list[tuple[str, str | None, str, int, int]], caller: bool
) -> None:
    framing = PRINTK_CALLER if caller else DMESG
    (boot,) = parse_log(render(calls, caller), framing=framing.name).boots
    got = [(c.function, c.module, c.thread, c.returned, c.reported_us) for c in boot.initcalls]
    assert got == calls
    assert [c.span_us for c in boot.initcalls] == [took for *_, took in calls]


WRAPPINGS: dict[str, Callable[[int, str], str]] = {
    "lava": lambda us, text: (
        '- {"dt": "2026-11-23T04:27:13.123456", "lvl": "target", "msg": '
        + json.dumps(f"{stamp(us)} {text}") + "}"
    ),
    "docker_json": lambda us, text: json.dumps({"log": f"{stamp(us)} {text}\r\n", "stream": "x"}),
    "grabserial": lambda us, text: f"[{us / 1e6 + 7:4.6f} 0.000123] {stamp(us)} {text}",
    "conserver": lambda us, text: f"[Mon Nov 23 04:27:14 UTC 2026]{stamp(us)} {text}",
    "host_clock": lambda us, text: f"[04:27:14.123] {stamp(us)} {text}",
    "netconsole": lambda us, text: f"6.12.1,7,{us},{us},-;{text}",
    "syslog": lambda us, text: f"<7>1 2026-11-23T04:27:14Z host kernel - - - {stamp(us)} {text}",
    "vendor_columns": lambda us, text: f"<7>{stamp(us)}  [0:      swapper/0:    1] {text}",
    "journal_verbose": lambda us, text: (
        f"    _TRANSPORT=kernel\n    _SOURCE_MONOTONIC_TIMESTAMP={us}\n    MESSAGE={text}\nend"
    ),
    "journal_export": lambda us, text: (
        f"_TRANSPORT=kernel\n_SOURCE_MONOTONIC_TIMESTAMP={us}\nMESSAGE={text}\n"
    ),
    "dmesg_formats": lambda us, text: f"[Mon Nov 23 04:27:14 2026] {stamp(us)} {text}",
}  # fmt: skip


def stamp(us: int) -> str:
    return f"[{us // 10**6:5d}.{us % 10**6:06d}]"


@given(boots(), st.sampled_from(sorted(WRAPPINGS)))
def test_what_a_tool_wraps_is_unwrapped(
    calls: list[tuple[str, str | None, str, int, int]], name: str
) -> None:
    plain = render(calls, caller=False).decode().splitlines()
    frames = DMESG.frames(plain)
    wrapped = "\n".join(WRAPPINGS[name](frame.time_us or 0, frame.text) for frame in frames)
    (boot,) = parse_log(wrapped.encode(), framing=name).boots
    got = [(c.function, c.module, c.thread, c.returned, c.reported_us) for c in boot.initcalls]
    assert got == calls
    assert [c.span_us for c in boot.initcalls] == [took for *_, took in calls]


def log(order: list[str], shift_us: int) -> bytes:
    lines = ["[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"]
    lines.append("[    0.000000] Kernel command line: kvm-arm.mode=protected")
    now = 1_000_000 + shift_us
    for name in order:
        for text in MESSAGES[name]:
            lines.append(f"[{now // 10**6:5d}.{now % 10**6:06d}] {text}")
            now += 137
    return "\n".join(lines).encode()


MESSAGES = {
    "ffa": ["calling  ffa_init+0x0/0x1 @ 1", "ARM FF-A: Driver version 1.1",
            "initcall ffa_init+0x0/0x1 returned 0 after 5 usecs"],
    "kvm": ["calling  kvm_arm_init+0x0/0x1 @ 1",
            "kvm [1]: Protected nVHE mode initialized successfully",
            "initcall kvm_arm_init+0x0/0x1 returned 0 after 5 usecs"],
    "finalize": ["calling  finalize_pkvm+0x0/0x1 @ 1",
                 "initcall finalize_pkvm+0x0/0x1 returned 0 after 5 usecs"],
    "ima": ["calling  init_ima+0x0/0x1 @ 1", "initcall init_ima+0x0/0x1 returned 0 after 5 usecs"],
    "tpm": ["tpm_tis c000000.tpm_tis: 2.0 TPM (device-id 0x1, rev-id 1)"],
    "net": ["calling  net_dev_init+0x0/0x1 @ 1",
            "initcall net_dev_init+0x0/0x1 returned 0 after 5 usecs"],
    "user": ["Run /init as init process"],
}  # fmt: skip
ORDERS = st.lists(st.sampled_from(sorted(MESSAGES)), unique=True, min_size=1)


@given(ORDERS, st.integers(0, 10**9))
def test_shifting_all_times_changes_no_verdict(order: list[str], shift_us: int) -> None:
    here = analyse(log(order, 0)).report
    there = analyse(log(order, shift_us)).report
    assert [(f.signature, f.basis) for f in here.findings] == [
        (f.signature, f.basis) for f in there.findings
    ]
    assert here.verdict == there.verdict


@settings(max_examples=200)
@given(ORDERS)
def test_luck_is_never_told_without_its_reason(order: list[str]) -> None:
    for finding in analyse(log(order, 0)).report.findings:
        if finding.outcome == "fragile":
            assert finding.basis in ("link_order", "observed")
            assert len(finding.evidence) == 2
        if finding.basis == "level" and finding.outcome == "pass":
            assert finding.level_source != "unknown"


def test_an_order_and_its_reverse_never_both_pass(tmp_path: Path) -> None:
    """Over all permutations of four events, by two rules that contradict each other."""
    for number, (first, then) in enumerate((("kvm", "ffa"), ("ffa", "kvm")), 1):
        names = {"kvm": "kvm_arm_init", "ffa": "ffa_init"}
        (tmp_path / f"R00{number}.yaml").write_text(
            f"schema: 1\nid: RR00{number}\nname: r\ntitle: r\nseverity: error\nwhy: w\nfix: f\n"
            f"check: {{kind: order, first: {{initcall: {names[first]}, edge: end}},"
            f" then: {{initcall: {names[then]}}}}}\n"
        )
    pack = load_pack(str(tmp_path))
    for order in permutations(("ffa", "kvm", "ima", "user")):
        one, other = analyse(log(list(order), 0), packs=[pack]).report.findings
        assert {one.outcome, other.outcome} in ({"pass", "fail"}, {"fragile", "fail"})
