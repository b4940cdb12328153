"""What an uploaded archive holds: logs, what was captured beside them, and the rest."""

import time
from collections.abc import Sequence

from parsers import InputError, InputTooLarge
from parsers.detect import choose
from parsers.framings.base import TRACE
from parsers.named import NamedTuple
from parsers.source import logs_in, read_source

_MAX_NAME = 200


class SetAside(NamedTuple):
    """A file of an archive that is no log, and why it was not used."""

    name: str
    why: str


class File(NamedTuple):
    """A file of an archive."""

    name: str
    content: bytes


class Packed(NamedTuple):
    """One log of an archive, and the companions that can only be its own."""

    name: str
    content: bytes
    symbols: File | None = None
    trace: File | None = None


class Refused(NamedTuple):
    """A file of an archive that cannot be read as a log."""

    name: str
    error: InputError


class Contents(NamedTuple):
    """The files of an archive in its order; symbols without a log of their own apart."""

    logs: Sequence[Packed | Refused]
    set_aside: Sequence[SetAside]


def open_archive(data: bytes, *, max_bytes: int, max_logs: int, deadline: float) -> Contents | None:
    """Sort out the files of an archive; None where there is nothing to sort.

    That is a plain log, and an archive of one file, which is read as a plain log is.
    Beside one log, one table of symbols and one trace go with that log. Raises
    InputTooLarge where it holds over ``max_logs`` logs, and as read_source does.
    ``deadline`` is on the monotonic clock: what is not looked at by then is a log.
    """
    files = logs_in(data, "", max_bytes=max_bytes)
    if len(files) < 2:
        return None
    logs: list[Packed | Refused] = []
    traces: list[Packed] = []
    symbols: list[File] = []
    aside: list[SetAside] = []
    for path, content in files:
        name = _shortened(path.removeprefix("/"))
        if _is_packers_own(name):
            continue
        if len(logs) == max_logs:
            raise InputTooLarge(
                f"The archive holds more than {max_logs:,} logs.",
                hint="Send fewer of them at once.",
            )
        found = _look(File(name, content), max_bytes) if time.monotonic() < deadline else None
        if isinstance(found, SetAside):
            aside.append(found)
        elif found == "symbols":
            symbols.append(File(name, content))
        elif isinstance(found, Refused):
            logs.append(found)
        else:
            logs.append(log := Packed(name, content))
            traces += [log] if found == "trace" else []
    logs, unused = _give_companions(logs, symbols, traces)
    return Contents(logs, aside + unused)


def _give_companions(
    logs: list[Packed | Refused], symbols: list[File], traces: list[Packed]
) -> tuple[list[Packed | Refused], list[SetAside]]:
    """``traces`` are among the logs: each is one, unless it goes with the only other."""
    readable = [log for log in logs if isinstance(log, Packed)]
    others = [log for log in readable if all(log is not trace for trace in traces)]
    trace = traces[0] if len(others) == len(traces) == 1 else None
    mine = others if trace else readable
    if len(mine) == 1:
        table = symbols[0] if len(symbols) == 1 else None
        own = Packed(
            mine[0].name, mine[0].content, table, trace and File(trace.name, trace.content)
        )
        logs = [own if log is mine[0] else log for log in logs if log is not trace]
        symbols = [] if table else symbols
    why = (
        "A table of symbols, not a log, and there is not just one log and one table here:"
        " send it with the log that it belongs to."
    )
    return logs, [SetAside(table.name, why) for table in symbols]


def _look(file: File, max_bytes: int) -> str | SetAside | Refused:
    """What a file is, by its content: ``log``, ``symbols``, ``trace``, or no use."""
    from parsers import read_symbol_table, symbol_kind

    if symbol_kind(file.content, max_bytes=max_bytes) is not None:
        try:
            read_symbol_table(file.content, max_bytes=max_bytes)
        except InputError as error:
            return SetAside(file.name, f"Not used: {error}")
        return "symbols"
    try:
        lines = read_source(file.content, max_bytes=max_bytes).lines
        return "trace" if choose(lines)[0].name == TRACE else "log"
    except InputError as error:
        return Refused(file.name, kept(error))


def kept(error: InputError) -> InputError:
    """An error to be told later, without the frames it came through and what they hold."""
    error.__traceback__ = error.__cause__ = error.__context__ = None
    return error


def _is_packers_own(name: str) -> bool:
    """Whether the packing program made this file up by itself."""
    return name.startswith("__MACOSX/") or name.rpartition("/")[2].startswith(("._", ".DS_Store"))


def _shortened(name: str) -> str:
    return name if len(name) <= _MAX_NAME else f"…{name[1 - _MAX_NAME :]}"
