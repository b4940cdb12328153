"""Whether a log turned its label query from green to red, or back."""

import json
from datetime import UTC
from typing import Any

from app.digests import sha256_hex
from app.gate import code_of_all
from app.report import Report
from app.service import Service
from app.store.listing import Listed, LogQuery, Place
from app.webhooks.delivery import Delivery
from app.webhooks.hooks import Hook

SCHEMA = "bootscope.webhook/1"
_LOOKED_AT = 20
"""Logs before this one that are looked at for one that proves something."""


def turn(service: Service, hook: Hook, log_id: str, server: str) -> Delivery | None:
    """What to tell of a log that was uploaded with the hook's labels, if anything.

    Green is exit code 0 by the hook's policy, red is 1. What decides nothing (5) is
    neither: it is passed over. The first log of a query turns nothing. Raises NotFound
    where the log is gone again.
    """
    row, report = service.row(log_id), service.report(log_id)
    code = code_of_all(report, hook.policy)
    if code == 5 or (code == 0 and not hook.recovered):
        return None
    at = row.created_at if row.created_at.tzinfo else row.created_at.replace(tzinfo=UTC)
    since = Place(at, log_id)
    earlier = service.list_logs(LogQuery(labels=hook.labels, since=since, limit=_LOOKED_AT))
    for before in earlier:
        was = code_of_all(service.report(before.id), hook.policy)
        if was == 5:
            continue
        if was == code:
            return None
        now = Listed(
            log_id, row.name, report.verdict, report.headline, at, report.kernel.release
        )  # fmt: skip
        return _delivery(hook, "red" if code == 1 else "green", now, before, report, server)
    return None


def _delivery(
    hook: Hook, event: str, now: Listed, before: Listed, report: Report, server: str
) -> Delivery:
    message = {
        "schema": SCHEMA, "event": event, "hook": hook.name,
        "labels": [str(label) for label in hook.labels],
        "log": _told(now, server), "before": _told(before, server),
        "failed": [f.rule for f in report.findings if f.counts and f.outcome == "fail"],
    }  # fmt: skip
    key = sha256_hex(f"{hook.name}\n{event}\n{now.id}".encode())[:32]
    body = json.dumps({"id": key, **message}, indent=1) + "\n"
    return Delivery(hook, key, body.encode())


def _told(log: Listed, server: str) -> dict[str, Any]:
    return {
        "id": log.id, "url": f"{server}/l/{log.id}", "name": log.name, "verdict": log.verdict,
        "headline": log.headline, "kernel": log.kernel, "created_at": log.created_at.isoformat(),
    }  # fmt: skip
