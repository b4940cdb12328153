"""When a rule applies, in words."""

import re
from collections.abc import Iterator

from app.rule_docs.prose import code
from app.rules.conditions import Condition
from app.rules.markers import MARKERS
from app.rules.selectors import Selector
from parsers.record import values

_BOUND = re.compile(r"(>=|<=|<|>|==)\s*([\d.]+)")
_BOUNDS = {">=": "{} and later", ">": "later than {}", "<=": "up to {}", "<": "before {}",
           "==": "{}"}  # fmt: skip


def kernel_words(bounds: str) -> str:
    """``>=6.5,<7.2`` as ``6.5 and later, before 7.2``."""
    return ", ".join(_BOUNDS[sign].format(version) for sign, version in _BOUND.findall(bounds))


def kernels(condition: Condition | None) -> str:
    """The kernels that a rule is for, in words: those that its condition demands."""
    demanded = [one.kernel for one in _demanded(condition) if one.kernel is not None]
    return "; ".join(map(kernel_words, demanded)) or "any"


def _demanded(condition: Condition | None) -> Iterator[Condition]:
    if condition is not None:
        yield condition
        for part in condition.all_ or ():
            yield from _demanded(part)


def told(condition: Condition, depth: int = 0) -> Iterator[str]:
    """A condition as lines of a Markdown list."""
    indent = "  " * depth
    for word, parts in (("all", condition.all_), ("any", condition.any_)):
        if parts is not None:
            yield f"{indent}- {word} of these hold:"
            for part in parts:
                yield from told(part, depth + 1)
    if condition.not_ is not None:
        inner = condition.not_
        if inner.all_ is None and inner.any_ is None and inner.not_ is None:
            yield f"{indent}- not: {_plain(inner)}"
        else:
            yield f"{indent}- not:"
            yield from told(inner, depth + 1)
    elif condition.all_ is None and condition.any_ is None:
        yield f"{indent}- {_plain(condition)}"


def _plain(condition: Condition) -> str:
    if condition.marker is not None:
        before = f", before {code(condition.before)}" if condition.before else ""
        meaning = MARKERS.get(condition.marker)
        return code(condition.marker) + before + (f" ({meaning})" if meaning else "")
    if condition.kernel is not None:
        return f"Linux {kernel_words(condition.kernel)}"
    if condition.cmdline is not None:
        return f"the command line has {code(condition.cmdline)}"
    if condition.arch is not None:
        return f"the architecture is {code(condition.arch)}"
    if condition.present is not None:
        return f"the log has {selected(condition.present)}"
    if condition.absent is not None:
        return f"the log lacks {selected(condition.absent)}"
    given = {name: value for name, value in values(condition).items() if value is not None}
    return ", ".join(f"{name.rstrip('_')} {code(str(value))}" for name, value in given.items())


def selected(selector: Selector) -> str:
    """What a selector points at."""
    lists = [(key, value) for key, value in values(selector).items() if isinstance(value, tuple)]
    kind, listed = next((key, value) for key, value in lists if key != "level")
    names = " or ".join(map(code, listed))
    what = _KINDS.get(kind, kind.rstrip("_"))
    more = [f"{key} {code(value)}" for key in ("module", "driver", "before")
            if (value := getattr(selector, key)) is not None]  # fmt: skip
    if selector.level is not None:
        more.append(f"level {' or '.join(selector.level)}")
    return f"{what} {names}" + (f" ({', '.join(more)})" if more else "")


_KINDS = {
    "initcall": "the initcall", "async_": "the asynchronous call of", "probe": "a probe of",
    "marker": "the marker", "message": "a message like",
}  # fmt: skip
