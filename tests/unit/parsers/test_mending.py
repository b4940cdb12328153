"""Messages mended where no doubt is left, and those that are not."""

from collections.abc import Callable

import pytest

from parsers import Boot
from parsers.mending import glued, wrapped

Parse = Callable[..., Boot]
RETURNED = "initcall init_sd+0x0/0x16b [sd_mod] returned 0 after 13 usecs"
CALLED = "calling  audit_init+0x0/0x1b0 @ 1"


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        (f" sdc:{RETURNED}", RETURNED),
        (f" sdc: sdc1 {RETURNED}  ", RETURNED),
        (f"Freeing{CALLED}", CALLED),
        (RETURNED, None),
        (f"[    T1] {RETURNED}", None),
        (f"pci 0000:00:00.0: {CALLED}", None),
        (f"pci 0000:00:1f.0: PM: {CALLED}, parent: pci0000:00", None),
        (f"{RETURNED} and more", None),
        ("x initcall a returned 0 after 1 usecs", None),
        ("nothing of the kind", None),
    ],
)
def test_a_message_glued_to_another_text(text: str, whole: str | None) -> None:
    assert glued(text) == whole


@pytest.mark.parametrize(
    ("text", "following", "whole"),
    [
        ("initcall init_sd+0x0/0x16b [sd_mod] returned 0 after", "13 usecs", RETURNED),
        ("initcall init_sd+0x0/0x16b [sd_mod] returned 0", "> after 13 usecs", RETURNED),
        ("calling  audit_init+0x0/0x", "1b0 @ 1", CALLED),
        ("calling  audit_init+0x0/0x1b0 @ 1 x", "y", None),
        ("calling  audit_init+0x0/0x1b0", "", None),
        ("calling  audit_init+0x0/0x1b0", "@ 1" + " " * 400, None),
        ("something", "else", None),
    ],
)
def test_a_message_that_was_wrapped(text: str, following: str, whole: str | None) -> None:
    assert wrapped(text, following) == whole


def test_mended_lines_are_named_and_count(boot: Parse) -> None:
    parsed = boot(
        "[    0.000000] Linux version 6.12",
        "[    0.100000] calling  init_sd+0x0/0x16b [sd_mod] @ 1",
        f"[    0.200000]  sdc:{RETURNED}",
        "[    0.300000] calling  a+0x0/0x",
        "1 @ 1",
        "[    0.4 0000] initcall a+0x0/0x1 returned 0 after 5 usecs",
        "[    0.500000] calling  b+0x0/0x",
        "[    0.600000] c",
        "[    0.700000] calling  last+0x0/0x",
    )
    assert [(c.function, c.line_called, c.line_returned) for c in parsed.initcalls[:2]] == [
        ("init_sd", 2, 3),
        ("a", 4, 6),
    ]
    assert parsed.initcalls[1].end_us is None, "what the stamp was cannot be known"
    assert (parsed.counts.torn_lines, parsed.counts.mended_lines) == (3, 3)
    notes = [(d.code, d.line) for d in parsed.diagnostics]
    assert notes[:3] == [("mended_line", 3), ("mended_line", 4), ("torn_line", 6)]
    assert "3 lines torn by other text, 3 of them read all the same." in parsed.coverage.notes


def test_a_damaged_stamp_before_anything_else_is_left_alone(boot: Parse) -> None:
    parsed = boot("[    0.000000] Linux version 6.12", "9    1.434170] usb 1-1: new device")
    assert parsed.counts.framed == 1
