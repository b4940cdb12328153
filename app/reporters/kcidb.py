"""KCIDB (KernelCI's database), I/O schema version 5: a test object a rule, and one over all.

A status is never better than its evidence. PASS is for what is shown to hold. What held
by luck is DONE: the test ran, and did not say that the code is right. What the log cannot
tell is MISS, as where a harness failed to bring what the test needs; KCIDB ranks it
above PASS, so that a summary of such a run is not green.
"""

import json
import re
from collections import Counter
from typing import Any, Literal

from app.digests import sha256_bytes
from app.report import Policy, Report, gates
from app.reporters.cases import case_of, one_line, proof, undecided, why_undecided
from app.reporters.submitter import Submitter
from app.rules.finding import Finding

Status = Literal["FAIL", "ERROR", "MISS", "PASS", "DONE", "SKIP"]
VERSION = {"major": 5, "minor": 0}
SUITE = "bootscope"
MAX_EXCERPT = 16384
"""Characters of a log excerpt: the schema's cap."""
_DECIDED = ("pass", "fragile", "fail")
Json = dict[str, Any]


def render_kcidb(
    report: Report,
    permalink: str | None = None,
    policy: Policy | None = None,
    submitter: Submitter | None = None,
) -> str:
    """One JSON object to submit. Raises NoSubmitter where no build is named."""
    policy, submitter = policy or Policy(), submitter or Submitter()
    build = submitter.build
    run = f"{submitter.origin}:{_run_id(report, policy, build)}"
    common = {"build_id": build, "origin": submitter.origin}
    seen: Counter[str] = Counter()
    tests = [{"id": f"{run}-{SUITE}", **common, **_suite(report, policy, permalink)}]
    for found in report.findings:
        rule = _path_part(found.rule)
        seen[rule] += 1
        again = f"-{seen[rule]}" if seen[rule] > 1 else ""
        test = _test(report, found, policy, permalink)
        tests.append({"id": f"{run}-{rule}{again}", **common, **test})
    return json.dumps({"version": VERSION, "tests": tests}, indent=1) + "\n"


def status_of(found: Finding, policy: Policy) -> Status:
    """A finding's status. See docs/outputs.md for the table."""
    if found.outcome == "error":
        return "ERROR" if found.counts and not found.waived else "SKIP"
    undone = found.undermined_by is not None and found.outcome != "fail"
    if found.waived or not found.counts or undone:
        return "DONE" if found.outcome in _DECIDED else "SKIP"
    if found.outcome == "inconclusive":
        return "MISS"
    if found.outcome == "not_applicable":
        return "SKIP"
    if found.outcome == "pass":
        return "PASS"
    failed = found.outcome == "fail" and found.severity != "note"
    return "FAIL" if failed or gates(found, policy) else "DONE"


def overall(report: Report, policy: Policy) -> Status:
    """The status of all together: PASS where the verdict is ``pass``, and something decided."""
    found = {status_of(one, policy) for one in report.findings}
    worst: tuple[Status, ...] = ("FAIL", "ERROR", "MISS")
    for status in worst:
        if status in found:
            return status
    if undecided(report, policy):
        return "MISS"
    return "PASS" if report.verdict == "pass" else "DONE"


def _run_id(report: Report, policy: Policy, build: str) -> str:
    """The same for the same log, boot, build, rules and gate: submitting again adds nothing.

    What would judge otherwise gets other ids: KCIDB keeps one of two objects with one id.
    """
    judged = [f"{pack.name} {pack.version}" for pack in report.packs]
    made = [f"{one.rule}.{one.key}={one.value}" for one in report.settings]
    outcomes = [f"{f.rule} {f.outcome} {f.severity} {bool(f.waived)}" for f in report.findings]
    parts = json.dumps([build, judged, made, [*map(str, policy)], outcomes])
    print_of = sha256_bytes(parts.encode()).hex()[:12]
    return f"{report.id}-{report.capture.boot_index + 1}-{print_of}"


def _suite(report: Report, policy: Policy, permalink: str | None) -> Json:
    nothing = f" {why_undecided(report)}" if undecided(report, policy) else ""
    told = f"{report.verdict}: {one_line(report.headline)}{nothing}"
    about = {
        "verdict": report.verdict, "log": report.id, "log_name": one_line(report.capture.name),
        "log_sha256": report.capture.sha256, "boot": report.capture.boot_index + 1,
        "boots": report.capture.boots, "url": permalink,
        "packs": {one_line(pack.name): one_line(pack.version) for pack in report.packs},
        "initcalls": report.counts.initcalls, "lines": report.counts.lines,
    }  # fmt: skip
    return {
        **_environment(report), "path": SUITE, "comment": told,
        **_log_url(report, permalink), "status": overall(report, policy), "misc": _misc(about),
    }  # fmt: skip


def _test(report: Report, found: Finding, policy: Policy, permalink: str | None) -> Json:
    reason = case_of(found, policy).reason or one_line(found.message)
    excerpt = "\n".join(proof(found))[:MAX_EXCERPT]
    about = {
        "outcome": found.outcome, "severity": found.severity,
        "signature": one_line(found.signature), "basis": found.basis,
        "level_source": found.level_source, "gap_us": found.gap_us,
        "caused_by": found.caused_by, "undermined_by": found.undermined_by,
        "rule_version": found.rule_version, "counts": found.counts,
        "waived": [f"{one.expires}: {one_line(one.reason)}" for one in found.waived] or None,
        "url": f"{permalink}#{found.rule}" if permalink else None,
    }  # fmt: skip
    return {
        **_environment(report),
        "path": f"{SUITE}.{_path_part(found.pack)}.{_path_part(found.rule)}",
        "comment": f"{one_line(found.title)}: {reason}",
        **_log_url(report, permalink),
        **({"log_excerpt": excerpt} if excerpt else {}),
        "status": status_of(found, policy), "misc": _misc(about),
    }  # fmt: skip


def _misc(about: Json) -> Json:
    """What the schema has no place for; nothing in it is null, as KCIDB asks."""
    return {SUITE: {key: value for key, value in about.items() if value is not None}}


def _environment(report: Report) -> Json:
    kernel = report.kernel
    known = [("machine", kernel.machine), ("arch", kernel.arch), ("kernel", kernel.release)]
    said = {key: one_line(value) for key, value in known if value}
    if not said:
        return {}
    machine = {"comment": said["machine"]} if said.get("machine") else {}
    return {"environment": {**machine, "misc": said}}


def _log_url(report: Report, permalink: str | None) -> Json:
    """The log as plain text, its lines numbered as the findings number them."""
    if not permalink:
        return {}
    server = permalink.rpartition("/l/")[0]
    return {"log_url": f"{server}/api/v1/logs/{report.id}/lines"}


def _path_part(text: str) -> str:
    return re.sub(r"[^a-zA-Z0-9_-]", "_", text) or "_"
