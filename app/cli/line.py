"""One line about a log: its verdict, and what closes the gate."""

from collections.abc import Sequence
from typing import NamedTuple

from app.printable import printable
from app.report import Gated, Judged, Policy, Verdict, exit_code, gates, worst_code


class Closing(NamedTuple):
    """Of a boot with a baseline: the findings that may close the gate, those that are new."""

    findings: Sequence[Judged]
    has_initcalls: bool


_TOLD = 4
"""Rules that are named at the most."""


def line_of(
    log: str,
    verdict: Verdict,
    headline: str,
    judged: Sequence[Gated],
    policy: Policy,
    link: str | None = None,
    code: int | None = None,
) -> str:
    """``LOG: VERDICT: headline [why it is not let pass] link``, and a line feed.

    ``judged`` are all boots of the log, each of which the gate looks at; or those that are
    known of in full, with the ``code`` that all of them have.
    """
    if code is None:
        code = worst_code([exit_code(boot, policy) for boot in judged])
    closing = [f.rule for boot in judged for f in boot.findings if gates(f, policy)]
    rules = [*dict.fromkeys(closing)]
    parts = [f"{printable(log)}: {verdict.upper()}: {printable(headline)}"]
    if rules:
        more = f" and {len(rules) - _TOLD} more" if len(rules) > _TOLD else ""
        parts.append(f"[gate closed by {', '.join(rules[:_TOLD])}{more}]")
    elif code == 1:
        parts.append("[gate closed by another boot of this log]")
    elif code == 5:
        read = all(boot.has_initcalls for boot in judged)
        parts.append("[nothing was decided]" if read else "[no initcall was read]")
    if link:
        parts.append(printable(link))
    return f"{' '.join(parts)}\n"
