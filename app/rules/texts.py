"""Many texts searched by glob, all at once; what it costs is counted."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress, count, islice, repeat
from operator import add, contains

from app.rules.globs import matcher, plain_parts
from app.rules.steps import SCANNED, Steps

_OFTEN = 8
"""Where a plain part is in more than one text of so many, each is tested by itself."""

_FEW = 16
"""How many places are so few that no rarer part is looked for."""


_SPARSE = 30
"""Where a part is in fewer than one text of so many, going from one to the next is quicker
than asking all."""


_HEAD = 3
"""Characters of a text by which those are grouped that begin alike."""


_SHORT, _SHORTISH = 12, 32
_MUCH = 300_000
"""Characters of a text in which only the shortest parts are looked for from its end."""


def backwards(part: str, size: int) -> bool:
    """Whether a part is looked for from the end of so many characters.

    CPython's ``rfind`` is two to four times as fast as ``find`` then. At worst it compares
    all of a part at every place, which is what it is reckoned at.
    """
    return len(part) <= (_SHORT if size > _MUCH else _SHORTISH)


def scanned(part: str, size: int) -> int:
    """The steps that it takes to look for ``part`` in so many characters."""
    each = max(2, len(part) // 6) if backwards(part, size) else 1
    return size * each // SCANNED


class Joined:
    """Many texts as one, each in a line, so that a part of any is found at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self._texts = texts
        self.text = "\n".join(texts)

    @cached_property
    def _starts(self) -> list[int]:
        lengths = map(len, self._texts)
        return [*map(add, accumulate(lengths, initial=0), count())]  # each has a line end

    def places(self, parts: Sequence[str], most: int, steps: Steps) -> list[int] | None:
        """The places of the texts that may hold all ``parts``, by the rarest of them.

        None where that would be more than ``most``. The longest is looked for first, and
        is rare enough where few texts hold it.
        """
        often: list[str] = []
        for part in sorted(parts, key=len, reverse=True):
            steps.spend(scanned(part, len(self.text)))
            found = [*islice(self._holding(part), _FEW + 1)]
            if len(found) <= _FEW:
                return sorted(found)
            often.append(part)
        steps.spend(len(often) * len(self.text) // SCANNED)
        counts = {part: self.text.count(part) for part in often}
        rarest = min(counts, key=counts.__getitem__, default="")
        if not rarest or counts[rarest] > most:
            return None
        if counts[rarest] * _SPARSE > len(self._texts):
            return [*compress(count(), map(contains, self._texts, repeat(rarest)))]
        return sorted(self._holding(rarest))

    def _holding(self, part: str) -> Iterator[int]:
        last = backwards(part, len(self.text))
        return self._backwards(part) if last else self._forwards(part)

    def _forwards(self, part: str) -> Iterator[int]:
        found = self.text.find(part)
        while found >= 0:
            place = bisect_right(self._starts, found)
            yield place - 1
            found = self.text.find(part, self._starts[place])

    def _backwards(self, part: str) -> Iterator[int]:
        found = self.text.rfind(part)
        while found >= 0:
            place = bisect_right(self._starts, found) - 1
            yield place
            found = self.text.rfind(part, 0, self._starts[place])


class Texts:
    """Many texts, searched by glob: first for a plain part of it, in all at once."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self._joined = Joined(texts)

    def fitting(self, globs: tuple[str, ...], steps: Steps) -> list[int]:
        """The places of the texts that fit any of ``globs``, in order."""
        if len(globs) == 1:
            return self._fitting(globs[0], steps)
        return sorted({place for glob in globs for place in self._fitting(glob, steps)})

    @cached_property
    def _by_head(self) -> dict[str, list[int]]:
        """The places of the texts by their first characters."""
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for place, text in enumerate(self.texts):
            groups[text[:_HEAD]].append(place)
        return {**groups}

    def _candidates(self, glob: str, steps: Steps) -> list[int] | None:
        """The places of those that may fit; None: too many do."""
        parts = plain_parts(glob)
        if len(parts) == 1 and glob == f"{parts[0]}*" and len(glob) > _HEAD:
            steps.spend(scanned(parts[0], len(self._joined.text)))
            return self._by_head.get(glob[:_HEAD], [])
        return self._joined.places(parts, len(self.texts) // _OFTEN, steps)

    def _fitting(self, glob: str, steps: Steps) -> list[int]:
        places = self._candidates(glob, steps)
        if places is None:
            steps.spend_on((glob,), len(self.texts), len(self._joined.text))
            return [*compress(count(), map(matcher((glob,)), self.texts))]
        if not places:  # and nothing to compile
            return []
        texts = [*map(self.texts.__getitem__, places)]
        steps.spend_on((glob,), len(texts), sum(map(len, texts)))
        return [*compress(places, map(matcher((glob,)), texts))]
