"""Metrics of one report, in the text format of Prometheus (version 0.0.4).

For a push gateway or a textfile collector. What tells logs apart is in
``bootscope_log_info`` alone: the others keep their series from boot to boot.
"""

from collections.abc import Iterable, Iterator

from app.phrases import call_state
from app.printable import printable
from app.report import VERDICTS, Policy, Report, exit_code
from parsers.named import NamedTuple

Labels = dict[str, str]
Samples = list[tuple[Labels, float]]
_STATES = ("returned", "open", "return_lost", "orphan")


class _Family(NamedTuple):
    """A metric: its name, type, meaning, and (suffix, labels, value) of each sample."""

    name: str
    kind: str
    meaning: str
    samples: list[tuple[str, Labels, float]]


def render_prometheus(report: Report, permalink: str | None = None) -> str:
    """Every family with its HELP and TYPE; times in seconds."""
    return "".join(f"{line}\n" for family in _families(report) for line in _lines(family))


def _lines(family: _Family) -> Iterator[str]:
    yield f"# HELP {family.name} {family.meaning}"
    yield f"# TYPE {family.name} {family.kind}"
    for suffix, labels, value in family.samples:
        inside = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        yield f"{family.name}{suffix}{f'{{{inside}}}' if inside else ''} {value:.15g}"


def _escaped(text: str) -> str:
    return printable(text).replace("\\", "\\\\").replace('"', '\\"')


def _families(report: Report) -> Iterable[_Family]:
    kernel, capture = report.kernel, report.capture
    about = {
        "log": report.id, "name": capture.name, "boot": str(capture.boot_index + 1),
        "kernel": kernel.release or "", "arch": kernel.arch or "", "machine": kernel.machine or "",
    }  # fmt: skip
    yield _gauge("log_info", "The log that the others are of", [(about, 1)])
    verdicts: Samples = [({"verdict": one}, float(one == report.verdict)) for one in VERDICTS]
    yield _gauge("verdict", "1 for the verdict, 0 for all others", verdicts)
    code = exit_code(report, Policy())
    yield _gauge("exit_code", "0 clean, 1 a finding gates, 5 nothing decided", [({}, code)])
    yield _gauge("finding", "1 for each rule with its outcome", _findings(report))
    gaps = [({"rule": found.rule}, found.gap_us / 1e6)
            for found in report.findings if found.gap_us is not None]  # fmt: skip
    yield _gauge("gap_seconds", "From what must be first to what must follow", _unique(gaps))
    yield from _calls(report)
    yield _gauge("probes", "Probes in the log", [({}, report.counts.probes)])
    yield _gauge("log_lines", "Lines of the log", [({}, report.counts.lines)])
    dropped: Samples = [({}, float(report.counts.dropped_messages))]
    yield _gauge("dropped_messages", "Messages that the log says it lost", dropped)
    if report.last_time_us is not None:
        at: Samples = [({}, report.last_time_us / 1e6)]
        yield _gauge("last_line_seconds", "The stamp of the last line, since boot", at)


def _calls(report: Report) -> Iterator[_Family]:
    states = [call_state(call) for call in report.initcalls]
    counted = [({"state": one}, float(states.count(one))) for one in _STATES]
    yield _gauge("initcalls", "Initcalls, by how their lines were found", counted)
    took = [call.reported_us for call in report.initcalls if call.reported_us is not None]
    yield _Family(
        "bootscope_initcall_duration_seconds", "summary", "What the kernel measured of initcalls",
        [("_sum", {}, sum(took) / 1e6), ("_count", {}, len(took))],
    )  # fmt: skip
    if took:
        longest: Samples = [({}, max(took) / 1e6)]
        yield _gauge("initcall_longest_seconds", "The longest that it measured", longest)


def _findings(report: Report) -> Samples:
    return _unique(
        ({"rule": found.rule, "outcome": found.outcome, "severity": found.severity,
          "counts": str(found.counts).lower(), "waived": str(bool(found.waived)).lower()}, 1.0)
        for found in report.findings
    )  # fmt: skip


def _unique(samples: Iterable[tuple[Labels, float]]) -> Samples:
    """The first of those with equal labels: a series has one value."""
    kept: dict[tuple[str, ...], tuple[Labels, float]] = {}
    for labels, value in samples:
        kept.setdefault(tuple(labels.values()), (labels, value))
    return [*kept.values()]


def _gauge(name: str, meaning: str, samples: Samples) -> _Family:
    return _Family(f"bootscope_{name}", "gauge", meaning, [("", *sample) for sample in samples])
