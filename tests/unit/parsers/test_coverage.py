"""The clock of a log."""

from parsers.coverage import ClockWatch


def test_a_log_without_stamps_has_no_clock() -> None:
    clock = ClockWatch()
    clock.see(1, None)
    assert clock.verdict == "none"


def test_steps_back_are_kept_by_line() -> None:
    clock = ClockWatch()
    for line, time_us in enumerate((10_000, 8_000, None, 5_999), 1):
        clock.see(line, time_us)
    assert clock.verdict == "steps_back"
    assert clock.steps == [(4, 2001)]
