"""Asynchronous calls: their threads, those who wait, the probes in them."""

from collections.abc import Callable

from parsers import Boot

Parse = Callable[..., Boot]


def test_calls_waits_and_probes(boot: Parse) -> None:
    parsed = boot(
        "[    0.100000][    T1] calling  scsi_init+0x0/0x1 @ 1",
        "[    0.110000][   T45] calling  2_do_scan+0x0/0x1 @ 45",
        "[    0.120000][   T45] probe of sda returned 0 after 5 usecs",
        "[    0.130000][    T1] async_waiting @ 1",
        "[    0.140000][   T45] initcall 2_do_scan+0x0/0x1 returned after 30000 usecs",
        "[    0.150000][    T1] async_continuing @ 1 after 20000 usec",
        "[    0.160000][    T1] probe of sdb returned 0 after 5 usecs",
        "[    0.170000][    T1] initcall scsi_init+0x0/0x1 returned 0 after 70000 usecs",
    )
    (call,) = parsed.async_calls
    assert (call.cookie, call.function, call.thread) == (2, "do_scan", "45")
    assert (call.line_called, call.line_returned, call.reported_us) == (2, 5, 30_000)
    assert (call.start_us, call.end_us) == (110_000, 140_000)
    (wait,) = parsed.async_waits
    assert (wait.thread, wait.parent) == ("1", 0)
    assert (wait.line_waiting, wait.line_continuing, wait.reported_us) == (4, 6, 20_000)
    assert [(p.device, p.async_call, p.parent) for p in parsed.probes] == [
        ("sda", 0, None),
        ("sdb", None, 0),
    ]
    assert len(parsed.initcalls) == 1, "an asynchronous call is no initcall"


def test_calls_whose_other_half_is_lost(boot: Parse) -> None:
    parsed = boot(
        "[    0.110000] calling  2_do_scan+0x0/0x1 @ 45",
        "[    0.120000] initcall 1_do_scan+0x0/0x1 returned after 7 usecs",
        "[    0.130000] async_waiting @ 9",
        "[    0.140000] async_continuing @ 1 after 12 usec",
    )
    begun, ended = parsed.async_calls
    assert (begun.cookie, begun.line_called, begun.line_returned) == (2, 1, None)
    assert (ended.cookie, ended.line_called, ended.line_returned) == (1, None, 2)
    (wait,) = parsed.async_waits
    assert (wait.thread, wait.line_continuing) == ("9", None)


def test_one_kworker_runs_calls_one_after_another(boot: Parse) -> None:
    parsed = boot(
        "[    0.100000][    T7] calling  1_a+0x0/0x1 @ 7",
        "[    0.110000][    T7] initcall 1_a+0x0/0x1 returned after 1 usecs",
        "[    0.120000][    T7] calling  2_a+0x0/0x1 @ 7",
        "[    0.130000][    T7] probe of b returned 0 after 5 usecs",
        "[    0.140000][    T7] initcall 2_a+0x0/0x1 returned after 1 usecs",
        "[    0.150000][    T7] probe of c returned 0 after 5 usecs",
    )
    assert [probe.async_call for probe in parsed.probes] == [1, None]
