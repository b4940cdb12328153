"""The exit code of a boot with a baseline: what that knows already closes no gate."""

from collections.abc import Sequence

from app.compare.findings import new_findings
from app.report import Policy, Report, gates, is_decided


def code_since(baseline: Sequence[Report], report: Report, policy: Policy) -> int:
    """1 where a finding that is new gates, 5 where the boot decides nothing, else 0.

    A baseline takes away findings, and gives no evidence: what cannot tell stays so.
    """
    if any(gates(found, policy) for found in new_findings(baseline, report)):
        return 1
    return 0 if is_decided(report) else 5
