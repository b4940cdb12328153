"""A first rule of each kind, commented, to be edited: it passes lint and its own tests."""

from typing import NamedTuple

SCHEMA_FILE = "rule.schema.json"
_HEAD = """\
# yaml-language-server: $schema={schema}
# What every key means: docs/rules.md, or 'bootscope rules schema rule'.
schema: 1
id: {id}
name: {name}  # names the fault
title: {title}  # states the requirement
status: draft  # draft and preview are shown but never count; then stable
severity: warning  # error | warning | note
tags: []
why: |
  What goes wrong, and how one notices, for someone who never met it.
fix: |
  - A way out. Cost: what it costs.
references:
  - "file.c, function(), Linux 6.12"
# Conditions: cmdline, kernel, arch, marker, present, absent, all, any, not.
# applies_when:
#   all: [{{kernel: ">=6.5"}}, {{marker: ffa.up}}]
# What a log must have for a pass: initcall_debug, head, userspace, times.
needs: [{needs}]
"""
_EXAMPLES = """\
# The examples are the rule's tests ('bootscope rules test') and its documentation.
examples:
  - name: as it should be
    expect: pass
    log: |
{good}
  - name: the fault
    expect: fail
    log: |
{bad}
"""
_FIRST = "[    0.000000] Linux version 6.12.0 (aarch64-linux-gnu-gcc)"
_LAST = "[    9.000000] Run /init as init process"


class _Start(NamedTuple):
    """What differs from kind to kind. ``good`` and ``bad`` are lines between the same two."""

    name: str
    title: str
    check: str
    good: tuple[str, ...]
    bad: tuple[str, ...]
    needs: str = "initcall_debug"


def _call(function: str, at: int, returned: int = 0) -> tuple[str, str]:
    return (
        f"[    {at}.000000] calling  {function}+0x0/0x10 @ 1",
        f"[    {at}.500000] initcall {function}+0x0/0x10 returned {returned} after 500000 usecs",
    )


_PROBED = "[    2.000000] probe of dev0 returned 0 after 90 usecs"
_DEFERRED = "[    1.000000] probe of dev0 returned 517 after 90 usecs"
_STARTS: dict[str, _Start] = {
    "order": _Start(
        "mine-before-yours", "Mine comes after yours",
        """\
check:
  kind: order
  first: {initcall: misc_init, edge: end}  # or a list: the first that the log has
  then: {initcall: late_trace_init}
  guarantee: dependency  # weakest basis that passes: level or dependency
messages:  # {first} {then} with .time .level .line, {gap}, {because}
  fail: "{then} came {gap} before {first}. {because}"
""",
        (*_call("misc_init", 1), *_call("late_trace_init", 2)),
        (*_call("late_trace_init", 1), *_call("misc_init", 2)),
    ),
    "sequence": _Start(
        "one-out-of-line", "These come one after the other",
        """\
check:
  kind: sequence
  steps:  # each is over before the next begins
    - {initcall: misc_init}
    - {initcall: populate_rootfs, optional: true}
    - {initcall: late_trace_init}
""",
        (*_call("misc_init", 1), *_call("late_trace_init", 2)),
        (*_call("late_trace_init", 1), *_call("misc_init", 2)),
    ),
    "level": _Start(
        "mine-too-late", "Mine runs at fs level or earlier",
        """\
check:
  kind: level
  of: {initcall: [misc_init, late_trace_init]}
  max: 5  # or 'at: [5, rootfs]', or 'min'
""",
        _call("misc_init", 1),
        _call("late_trace_init", 1),
    ),
    "returns": _Start(
        "mine-fails", "Mine returns without an error",
        """\
check:
  kind: returns
  of: {initcall: "mine_*"}
  accept: 0  # a value, a list, any, or non_negative
  ignore: [-19]  # no such device: neither good nor bad
  at_least: 1
messages:  # {names} {count} {good} {what} {end}
  fail: "{names}."
""",
        _call("mine_init", 1),
        _call("mine_init", 1, -22),
    ),
    "present": _Start(
        "mine-missing", "Mine is up",
        """\
check:
  kind: present
  what: {message: "mine: ready*"}
  contradicted_by: [{message: "mine: *failed*"}]
""",
        ("[    1.000000] mine: ready at last",),
        ("[    1.000000] mine: probe failed",),
        "",
    ),
    "absent": _Start(
        "mine-complains", "Mine does not complain",
        """\
check:
  kind: absent
  what: {message: "mine: *error*"}
  unless: {message: "mine: error corrected"}
messages:  # {what} {what.line} {names} {count} {text}
  fail: "It complains {count} times: {text}"
""",
        ("[    1.000000] mine: error corrected",),
        ("[    1.000000] mine: bus error",),
        "",
    ),
    "deferral": _Start(
        "mine-stays-deferred", "Mine does not stay deferred",
        """\
check:
  kind: deferral
  device: "dev*"
""",
        (_DEFERRED, _PROBED),
        (_DEFERRED,),
        "",
    ),
    "deadline": _Start(
        "mine-is-slow", "Mine takes no longer than a second",
        """\
check:
  kind: deadline
  of: {initcall: mine_init}  # or 'from' and 'to'
  at_most: 1 s  # us, ms, s
  clock: span  # the stamps; or 'reported', the kernel's "after N usecs"
""",
        _call("mine_init", 1),
        ("[    1.000000] calling  mine_init+0x0/0x10 @ 1",
         "[    3.000000] initcall mine_init+0x0/0x10 returned 0 after 2000000 usecs"),
        "initcall_debug, times",
    ),
}  # fmt: skip


def skeleton(rule_id: str, kind: str, schema: str = SCHEMA_FILE) -> str:
    """A rule file of ``kind`` to begin with; ``schema`` is where editors find the schema."""
    start = _STARTS[kind]
    head = _HEAD.format(
        id=rule_id, name=start.name, title=start.title, schema=schema, needs=start.needs
    )
    logs = {
        what: "\n".join(f"      {line}" for line in (_FIRST, *lines, _LAST))
        for what, lines in (("good", start.good), ("bad", start.bad))
    }
    return head + start.check + _EXAMPLES.format(**logs)
