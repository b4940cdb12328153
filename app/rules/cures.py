"""The capture that would decide what a log left open."""

from collections.abc import Collection

from pydantic import BaseModel, ConfigDict

from app.rules.facts import Facts


class Cure(BaseModel):
    """What to do for a log that can tell.

    ``capture`` is an order to the reader, without a full stop; ``anchor`` the section
    of docs/capturing.md (the page /help/capturing) that says how.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    capture: str
    anchor: str


BESIDE_A_TRACE = Cure(
    capture="send the log of the same boot, and this trace beside it", anchor="levels"
)
_DEBUG = "initcall_debug ignore_loglevel"
_BUFFER = "log_buf_len=16M"
_TO_THE_END = "keep the log until user space starts"


def cure_of(facts: Facts, needs: Collection[str] | None, *, trace: bool) -> Cure | None:
    """What the log lacks for a rule that it could not decide, as something to do.

    ``needs`` are those needs that this log does not meet, None where the rule wants
    whatever a log may lack. ``trace`` tells that the log is one. None where no better
    capture would help.
    """
    lacks = _lacks(facts)
    if needs is not None:
        lacks &= {*needs}
    if not lacks:
        return None
    if trace:
        return BESIDE_A_TRACE
    words = []
    if "initcall_debug" in lacks:
        words.append(f"boot with {_DEBUG} {_BUFFER}")
    elif "head" in lacks:
        words.append(f"boot with {_BUFFER}, or capture the serial console")
    if "userspace" in lacks:
        words.append(_TO_THE_END)
    anchor = "serial-console" if words == [_TO_THE_END] else "the-command-line"
    return Cure(capture=", and ".join(words), anchor=anchor)


def _lacks(facts: Facts) -> set[str]:
    """Dropped messages and a lost head have one cure: a larger buffer, or another reader."""
    coverage = facts.boot.coverage
    lost = (
        not coverage.head
        or facts.boot.kernel.cmdline is None
        or facts.boot.counts.dropped_messages > 0
    )
    found = {
        "initcall_debug": not coverage.initcall_debug,
        "head": lost,
        "userspace": coverage.tail == "cut",
    }
    return {name for name, lacking in found.items() if lacking}
