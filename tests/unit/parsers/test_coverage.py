"""The clock of a log."""

from parsers.coverage import ClockWatch


def test_a_log_without_stamps_has_no_clock() -> None:
    assert ClockWatch().verdict == "none"


def test_a_clock_that_stepped_back() -> None:
    clock = ClockWatch()
    clock.last_us = 5_999
    assert clock.verdict == "monotonic"
    clock.steps.append((4, 2001))
    assert clock.verdict == "steps_back"
