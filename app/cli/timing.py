"""What the steps of a command took, for ``--verbose``."""

import time
from collections.abc import Iterator

_PHASES = ("read", "pair")
_LAST = "report"


class Stopwatch:
    """CPU time of this process by step; the same step again adds to it."""

    def __init__(self) -> None:
        self.taken: dict[str, float] = {}
        self._since = time.process_time()

    def done(self, step: str) -> None:
        """``step`` is over, and the next one begins."""
        now = time.process_time()
        self.taken[step] = self.taken.get(step, 0.0) + now - self._since
        self._since = now

    def lines(self) -> Iterator[str]:
        """Phases in their order, then rules, the slowest first. The first rule that asks
        something of a boot pays for the index that others use too.
        """
        rules = {s: t for s, t in self.taken.items() if s not in (*_PHASES, _LAST)}
        phases = {step: self.taken.get(step, 0.0) for step in _PHASES}
        phases |= {f"judge, {len(rules)} rules": sum(rules.values())}
        phases |= {_LAST: self.taken.get(_LAST, 0.0)}
        yield "CPU time in ms:"
        for step, seconds in phases.items():
            yield f"{seconds * 1e3:9.2f}  {step}"
        for rule, seconds in sorted(rules.items(), key=lambda one: -one[1]):
            yield f"{seconds * 1e3:9.2f}    {rule}"
