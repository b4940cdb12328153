"""A boot as rules see it."""

from dataclasses import replace

from app.adapters import adapter
from app.rules.facts import Facts
from app.rules.selectors import Selector
from parsers import Diagnostic, Marker, parse_log


def test_a_probe_without_a_time_is_around_nothing() -> None:
    log = b"[    1.0] x\n[    1.000000] ARM FF-A: Driver version 1.1\n" + (
        b"[    1.100000] probe of arm-ffa returned 0 after 200000 usecs\n"
    )  # fmt: skip
    capture = parse_log(log)
    boot = capture.boots[0]
    facts = Facts(boot, capture.lines)
    seen = facts.seen(boot.markers[0])
    assert facts.probe_around("arm-ffa", seen) == boot.probes[0]
    assert facts.probe_around("other", seen) is None
    untimed = replace(boot, probes=(replace(boot.probes[0], time_us=None),))
    assert Facts(untimed, capture.lines).probe_around("arm-ffa", seen) is None


def test_levels_as_people_write_them() -> None:
    capture = parse_log(b"[    1.000000] ARM FF-A: Driver version 1.1\n")
    facts = Facts(capture.boots[0], capture.lines)
    seen = facts.seen(capture.boots[0].markers[0])
    assert seen.level_text == "unknown"
    assert seen._replace(levels=("6", "6")).level_text == "6"
    assert seen._replace(levels=("5", "rootfs")).level_text == "5..rootfs"


def test_what_is_odd_about_a_log_is_told_even_where_diagnostics_are_capped() -> None:
    log = b"[    0.000000] Linux version 6.12\n[    2.000000] x\n[    1.000000] y\n"
    capture = parse_log(log + b"[    3.000000] ** 5 printk messages dropped **\n")
    boot = capture.boots[0]
    lines = {name: [m.line for m in found] for name, found in odd(Facts(boot, capture.lines))}
    assert lines == {"log.clock_back": [3], "log.dropped": [4]}
    capped = Facts(replace(boot, diagnostics=()), capture.lines)
    assert {name: [m.line for m in found] for name, found in odd(capped)} == {
        "log.clock_back": [1],
        "log.dropped": [1],
    }
    other = Diagnostic(code="trace_mismatch", line=None, detail="")
    assert dict(odd(Facts(replace(boot, diagnostics=(other,)), capture.lines)))


def odd(facts: Facts) -> list[tuple[str, list[Marker]]]:
    return [(name, found) for name, found in facts.markers.items() if name.startswith("log.")]


def test_messages_are_those_of_the_boot_in_its_framing() -> None:
    one = b"[    0.000000] Linux version 6.12\n[    5.000000] one\nNOTICE: BL1\n"
    two = b"[    0.000000] Linux version 6.12\n[    1.000000] two\nlogin:\n"
    capture = parse_log(one + two)
    texts = [
        [frame.text for frame in Facts(boot, capture.lines, framing).messages.frames]
        for boot in capture.boots
        for framing in (None, "dmesg")
    ]
    assert texts[0] == texts[1] == ["Linux version 6.12", "one", "NOTICE: BL1"]
    assert texts[2] == texts[3] == ["Linux version 6.12", "two", "login:"]


def test_a_message_after_an_outer_call_returned_is_in_none() -> None:
    capture = parse_log(
        b"[    0.000000] Linux version 6.12\n"
        b"[    1.000000] calling  outer+0x0/0x10 @ 1\n"
        b"[    1.100000] calling  inner+0x0/0x10 @ 1\n"
        b"[    1.200000] hello\n"
        b"[    1.300000] initcall outer+0x0/0x10 returned 0 after 1 usecs\n"
        b"[    1.400000] hello\n"
        b"[    1.500000] initcall inner+0x0/0x10 returned 0 after 1 usecs\n"
        b"[    1.600000] hello\n"
    )
    facts = Facts(capture.boots[0], capture.lines)
    hits = adapter(Selector).validate_python({"message": "hello", "pick": "all"}).find(facts)
    assert [seen.inside for seen in hits] == [1, None, None]
