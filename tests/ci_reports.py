"""Reports for the tests of what a continuous integration reads: real ones, and hostile ones."""

from datetime import date
from functools import cache

from app.analysis import analyse
from app.report import Report
from app.rules.finding import Evidence, Outcome, Waived
from parsers.record import replace
from tests.conftest import SAMPLES

LINK = "http://127.0.0.1:8000/l/abc"
HOSTILE = (
    "evil \x00\x07\x1b[31m\r\n::error file=a,line=1::owned\n##[group]x ::stop-commands::y\n"
    "]]></failure><script>alert(1)</script><!ENTITY &amp; \"'\n"
    "Bail out!\nok 99 forged # SKIP no\nnot ok 98\n1..999\nKTAP version 1\nTAP version 14\n"
    'up{job="x"} 1\n# TYPE up counter\n\u202e\ud800\ufffe\uffff\x85\u2028%0A%3A%25\\n\\" end'
)
"""What would be something in each output, if it were let."""
SAMPLE_NAMES = sorted(path.stem for path in SAMPLES.glob("*.log"))


@cache
def sample(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes(), name=f"{name}.log").report


def empty() -> Report:
    """Of a log that proves nothing: the exit code is 5."""
    return analyse(b"[    0.000000] Linux version 6.12.1 (lab@qemu)\n", name="empty.log").report


def waived(report: Report, rule: str) -> Report:
    """With one finding waived; the verdict stays, for no test looks at it."""
    why = Waived(reason="known since May", expires=date(2030, 1, 2), where="waivers.yaml:3")
    found = [replace(f, waived=(why,)) if f.rule == rule else f for f in report.findings]
    return replace(report, findings=tuple(found))


def turned(report: Report, rule: str, outcome: Outcome) -> Report:
    """With another outcome of one rule."""
    found = [replace(f, outcome=outcome) if f.rule == rule else f for f in report.findings]
    return replace(report, findings=tuple(found))


def hostile() -> Report:
    """Every text that a log, a rule file or a file's name may bring is hostile."""
    report = sample("ff-rootfs-protected")
    why = Waived(reason=HOSTILE, expires=date(2030, 1, 2), where=HOSTILE)
    outcomes: tuple[Outcome, ...] = ("fail", "error", "inconclusive", "fragile", "pass")
    findings = tuple(
        replace(
            found, title=HOSTILE, message=HOSTILE, why=HOSTILE, fix=HOSTILE, pack=HOSTILE,
            signature=HOSTILE, references=(HOSTILE,), outcome=outcomes[place % 5],
            evidence=(Evidence(line=7, time_us=1, text=HOSTILE),),
            waived=(why,) if place % 4 == 0 else (),
        )
        for place, found in enumerate(report.findings)
    )  # fmt: skip
    return replace(
        report, findings=findings, headline=HOSTILE,
        capture=replace(report.capture, name=HOSTILE),
        kernel=replace(report.kernel, release=HOSTILE, machine=HOSTILE, arch=HOSTILE),
    )  # fmt: skip
