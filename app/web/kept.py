"""Answers that cost much to make and are asked for again soon, kept for a while."""

from collections import OrderedDict
from threading import Lock


class KeptTexts:
    """A few texts by name, the longest unused forgotten first; never more than ``most`` bytes."""

    def __init__(self, most: int = 32 * 2**20) -> None:
        self._most = most
        self._size = 0
        self._texts: OrderedDict[str, bytes] = OrderedDict()
        self._lock = Lock()

    def get(self, name: str) -> bytes | None:
        """The text kept under a name, if it is still there."""
        with self._lock:
            if name in self._texts:
                self._texts.move_to_end(name)
            return self._texts.get(name)

    def keep(self, name: str, text: bytes) -> None:
        """Keep a text; one that is larger than all may be is not kept."""
        with self._lock:
            self._size += len(text) - len(self._texts.pop(name, b""))
            self._texts[name] = text
            while self._size > self._most:
                _, oldest = self._texts.popitem(last=False)
                self._size -= len(oldest)
