"""The thread that tells: it looks at what was uploaded, and sends until it is received.

What it has to do is in memory: at least once while the process lives, nothing after it. A
receiver that is slow or away holds up neither uploads nor, for long, the others.
"""

import heapq
import random
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import count
from queue import Empty, Full, Queue

from app.labels import Label
from app.printable import printable
from app.service import Service
from app.webhooks.delivery import Delivery, Post, post
from app.webhooks.hooks import Hook
from app.webhooks.turns import turn
from parsers import BootscopeError

MAX_WAITING = 1000
"""Uploads that wait to be looked at, and messages that wait to be sent."""
PAUSES = (1.0, 5.0, 30.0, 120.0, 600.0, 1800.0, 3600.0)
"""Seconds between tries, and half as many again by chance; then it is given up."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """An upload that is to be looked at."""

    hook: Hook
    log_id: str
    server: str


class Notifier:
    """Told of each upload; tells whoever a hook names. Without hooks it does nothing."""

    def __init__(
        self,
        service: Service,
        hooks: Sequence[Hook],
        *,
        send: Post = post,
        pauses: Sequence[float] = PAUSES,
        complain: Callable[[str], None] | None = None,
    ) -> None:
        self._service, self._hooks = service, tuple(hooks)
        self._send, self._pauses = send, tuple(pauses)
        self._complain = complain or _to_stderr
        self._seen: Queue[_Seen | None] = Queue(MAX_WAITING)
        self._due: list[tuple[float, int, int, Delivery]] = []
        self._order = count()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def uploaded(self, log_id: str, labels: Iterable[Label], server: str) -> None:
        """A new log was kept. Never waits: what finds no room is told on stderr, and lost."""
        held = {*labels}
        for hook in self._hooks:
            if held.issuperset(hook.labels):
                self._begin()
                try:
                    self._seen.put_nowait(_Seen(hook, log_id, server))
                except Full:
                    self._complain(f"webhook {printable(hook.name)}: too many uploads wait")

    def close(self, seconds: float = 5.0) -> None:
        """Look at what waits, send what is due, and end; what must be tried again is lost."""
        thread = self._thread
        if thread is not None:
            deadline = time.monotonic() + seconds
            try:
                self._seen.put(None, timeout=seconds)
            except Full:
                return
            thread.join(max(0.0, deadline - time.monotonic()))

    def _begin(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(
                    target=self._run, name="bootscope-webhooks", daemon=True
                )
                self._thread.start()

    def _run(self) -> None:
        while True:
            wait = max(0.0, self._due[0][0] - time.monotonic()) if self._due else None
            try:
                seen = self._seen.get(timeout=wait)
            except Empty:
                self._send_due()
                continue
            if seen is None:
                self._send_due()
                for _, _, _, delivery in self._due:
                    self._give_up(delivery, "the server ends")
                return
            self._look_at(seen)
            self._send_due()

    def _look_at(self, seen: _Seen) -> None:
        try:
            found = turn(self._service, seen.hook, seen.log_id, seen.server)
        except BootscopeError:
            return  # the log was deleted in the meantime
        except Exception as error:  # a store that is away must not end the thread
            name = printable(seen.hook.name)
            self._complain(f"webhook {name}: {seen.log_id}: {type(error).__name__}")
            return
        if found is None:
            return
        if len(self._due) >= MAX_WAITING:
            self._give_up(found, "too many messages wait")
            return
        self._put(found, 0, time.monotonic())

    def _put(self, delivery: Delivery, tries: int, at: float) -> None:
        heapq.heappush(self._due, (at, next(self._order), tries, delivery))

    def _send_due(self) -> None:
        """What is due now, each once; more may have become due by then."""
        now = time.monotonic()
        due = []
        while self._due and self._due[0][0] <= now:
            due.append(heapq.heappop(self._due))
        for _, _, tries, delivery in due:
            try:
                wrong = self._send(delivery)
            except Exception as error:  # nothing that a receiver does ends the thread
                wrong = type(error).__name__
            if not wrong:
                continue
            if tries >= len(self._pauses):
                self._give_up(delivery, wrong)
                continue
            pause = self._pauses[tries] * random.uniform(1, 1.5)  # noqa: S311
            self._put(delivery, tries + 1, time.monotonic() + pause)

    def _give_up(self, delivery: Delivery, why: str) -> None:
        name = printable(delivery.hook.name)
        self._complain(f"webhook {name}: {delivery.key} was not delivered: {why}")


def _to_stderr(text: str) -> None:
    print(f"bootscope: {text}", file=sys.stderr, flush=True)
