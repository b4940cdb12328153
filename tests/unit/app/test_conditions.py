"""When a rule applies: yes, no, and "this log cannot tell"."""

import pytest

from app.adapters import adapter
from app.rules.conditions import Answer, Condition
from app.rules.facts import Facts
from parsers import parse_log

HEAD = "[    0.000000] Linux version 6.12.117 (aarch64-linux-gnu-gcc)"
CMDLINE = "[    0.000000] Kernel command line: quiet kvm-arm.mode=nvhe"
FFA = "[    1.000000] ARM FF-A: Driver version 1.1"
IMA = "[    2.000000] ima: Allocated hash algorithm: sha256"
USERSPACE = "[    9.000000] Run /init as init process"
WHOLE = (HEAD, CMDLINE, FFA, IMA, USERSPACE)
DEBUGGED = (HEAD, "[    1.000000] calling  hung+0x0/0x10 @ 1", USERSPACE)
CUT = (HEAD, CMDLINE, FFA)
HEADLESS = (FFA, USERSPACE)


def answer(condition: dict[str, object], lines: tuple[str, ...]) -> Answer:
    capture = parse_log("\n".join(lines).encode())
    facts = Facts(capture.boots[0], capture.lines)
    return adapter(Condition).validate_python(condition).test(facts, frozenset({"pkvm.requested"}))


@pytest.mark.parametrize(
    ("condition", "lines", "holds"),
    [
        ({"marker": "ffa.up"}, WHOLE, True),
        ({"marker": "tpm.registered"}, WHOLE, False),
        ({"marker": "tpm.registered"}, CUT, None),
        ({"marker": "tpm.registered"}, HEADLESS, None),
        ({"marker": "pkvm.requested"}, CUT, False),
        ({"marker": "pkvm.requested"}, HEADLESS, None),
        ({"marker": "ffa.up", "before": "ima.start"}, WHOLE, True),
        ({"marker": "ima.start", "before": "ffa.up"}, WHOLE, False),
        ({"marker": "ffa.up", "before": "tpm.registered"}, WHOLE, True),
        ({"marker": "tpm.registered", "before": "ffa.up"}, WHOLE, False),
        ({"cmdline": "kvm-arm.mode=*"}, WHOLE, True),
        ({"cmdline": "kvm-arm.mode"}, WHOLE, False),
        ({"cmdline": "quiet"}, HEADLESS, None),
        ({"kernel": ">=6.5"}, WHOLE, True),
        ({"kernel": ">=6.5,<6.12"}, WHOLE, False),
        ({"kernel": "<=6.12"}, WHOLE, True),
        ({"kernel": ">6.12"}, WHOLE, False),
        ({"kernel": "==6.12.117"}, WHOLE, True),
        ({"kernel": ">=6"}, HEADLESS, None),
        ({"arch": "arm64"}, WHOLE, True),
        ({"arch": "x86_64"}, WHOLE, False),
        ({"arch": "arm64"}, HEADLESS, None),
        ({"present": {"message": "ima: *"}}, WHOLE, True),
        ({"present": {"initcall": "ffa_init"}}, WHOLE, None),
        ({"present": {"initcall": "ffa_init"}}, DEBUGGED, False),
        ({"present": {"initcall": "hung"}}, DEBUGGED, True),
        ({"present": {"initcall": "hung", "level": 6}}, DEBUGGED, None),
        ({"present": {"initcall": "ffa_init"}}, CUT, None),
        ({"absent": {"initcall": "ffa_init"}}, DEBUGGED, True),
        ({"marker": "ffa.*"}, WHOLE, True),
        ({"marker": "ffa.deferred"}, WHOLE, None),
        ({"marker": "ffa.deferred"}, DEBUGGED, False),
        ({"marker": "log.head_lost"}, CUT, False),
        ({"marker": "log.head_lost"}, HEADLESS, True),
        ({"arch": "arm*"}, WHOLE, True),
        ({"absent": {"marker": "ffa.up"}}, CUT, False),
        ({"not": {"marker": "ffa.up"}}, WHOLE, False),
        ({"not": {"marker": "tpm.registered"}}, CUT, None),
        ({"all": [{"marker": "ffa.up"}, {"arch": "arm64"}]}, WHOLE, True),
        ({"all": [{"marker": "tpm.registered"}, {"arch": "x86_64"}]}, CUT, False),
        ({"all": [{"marker": "tpm.registered"}, {"arch": "arm64"}]}, CUT, None),
        ({"any": [{"marker": "tpm.registered"}, {"arch": "arm64"}]}, CUT, True),
        ({"any": [{"marker": "tpm.registered"}, {"arch": "x86_64"}]}, CUT, None),
        ({"any": [{"marker": "tpm.registered"}, {"arch": "x86_64"}]}, WHOLE, False),
    ],
)
def test_three_answers(
    condition: dict[str, object], lines: tuple[str, ...], holds: bool | None
) -> None:
    got = answer(condition, lines)
    assert got.holds is holds
    assert got.reason


def test_dropped_messages_make_absence_a_question() -> None:
    lines = (*WHOLE, "[    9.500000] ** 3 printk messages dropped **")
    assert answer({"marker": "tpm.registered"}, lines).holds is None


def test_the_reason_shows_the_line() -> None:
    assert answer({"marker": "ffa.up"}, WHOLE).reason == (
        "ffa.up at line 3 (ARM FF-A: Driver version 1.1)"
    )


def test_a_head_marker_needs_the_command_line() -> None:
    assert answer({"marker": "pkvm.requested"}, (HEAD, FFA, USERSPACE)).holds is None
