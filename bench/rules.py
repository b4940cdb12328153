"""CPU of judging alone: 200 rules of every kind and selector on a boot of 5,000 initcalls."""

import gc
import re
from collections.abc import Iterator
from itertools import islice
from statistics import median
from typing import Any

from app.adapters import adapter
from app.rules.engine import judge
from app.rules.facts import Facts
from app.rules.globs import matcher
from app.rules.kinds import MarkerMeaning
from app.rules.model import Pack, PackHeader, Rule
from bench.measure import self_cpu
from parsers import Capture, parse_log

INITCALLS, RULES, REPEATS = 5_000, 200, 31
_LEVELS = ("early", "0", "1", "2", "3", "3s", "4", "4s", "5", "5s", "rootfs", "6", "6s", "7", "7s")
_PER_LEVEL = INITCALLS // len(_LEVELS) + 1
_WORDS = ("clk", "net", "usb", "pci", "gpio", "i2c", "spi", "mmc", "dma", "irq")


def run() -> Iterator[str]:
    """One line; judging a boot for the first time, its indexes made anew each time."""
    capture, pack = boot(), rules()
    taken = []
    for _ in range(REPEATS):
        gc.collect()
        matcher.cache_clear()
        re.purge()
        before = self_cpu()
        findings = judge([pack], Facts(capture.boots[0], capture.lines, capture.framing))
        taken.append((self_cpu() - before) * 1e3)
    outcomes = [found.outcome for found in findings]
    kinds = ", ".join(f"{outcomes.count(name)} {name}" for name in dict.fromkeys(outcomes))
    yield (
        f"judge {len(pack.rules)} rules on {len(capture.boots[0].initcalls):,} initcalls:"
        f" {median(taken):.1f} ms CPU, at best {min(taken):.1f} ({kinds})"
    )


def boot() -> Capture:
    """A made-up boot that ends well: calls at every level, probes, deferrals, messages."""
    lines = [
        "Linux version 6.12.117 (aarch64-linux-gnu-gcc)",
        "Kernel command line: kvm-arm.mode=protected quiet",
    ]
    symbols = []
    for i in range(INITCALLS):
        word, level = _WORDS[i % len(_WORDS)], _LEVELS[i // _PER_LEVEL]
        name = f"{word}_drv{i}_init"
        symbols.append(
            f"{0xFFFF800010000000 + 4 * i:x} d __initcall__kmod_{word}{i % 300}__"
            f"{i}_{i % 90 + 10}_{name}{level}"
        )
        lines.append(f"calling  {name}+0x0/0x28 @ 1")
        if i % 2 == 0:
            lines.append(f"{word} {word}{i}: registered as device {i}, revision {i % 7}")
        if i % 3 == 0:
            lines.append(f"probe of {word}{i}.{i % 4} returned 0 after {i % 900} usecs")
        if i % 50 == 7:
            lines.append(f"probe of {word}-late{i} returned 517 after 12 usecs")
        if i % 1_000 == 0:
            lines.append("ARM FF-A: Driver version 1.1")
        lines.append(f"initcall {name}+0x0/0x28 returned {0 if i % 70 else -19} after 12 usecs")
    late = [
        f"probe of {_WORDS[i % 10]}-late{i} returned 0 after 40 usecs"
        for i in range(7, INITCALLS, 50)
    ]
    text = [
        f"[{17 * place // 10**6:5d}.{17 * place % 10**6:06d}] {line}"
        for place, line in enumerate([*lines, *late, "Run /init as init process"])
    ]
    return parse_log("\n".join(text).encode(), symbols="\n".join(symbols).encode())


def rules() -> Pack:
    """As many rules of each kind, no two of them alike, by every sort of selector."""
    header = PackHeader(
        schema_=1, pack="bench", version="1.0.0", title="For measuring",
        markers={"ffa.up": MarkerMeaning(initcalls=("clk_drv0_init",), probe="arm-ffa")},
    )  # fmt: skip
    made = adapter(Rule)
    checks = islice(_checks(), RULES)
    return Pack(
        header=header,
        rules=tuple(made.validate_python(_rule(i, check)) for i, check in enumerate(checks)),
    )


def _rule(number: int, check: dict[str, Any]) -> dict[str, Any]:
    about = {
        "schema": 1, "id": f"BENCH{number:03d}", "name": "made-up", "title": "Made up",
        "severity": ("error", "warning", "note")[number % 3], "why": "To measure.",
        "fix": "None.", "check": check,
    }  # fmt: skip
    condition = _condition(number)
    return about | ({"applies_when": condition} if condition else {})


def _condition(i: int) -> dict[str, Any] | None:
    return (
        None,
        {"marker": "ffa.up"},
        {"all": [{"kernel": ">=6.1"}, {"cmdline": "kvm-arm.mode=*"}]},
        {"present": {"initcall": f"*_drv{i}_init"}},
        {"any": [{"absent": {"message": f"*no such thing {i}*"}}, {"marker": "userspace.start"}]},
        None,
    )[i // 8 % 6]


def _checks() -> Iterator[dict[str, Any]]:
    i = 0
    while True:
        i += 1
        for kind in (_order, _sequence, _level, _returns, _present, _absent, _deferral, _deadline):
            yield kind(i)


def _order(i: int) -> dict[str, Any]:
    return {"kind": "order", "first": _selector(i), "then": _selector(i + (2500, 45)[i % 2])}


def _sequence(i: int) -> dict[str, Any]:
    return {"kind": "sequence", "steps": [_named(i), _selector(i + 900), _named(i + 4000)]}


def _level(i: int) -> dict[str, Any]:
    bounds = {"at": _LEVELS[i % 15]} if i % 2 else {"min": "1", "max": "6"}
    return {"kind": "level", "of": _selector(i * 7), **bounds}


def _returns(i: int) -> dict[str, Any]:
    selector = _selector(i * 3)
    if "probe" not in selector and "initcall" not in selector:
        selector = {"probe": f"{_WORDS[i % 10]}*"}
    accept = (0, "non_negative", [0, -19])[i % 3]
    return {
        "kind": "returns",
        "of": selector,
        "accept": accept,
        "also_accept": {f"*_drv{i}?_init": "any", f"*_drv{i}??_init": [-19]},
    }


def _present(i: int) -> dict[str, Any]:
    return {"kind": "present", "what": [_selector(i * 11), _selector(i * 13 + 1)]}


def _absent(i: int) -> dict[str, Any]:
    what = (
        {"message": f"*device {i}?? failed*"},
        {"initcall": f"*_broken{i}_*"},
        {"probe": f"broken{i}.?"},
        {"marker": ["kernel.panic", f"no.{i}.*"]},
    )[i % 4]
    return {"kind": "absent", "what": what, "unless": _selector(i * 5)}


def _deferral(i: int) -> dict[str, Any]:
    before = {"before": _selector(i * 17)} if i % 2 else {}
    return {
        "kind": "deferral",
        "device": f"{_WORDS[i % 10]}-*{i % 4}?",
        "unless": f"none{i}*",
        **before,
    }


def _deadline(i: int) -> dict[str, Any]:
    if i % 3 == 0:
        return {"kind": "deadline", "from": _selector(i), "to": _named(i + 3000), "at_most": "1 s"}
    of = (
        {"initcall": "*", "level": _LEVELS[i % 15]},
        {"probe": f"*{i % 10}.?"},
        {"initcall": f"{_WORDS[i % 10]}_*"},
    )[i // 3 % 3]
    return {
        "kind": "deadline",
        "of": of,
        "at_most": "100 ms",
        "clock": "reported" if i % 2 else "span",
    }


def _named(i: int) -> dict[str, Any]:
    return {"initcall": [f"{_WORDS[i % len(_WORDS)]}_drv{i}_init"]}


def _selector(i: int) -> dict[str, Any]:
    """One of each sort by turns; real rules have more markers and fewer globs."""
    i %= INITCALLS
    word = _WORDS[i % len(_WORDS)]
    return (
        _named(i) | {"edge": "end"},
        {"marker": "ffa.up", "pick": "last"},
        {"initcall": [f"*_drv{i}_init", f"none{i}_*"]},
        {"message": f"{word} *: registered as device {i // 2 * 2},*"},
        {"marker": "userspace.start"},
        {"initcall": [f"former{i}_init", *_named(i)["initcall"]], "pick": "all"},
        {"probe": f"{word}{i // 3 * 3}.*"},
        {"initcall": f"{word}_drv{i // 100}*", "level": [_LEVELS[i % 15]], "pick": "all"},
        {"marker": f"*.up{i % 2 * '*'}"},
        {"initcall": "*_init", "module": f"{word}{i % 300}", "pick": "last"},
        {"message": f"*{word}{i // 2 * 2}[:,] registered*"},
        {"probe": f"{word}*", "pick": "last"},
    )[i % 12]
