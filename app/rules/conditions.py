"""When a rule applies. Three answers: yes, no, and "this log cannot tell"."""

from typing import Annotated, cast

from app.rules.facts import Facts
from app.rules.hints import After, Limits, TextLimits
from app.rules.markers import MARKERS
from app.rules.seen import Seen
from app.rules.selectors import Glob, Selector, of_marker
from parsers.named import NamedTuple
from parsers.pattern import pattern
from parsers.record import record

_RANGE = pattern(r"(>=|<=|<|>|==)\s*(\d+(?:\.\d+){0,2})")
_RELEASE = pattern(r"(\d+)\.(\d+)(?:\.(\d+))?")


class Answer(NamedTuple):
    """``holds`` is None where the log cannot tell; ``reason`` says why, in words."""

    holds: bool | None
    reason: str


def _range(value: str) -> str:
    for part in value.split(","):
        if _RANGE.fullmatch(part.strip()) is None:
            raise ValueError("write a kernel range as '>=6.5' or '>=6.5,<7.2'")
    return value


KernelRange = Annotated[str, TextLimits(max_length=100), After(_range)]
"""Bounds that all hold, as in ``>=6.5,<7.2``; ``==6.12`` is any 6.12."""


_SOME = Limits(min_length=1, max_length=20)


@record
class Condition:
    """Exactly one test, or ``all``, ``any`` or ``not`` of others.

    ``marker`` was seen; it may be narrowed with ``before``, another marker's first
    line. ``cmdline`` is a glob over the words of the command line, ``kernel`` a range
    of versions, ``arch`` a glob over the kernel's own names of architectures
    (``arm64``, ``x86_64``). ``present`` and ``absent`` are selectors.
    """

    all_: Annotated[tuple["Condition", ...], _SOME] | None = None
    any_: Annotated[tuple["Condition", ...], _SOME] | None = None
    not_: "Condition | None" = None
    marker: Glob | None = None
    before: Glob | None = None
    cmdline: Glob | None = None
    kernel: KernelRange | None = None
    arch: Glob | None = None
    present: Selector | None = None
    absent: Selector | None = None

    def __post_init__(self) -> None:
        tests = [
            self.all_, self.any_, self.not_, self.marker, self.cmdline, self.kernel, self.arch,
            self.present, self.absent,
        ]  # fmt: skip
        if sum(test is not None for test in tests) != 1:
            raise ValueError(
                "a condition is exactly one of all, any, not, marker, cmdline, kernel, arch,"
                " present, absent"
            )
        if self.before is not None and self.marker is None:
            raise ValueError("'before' goes with 'marker'")

    def test(self, facts: Facts, head_markers: frozenset[str]) -> Answer:
        """Ask the log. ``head_markers`` are those that only its first lines can show.

        ``reason`` is written so that it can follow "does not apply:".
        """
        if self.all_ is not None:
            answers = [part.test(facts, head_markers) for part in self.all_]
            return _conjunction(answers)
        if self.any_ is not None:
            answers = [part.test(facts, head_markers) for part in self.any_]
            return _disjunction(answers)
        if self.not_ is not None:
            return _negation(self.not_.test(facts, head_markers))
        if self.marker is not None:
            return self._test_marker(facts, head_markers, self.marker)
        return self._test_plain(facts)

    def _test_marker(self, facts: Facts, head_markers: frozenset[str], name: str) -> Answer:
        selector = of_marker(name)
        found = selector.find_all(facts, 1)
        if found and self.before is not None:
            limit = of_marker(self.before).find(facts)
            if not limit or found[0].line < limit[0].line:
                return Answer(True, f"{_shown(facts, found[0])}, before {self.before}")
            return Answer(False, f"{name} only after {self.before}")
        if found:
            return Answer(True, _shown(facts, found[0]))
        known = not selector.lacks(facts)
        if name in head_markers:
            known = facts.boot.coverage.head and facts.boot.kernel.cmdline is not None
        about = f" ({MARKERS[name]})" if name in MARKERS and name.startswith("log.") else ""
        return Answer(False if known else None, f"{name} not seen{about}")

    def _test_plain(self, facts: Facts) -> Answer:
        kernel = facts.boot.kernel
        if self.cmdline is not None:
            if kernel.cmdline is None:
                return Answer(None, "the command line is not in the log")
            holds = any(map(facts.steps.matcher((self.cmdline,)), kernel.cmdline.split()))
            return Answer(holds, f"command line {'has' if holds else 'lacks'} {self.cmdline}")
        if self.kernel is not None:
            return test_kernel(kernel.release, self.kernel)
        if self.arch is not None:
            if kernel.arch is None:
                return Answer(None, "the architecture is not in the log")
            fits = facts.steps.matcher((self.arch,))(kernel.arch)
            return Answer(bool(fits), f"architecture is {kernel.arch}")
        if self.present is not None:
            return _test_seen(self.present, facts)
        return _negation(_test_seen(cast(Selector, self.absent), facts))


def _shown(facts: Facts, seen: Seen) -> str:
    return f"{seen.name} at line {seen.line} ({facts.body(seen.line)})"


def _test_seen(selector: Selector, facts: Facts) -> Answer:
    if selector.count(facts) or selector.indices(facts):
        return Answer(True, f"{selector.label} seen")
    unknown = selector.lacks(facts) or selector.doubtful(facts)
    return Answer(None if unknown else False, f"{selector.label} not seen")


def _negation(answer: Answer) -> Answer:
    return Answer(None if answer.holds is None else not answer.holds, answer.reason)


def _conjunction(answers: list[Answer]) -> Answer:
    return _decided(answers, by=False)


def _disjunction(answers: list[Answer]) -> Answer:
    return _decided(answers, by=True)


def _decided(answers: list[Answer], *, by: bool) -> Answer:
    """Kleene's logic: one answer ``by`` decides, else one "cannot tell" does."""
    for answer in answers:
        if answer.holds is by:
            return answer
    unknown = [answer.reason for answer in answers if answer.holds is None]
    if unknown:
        return Answer(None, "; ".join(unknown[:2]))
    return Answer(not by, "; ".join(answer.reason for answer in answers))


def test_kernel(release: str | None, wanted: str) -> Answer:
    """Whether a release is in a range of versions."""
    found = _RELEASE.match(release or "")
    if found is None:
        return Answer(None, "the kernel's version is not in the log")
    version = tuple(int(part or 0) for part in found.groups())
    for sign, bound in _RANGE.findall(wanted):
        limit = tuple(int(number) for number in bound.split("."))
        same = version[: len(limit)]
        holds = {
            ">=": same >= limit, "<=": same <= limit, ">": same > limit,
            "<": same < limit, "==": same == limit,
        }[sign]  # fmt: skip
        if not holds:
            return Answer(False, f"kernel {release} is not {wanted}")
    return Answer(True, f"kernel {release}")
