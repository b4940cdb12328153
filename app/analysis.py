"""analyse(): the one pipeline behind the command line, the API and the pages."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from app.digests import log_id, sha256_hex
from app.gate import summary_of
from app.report import (
    VERDICTS,
    CaptureInfo,
    FramingGuess,
    PackVersion,
    Report,
    build_report,
)
from app.rules.engine import judge
from app.rules.facts import Facts
from app.rules.loader import DEFAULT_PACKS, load_shipped
from app.rules.model import Pack
from app.rules.setting import Setting, with_settings
from app.rules.waivers import Placed, Waivers, utc_day
from parsers import MAX_BYTES, Boot, Capture, UnknownBoot, parse_log
from parsers.named import NamedTuple
from parsers.record import replace

if TYPE_CHECKING:
    from datetime import date


class Analysis(NamedTuple):
    """A report, and the lines of the capture it speaks of (line n is item n-1).

    ``judged`` are the reports that a gate has to look at: of all boots, unless one
    was asked for. ``boot`` is what ``report`` judges, by ``packs``.
    """

    report: Report
    lines: Sequence[str]
    judged: Sequence[Report]
    boot: Boot
    packs: Sequence[Pack]


def analyse(
    data: bytes,
    *,
    name: str = "log",
    symbols: bytes | None = None,
    trace: bytes | None = None,
    packs: Sequence[Pack] = (),
    guests: Sequence[Pack] = (),
    boot: int | None = None,
    framing: str | None = None,
    max_bytes: int = MAX_BYTES,
    max_symbol_bytes: int | None = None,
    waivers: Sequence[Placed] = (),
    today: "date | None" = None,
    done: Callable[[str], object] | None = None,
    settings: Sequence[str] = (),
    alone: bool = False,
) -> Analysis:
    """Read one log and judge it, with the build's symbols and a trace of the boot.

    Of a capture with several boots ``boot`` picks one (0-based); left open, the
    boot with the worst verdict is reported, so that a good boot never hides a bad
    one. With ``alone`` the others are not even judged. ``guests`` are packs that a stranger
    sent: they are judged after ``packs``, and what their rules may cost is for all boots
    together. ``waivers`` are let pass beside those of the packs, up to their last day, which
    ``today`` (UTC unless given) may be. ``settings`` (``SLOW001.at_most=500 ms``) set what
    rules of ``packs`` let be set. ``done`` is told the name of each step when it is over:
    ``read``, ``pair``, the rules' ids, ``report``. Raises InputError (parsers/errors.py) on
    input that cannot be used, RuleError on a setting that cannot.
    """
    packs = packs or [*map(load_shipped, DEFAULT_PACKS)]
    made: tuple[Setting, ...] = ()
    if settings:
        packs, made = with_settings(packs, settings)
    capture = parse_log(
        data, symbols=symbols, trace=trace, framing=framing,
        max_bytes=max_bytes, max_symbol_bytes=max_symbol_bytes, done=done,
    )  # fmt: skip
    parts = {"log": data, "symbols": symbols, "trace": trace}
    hashes = {what: sha256_hex(part) for what, part in parts.items() if part is not None}
    if boot is not None and not 0 <= boot < len(capture.boots):
        raise UnknownBoot(
            f"There is no boot {boot + 1} in this log.", hint=f"It holds {len(capture.boots)}."
        )
    asked = capture.boots if boot is None or not alone else capture.boots[boot : boot + 1]
    packs = [*packs, *(replace(pack, steps=pack.steps // len(asked)) for pack in guests)]
    placed = (*waivers, *(waiver for pack in packs for waiver in pack.waivers))
    allowed = Waivers(placed, (today or utc_day()) if placed else None)
    reports = [
        _judge(capture, one, packs, allowed, name, len(data), hashes, made, done) for one in asked
    ]
    if done is not None:
        done("report")
    worst = min(reports, key=lambda report: VERDICTS.index(report.verdict))
    chosen = worst if boot is None or alone else reports[boot]
    boots = tuple(map(summary_of, reports))
    shown = replace(chosen, boots=boots)
    judged = reports if boot is None else [shown]
    return Analysis(shown, capture.lines, judged, capture.boots[shown.capture.boot_index], packs)


def _judge(
    capture: Capture,
    boot: Boot,
    packs: Sequence[Pack],
    waivers: Waivers,
    name: str,
    size: int,
    hashes: Mapping[str, str],
    settings: tuple[Setting, ...],
    done: Callable[[str], object] | None,
) -> Report:
    facts = Facts(boot, capture.lines, capture.framing)
    log_sha256 = hashes["log"]
    return build_report(
        report_id=log_id(log_sha256, (hashes.get("symbols"), hashes.get("trace"))),
        packs=[PackVersion(name=p.header.pack, version=p.header.version) for p in packs],
        capture=CaptureInfo(
            sha256=log_sha256,
            size_bytes=size,
            name=name,
            framing=capture.framing,
            framing_confidence=capture.framing_confidence,
            framing_guesses=tuple(
                FramingGuess(name=guess, confidence=share)
                for guess, share in capture.framing_guesses
            ),
            boots=len(capture.boots),
            boot_index=boot.index,
            first_line=boot.first_line,
            last_line=boot.last_line,
            symbols_sha256=hashes.get("symbols"),
            trace_sha256=hashes.get("trace"),
        ),
        boot=boot,
        findings=judge(packs, facts, waivers, done),
        settings=settings,
    )
