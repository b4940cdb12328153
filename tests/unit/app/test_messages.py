"""Messages found by glob in a small and in a huge boot, and whose they are."""

import pytest

from app.adapters import adapter
from app.rules import facts as facts_module
from app.rules import line_search
from app.rules.facts import Facts
from app.rules.globs import matcher
from app.rules.selectors import Selector
from parsers import parse_log

LINES = [
    "Linux version 6.12",
    "calling  outer_init+0x0/0x10 @ 1",
    "usb usb1: device 1 is new",
    "calling  inner_init+0x0/0x10 @ 1",
    "probe of usb1 returned 0 after 7 usecs",
    "initcall inner_init+0x0/0x10 returned 0 after 1 usecs",
    "usb usb2: device 2 is new",
    "initcall outer_init+0x0/0x10 returned 0 after 1 usecs",
    "Run /init as init process",
]
LOG = "\n".join(f"[    0.{n:06d}] {line}" for n, line in enumerate(LINES)).encode()
GLOBS = ("usb *: device * is new", "*device [12]*", "calling *", "*usb1*", "*", "?sb*", "*: no*")


def made(log: bytes = LOG) -> Facts:
    capture = parse_log(log)
    return Facts(capture.boots[0], capture.lines, capture.framing)


@pytest.mark.parametrize("kept", [0, 65_536])
@pytest.mark.parametrize("unparted", [0, 12])
def test_every_way_to_search_finds_the_same(
    monkeypatch: pytest.MonkeyPatch, kept: int, unparted: int
) -> None:
    monkeypatch.setattr(line_search, "_KEPT_LINES", kept)
    monkeypatch.setattr(line_search, "_UNPARTED", unparted)
    monkeypatch.setattr(line_search, "_BLOCK", 2)
    facts = made(LOG)
    for glob in GLOBS:
        expected = [n + 1 for n, line in enumerate(LINES) if matcher((glob,))(line)]
        assert [frame.line for frame in facts.said((glob,))] == expected, glob
        assert facts.said((glob,)) is facts.said((glob,))


def test_many_lines_that_fit_are_found_by_their_rarest_part() -> None:
    more = [*LINES[:-1], *(f"usb usb{n}: device {n} is old" for n in range(40)), LINES[-1]]
    log = "\n".join(f"[    0.{n:06d}] {line}" for n, line in enumerate(more)).encode()
    found = made(log).said(("usb *: device * is ne[w]",))
    assert [frame.line for frame in found] == [3, 7]
    assert len(made(log).said(("usb *: device ?? is ol[d]",))) == 30


def test_answers_are_kept_up_to_a_number_of_hits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts_module, "_KEPT", 4)
    facts = made()
    first = facts.named(("outer_init",), None, None, asynchronous=False)
    assert list(first) == [0]
    assert list(facts.named(("*_init",), None, None, asynchronous=False)) == [0, 1]
    assert list(facts.named(("*",), None, None, asynchronous=False)) == [0, 1]
    assert list(facts.named(("outer_init",), None, None, asynchronous=False)) == [0]


def test_whose_a_message_is_where_threads_differ() -> None:
    texts = [
        ("T1", "Linux version 6.12"),
        ("T1", "calling  a_init+0x0/0x10 @ 1"),
        ("T9", "calling  b_init+0x0/0x10 @ 9"),
        ("T1", "hello"), ("T9", "hello"), ("T5", "hello"), ("C0", "hello"),
        ("T9", "initcall b_init+0x0/0x10 returned 0 after 1 usecs"),
        ("T9", "hello"),
        ("T1", "initcall a_init+0x0/0x10 returned 0 after 1 usecs"),
        ("T1", "calling  deferred_probe_initcall+0x0/0x10 @ 1"),
        ("T5", "hello"),
        ("T1", "initcall deferred_probe_initcall+0x0/0x10 returned 0 after 1 usecs"),
        ("T5", "hello"),
    ]  # fmt: skip
    log = "\n".join(f"[    0.{n:06d}][{t:>6}] {text}" for n, (t, text) in enumerate(texts))
    select = adapter(Selector).validate_python({"message": "hello", "pick": "all"})
    inside = [seen.inside for seen in select.find(made(log.encode()))]
    assert inside == [0, 1, None, None, None, 2, None]


def test_without_threads_a_message_is_of_the_one_open_call() -> None:
    texts = [
        "Linux version 6.12", "hello", "calling  a_init+0x0/0x10 @ 1", "hello",
        "calling  b_init+0x0/0x10 @ 9", "hello",
        "initcall b_init+0x0/0x10 returned 0 after 1 usecs", "hello",
        "initcall a_init+0x0/0x10 returned 0 after 1 usecs", "hello",
    ]  # fmt: skip
    log = "\n".join(f"[    0.{n:06d}] {text}" for n, text in enumerate(texts)).encode()
    select = adapter(Selector).validate_python({"message": "hello", "pick": "all"})
    assert [seen.inside for seen in select.find(made(log))] == [None, 0, None, 0, None]
