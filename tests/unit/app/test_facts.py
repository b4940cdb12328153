"""A boot as rules see it."""

from dataclasses import replace

from app.rules.facts import Facts
from parsers import parse_log


def test_a_probe_without_a_time_is_around_nothing() -> None:
    log = b"[    1.0] x\n[    1.000000] ARM FF-A: Driver version 1.1\n" + (
        b"[    1.100000] probe of arm-ffa returned 0 after 200000 usecs\n"
    )  # fmt: skip
    capture = parse_log(log)
    boot = capture.boots[0]
    facts = Facts(boot, capture.lines)
    seen = facts.marker(boot.markers[0])
    assert facts.probe_around("arm-ffa", seen) == boot.probes[0]
    assert facts.probe_around("other", seen) is None
    untimed = replace(boot, probes=(replace(boot.probes[0], time_us=None),))
    assert Facts(untimed, capture.lines).probe_around("arm-ffa", seen) is None


def test_levels_as_people_write_them() -> None:
    capture = parse_log(b"[    1.000000] ARM FF-A: Driver version 1.1\n")
    facts = Facts(capture.boots[0], capture.lines)
    seen = facts.marker(capture.boots[0].markers[0])
    assert seen.level_text == "unknown"
    assert seen._replace(levels=("6", "6")).level_text == "6"
    assert seen._replace(levels=("5", "rootfs")).level_text == "5..rootfs"
