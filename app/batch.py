"""One upload, one log or several: each kept and judged by itself."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from app.archives import Contents, Packed, Refused, SetAside, kept, open_archive
from app.errors import TimeIsUp
from app.gate import code_of_all
from app.labels import Label
from app.printable import printable
from app.report import VERDICTS, Policy, worst_code
from app.rules.model import Pack
from app.service import Captured, Service, Submission
from parsers import InputError, UnknownFraming

_TOLD = 5
Submit = Callable[[Captured], Submission]


@dataclass(frozen=True, slots=True)
class Judged:
    """A log of an archive by the name it has there, and what became of it."""

    name: str
    done: Submission | InputError

    @property
    def exit_code(self) -> int:
        """0, 1 or 5 by its report; 3 where it could not be read."""
        if isinstance(self.done, InputError):
            return self.done.exit_code
        return code_of_all(self.done.report, Policy())


@dataclass(frozen=True, slots=True)
class Batch:
    """What became of the logs of one archive, in its order."""

    logs: tuple[Judged, ...]
    set_aside: tuple[SetAside, ...]

    @property
    def kept(self) -> list[tuple[str, Submission]]:
        """The logs that were judged, by name."""
        return [(log.name, log.done) for log in self.logs if not isinstance(log.done, InputError)]

    @property
    def worst(self) -> tuple[str, Submission]:
        """The log with the worst verdict, by name; the first of equals."""
        return min(self.kept, key=lambda named: VERDICTS.index(named[1].report.verdict))

    @property
    def exit_code(self) -> int:
        """The worst of all, one that could not be read among them."""
        return worst_code([log.exit_code for log in self.logs])


def submit_all(
    service: Service,
    given: Captured,
    framing: str | None = None,
    guests: Sequence[Pack] = (),
    labels: tuple[Label, ...] = (),
) -> Submission | Batch:
    """Keep and judge an upload: a log, or an archive with several.

    ``guests`` are packs that judge besides, for this answer alone; each log of an archive
    gets the ``labels``. One log, and what was
    captured beside it, answers as if they came unpacked. Logs of an archive that cannot
    be read do not keep the others from being kept. Raises InputError as submit does, and
    where an archive has no log that can be read.
    """
    settings = service.settings
    deadline = time.monotonic() + settings.max_seconds
    contents = open_archive(
        given.log, max_bytes=settings.max_log_bytes, max_logs=settings.max_logs, deadline=deadline
    )

    def submit(log: Captured) -> Submission:
        return service.submit(log, framing=framing, guests=guests, labels=labels)

    if contents is None:
        return submit(given)
    batch = _judge_all(submit, given, contents, deadline)
    if not batch.kept:
        raise _none_kept(batch)
    if len(batch.logs) == 1 and not batch.set_aside:
        return batch.kept[0][1]
    return batch


def _judge_all(submit: Submit, given: Captured, contents: Contents, deadline: float) -> Batch:
    aside = list(contents.set_aside)
    logs = []
    for packed in contents.logs:
        if isinstance(packed, Refused):
            logs.append(Judged(packed.name, packed.error))
            continue
        if time.monotonic() > deadline:
            late = TimeIsUp(
                "The time for one upload was over before this log's turn.",
                hint="Send the archive again: what was judged is not judged twice.",
            )
            logs.append(Judged(packed.name, late))
            continue
        done, unused = _judge_one(submit, given, packed)
        logs.append(Judged(packed.name, done))
        aside += unused
    return Batch(tuple(logs), tuple(aside))


def _judge_one(
    submit: Submit, given: Captured, packed: Packed
) -> tuple[Submission | InputError, list[SetAside]]:
    """One log. What came beside the archive counts over what is in it.

    Companions of the archive that cannot be used do not take the log along.
    """
    log = Captured(packed.content, f"{given.name}/{packed.name}", given.symbols, given.trace)
    own = [file for file in (packed.symbols, packed.trace) if file is not None]
    with_own = replace(
        log,
        symbols=log.symbols or (packed.symbols.content if packed.symbols else None),
        trace=log.trace or (packed.trace.content if packed.trace else None),
    )
    try:
        done = submit(with_own)
    except InputError as error:
        if with_own == log:
            return kept(error), []
        try:
            done = submit(log)
        except InputError as second:
            return kept(second), []
        return done, [SetAside(file.name, f"Not used: {error}") for file in own]
    used = (with_own.symbols, with_own.trace)
    why = "Not used: another one was sent beside the archive."
    return done, [SetAside(file.name, why) for file in own if file.content not in used]


def _none_kept(batch: Batch) -> InputError:
    told = [f"{printable(log.name)}: {log.done}" for log in batch.logs[:_TOLD]]
    told += [f"{printable(file.name)}: {file.why}" for file in batch.set_aside[:_TOLD]]
    return UnknownFraming(
        f"No log of this archive can be read. {' '.join(told)}".strip(),
        hint="Send what dmesg, journalctl -k or the serial console gave.",
    )
