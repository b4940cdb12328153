"""/api/v1/history: the boots of a label query over time."""

import csv
import io
from collections.abc import Iterator
from typing import Any, Literal

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from app.api.answers import JSON
from app.errors import BadLabel
from app.history import History
from app.reporters.csv import cell
from app.web.accept import preferred
from app.web.listed import may_list
from app.web.past import InAsked, read_history
from app.web.problems import RESPONSES
from app.web.uploads import InService

router = APIRouter(prefix="/api/v1", tags=["logs"])
CSV = "text/csv"
FORMAT = Query(None, alias="format", description="Over Accept")
_LOG = "vtgtdhzdkhj2ywhcrkkmgv7hly"
_EXAMPLE: dict[str, Any] = {
    "schema": "bootscope.history/1",
    "labels": ["branch=main", "machine=rk3588"],
    "boots": [
        {
            "id": _LOG,
            "url": f"http://127.0.0.1:8000/l/{_LOG}",
            "name": "dmesg.txt",
            "verdict": "fail",
            "headline": "FF-A came up 306 ms before pKVM traps SMCs",
            "created_at": "2026-11-25T10:12:14.123456Z",
            "kernel": "6.12.117-ffalab",
            "labels": ["branch=main", "machine=rk3588"],
        }
    ],
    "rules": [
        {
            "rule": "FFA001",
            "title": "FF-A comes up after pKVM traps SMCs",
            "severity": "error",
            "counts": True,
            "state": "fails",
            "silent": 0,
            "first_failing": _LOG,
            "failing_since": _LOG,
            "held_until": None,
            "fixed_in": None,
            "failed": 1,
            "faults": [
                {
                    "signature": "FFA001:fail:kvm_arm_init:ffa.up",
                    "first": _LOG,
                    "last": _LOG,
                    "boots": 1,
                }
            ],
            "outcomes": ["fail"],
        }
    ],
    "durations": {"show": "slowest", "known": 1, "cut": 0, "trends": []},
    "order": {"compared": 0, "changed": 0, "rules": [], "steps": []},
    "next": None,
}


@router.get(
    "/history",
    response_model=History,
    responses={
        200: {
            "description": "Schema bootscope.history/1, or CSV",
            "content": {
                JSON: {"example": _EXAMPLE},
                CSV: {"example": "id,url,created_at,verdict\r\n"},
            },
        },
        **{status: RESPONSES[status] for status in (403, 422)},
    },
    dependencies=[Depends(may_list)],
    summary="The boots with these labels over time",
)
def history(
    request: Request,
    service: InService,
    asked: InAsked,
    wanted: Literal["json", "csv"] | None = FORMAT,
) -> Response:
    """Verdict and outcomes boot by boot, each rule's first failing boot, durations of
    initcalls with their spread, and what changed in the order from boot to boot; newest
    first. As CSV a row a boot, for a spreadsheet.

    Served where the list is. A boot that cannot tell is never taken for one that holds.
    """
    if not asked.labels:
        raise BadLabel("A history needs a label.", hint="Add ?label=branch=main to the address.")
    found = read_history(request, service, asked)
    headers = {"Cache-Control": "no-cache", "Vary": "Accept"}
    output = wanted or preferred(request.headers.get("accept", ""), (JSON, CSV))
    if output in ("csv", CSV):
        headers["Content-Disposition"] = 'attachment; filename="bootscope-history.csv"'
        return Response(history_csv(found), media_type=f"{CSV}; charset=utf-8", headers=headers)
    return Response(found.to_json() + "\n", media_type=JSON, headers=headers)


def history_csv(history: History) -> str:
    """A header, then a row a boot, newest first (RFC 4180).

    After what is known of the boot: how many initcalls moved since the boot before, then a
    column for the outcome of each rule, then one for each initcall shown, in µs.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([
        "id", "url", "name", "created_at", "kernel", "labels", "verdict", "headline", "moved",
        *(one.rule for one in history.rules),
        *(cell(f"{trend.initcall} us") for trend in history.durations.trends),
    ])  # fmt: skip
    writer.writerows(_rows(history))
    return out.getvalue()


def _rows(history: History) -> Iterator[list[object]]:
    moved = {step.boot: step.moved for step in history.order.steps}
    for place, boot in enumerate(history.boots):
        yield [
            boot.id, boot.url, cell(boot.name), boot.created_at, cell(boot.kernel),
            cell(" ".join(boot.labels)), boot.verdict, cell(boot.headline), moved.get(boot.id),
            *(one.outcomes[place] for one in history.rules),
            *(trend.took_us[place] for trend in history.durations.trends),
        ]  # fmt: skip
