"""Where each name of a long list stands in it."""

from collections import defaultdict
from collections.abc import Iterable, Sequence


class Places:
    """The places of each name. Most names have one: a list for each would cost more.

    ``last`` has the last place of each, in the order in which they first came.
    """

    def __init__(self, names: Sequence[str], first: int = 0) -> None:
        self._first = first
        self.last = dict(zip(names, range(first, first + len(names)), strict=True))
        self._earlier: defaultdict[str, list[int]] = defaultdict(list)
        if len(self.last) < len(names):
            for place, name in enumerate(names, first):
                if self.last[name] != place:
                    self._earlier[name].append(place)

    def of_these(self, names: list[int]) -> list[int]:
        """As ``of``, by where the names are among those of ``last``."""
        if not self._earlier:
            return [self._first + name for name in names] if self._first else names
        every = [*self.last]
        return self.of([every[name] for name in names])

    def of(self, names: Iterable[str]) -> list[int]:
        """The places of these names, all of which are there, in order."""
        names = [*names]
        found = [self.last[name] for name in names]
        if self._earlier:
            for name in names:
                found += self._earlier.get(name, ())
        return sorted(found)
