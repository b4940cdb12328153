"""Calling and returned lines into calls."""

from parsers.framings import Frame
from parsers.grammars import Called, Returned
from parsers.pairing import Pairing


def frame(line: int, thread: str | None = None) -> Frame:
    return Frame(line, line * 1000, thread, "", False)


def test_a_pair() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("a", None, "1"))
    pairing.finish(frame(2), Returned("a", None, -19, 7))
    (call,) = pairing.calls
    assert (call.line_called, call.line_returned, call.returned, call.reported_us) == (1, 2, -19, 7)
    assert (call.start_us, call.end_us, call.thread, call.parent) == (1000, 2000, "1", None)


def test_the_same_function_many_times() -> None:
    pairing = Pairing()
    for line in (1, 3, 5):
        pairing.call(frame(line), Called("phy_module_init", None, "1"))
        pairing.finish(frame(line + 1), Returned("phy_module_init", None, 0, 0))
    assert [call.occurrence for call in pairing.calls] == [1, 2, 3]
    assert [call.line_returned for call in pairing.calls] == [2, 4, 6]


def test_a_module_is_another_function() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("init", "one", "7"))
    pairing.call(frame(2), Called("init", "two", "8"))
    pairing.finish(frame(3), Returned("init", "one", 0, 0))
    assert [call.line_returned for call in pairing.calls] == [3, None]
    assert [call.occurrence for call in pairing.calls] == [1, 1]


def test_innermost_first_and_nesting() -> None:
    pairing = Pairing()
    outer = pairing.call(frame(1), Called("a", None, "1"))
    pairing.call(frame(2), Called("a", None, "1"))
    pairing.finish(frame(3), Returned("a", None, 1, 0))
    pairing.finish(frame(4), Returned("a", None, 2, 0))
    assert [call.returned for call in pairing.calls] == [2, 1]
    assert [call.parent for call in pairing.calls] == [None, outer]


def test_the_callers_thread_decides_between_equals() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("a", "m", "7"))
    pairing.call(frame(2), Called("a", "m", "8"))
    pairing.finish(frame(3, "7"), Returned("a", "m", 0, 0))
    assert [call.line_returned for call in pairing.calls] == [3, None]


def test_a_thread_that_fits_no_candidate_takes_the_latest() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("a", None, "1"))
    pairing.finish(frame(2, "99"), Returned("a", None, 0, 0))
    assert pairing.calls[0].line_returned == 2


def test_an_orphan_is_kept() -> None:
    pairing = Pairing()
    pairing.finish(frame(1, "1"), Returned("a", None, 0, 5))
    (call,) = pairing.calls
    assert (call.line_called, call.start_us, call.line_returned, call.thread) == (
        None,
        None,
        1,
        "1",
    )
    assert call.line == 1


def test_what_a_message_was_printed_in() -> None:
    pairing = Pairing()
    assert pairing.running(None) is None
    assert pairing.running("1") is None
    first = pairing.call(frame(1), Called("a", None, "1"))
    assert pairing.running(None) == pairing.running("1") == first
    second = pairing.call(frame(2), Called("b", "m", "7"))
    assert pairing.running(None) is None, "two threads are at it: the log does not tell"
    assert pairing.running("7") == second
    assert pairing.open_call("a") == first
    assert pairing.open_call("c") is None


def test_a_call_whose_thread_went_on_has_lost_its_return() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("lost", None, "1"))
    pairing.call(frame(2), Called("lost_too", None, "1"))
    pairing.call(frame(3), Called("after", None, "1"))
    pairing.finish(frame(4), Returned("after", None, 0, 0))
    pairing.call(frame(5), Called("hung", None, "7"))
    pairing.finish(frame(6), Returned("orphan", None, 0, 0))
    pairing.settle()
    lost, too, after, hung, orphan = pairing.calls
    assert lost.return_lost and too.return_lost
    assert after.parent is None, "nothing is nested in a call that was over"
    assert not hung.return_lost and not orphan.return_lost


def test_an_outer_return_closes_what_stood_above_it() -> None:
    pairing = Pairing()
    pairing.call(frame(1), Called("a", None, "1"))
    pairing.call(frame(2), Called("b", None, "1"))
    pairing.finish(frame(3), Returned("a", None, 0, 0))
    assert pairing.running("1") is None
    pairing.finish(frame(4), Returned("b", None, 0, 0))
    assert pairing.calls[1].line_returned == 4


def test_old_kernels_print_no_pid() -> None:
    pairing = Pairing()
    pairing.call(frame(1, "1"), Called("a", None, None))
    assert pairing.calls[0].thread == "1"
