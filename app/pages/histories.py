"""/history: the boots of a label query over time, without any script."""

from collections import defaultdict
from typing import Any, NamedTuple
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from markupsafe import Markup

from app.history import Boot, History, RuleHistory, Step, Trend
from app.labels import Label, title_of
from app.pages.history_svg import rule_strip, trend_svg
from app.pages.views import render
from app.service import Service
from app.web.listed import may_list
from app.web.past import Asked, InAsked, read_history
from app.web.uploads import LABEL, InService

router = APIRouter(include_in_schema=False)
MAX_LABELS = 500
"""Labels of which one is chosen, those that were sent last."""
_ONE_OFF = ("commit", "job_url")
"""Keys whose values hardly come twice."""
_STATES = {
    "fails": "Fails", "fixed": "Fixed", "holds": "Holds", "fragile": "Holds by luck",
    "undecided": "Cannot tell", "not_applicable": "Does not apply",
}  # fmt: skip
_ICONS = {
    "fixed": "pass", "holds": "pass", "fragile": "fragile", "undecided": "inconclusive",
    "not_applicable": "not_applicable",
}  # fmt: skip


class RuleRow(NamedTuple):
    """A rule as the page shows it; ``look`` is the verdict whose sign and colour it has."""

    history: RuleHistory
    look: str
    word: str
    strip: Markup


class BootRow(NamedTuple):
    """A boot, its number among those shown (1 is the oldest), and what moved since the last."""

    boot: Boot
    number: int
    step: Step | None


class Choice(NamedTuple):
    """A key of labels, its values, and the one asked for, empty for none."""

    key: str
    values: list[str]
    chosen: str


@router.api_route("/history", methods=["GET", "HEAD"], dependencies=[Depends(may_list)])
def history(request: Request, service: InService, asked: InAsked) -> Response:
    """The form alone where no label is asked for."""
    found = read_history(request, service, asked) if asked.labels else None
    choices = _choices(service, asked.labels)
    context: dict[str, Any] = {
        "asked": asked,
        "title": title_of(asked.labels),
        "choices": choices,
        "other": [str(one) for one in asked.labels if one.key not in {c.key for c in choices}],
        "history": found,
    }
    if found is not None:
        context |= _shown(found) | {
            "json_url": f"/api/v1/history?{_query(asked, asked.cursor)}",
            "csv_url": f"/api/v1/history?{_query(asked, asked.cursor)}&format=csv",
            "older_url": f"/history?{_query(asked, found.next)}" if found.next else None,
            "newest_url": f"/history?{_query(asked)}" if asked.cursor else None,
        }
    return render(request, "history.html", context)


def _shown(found: History) -> dict[str, object]:
    rows = [_rule_row(one) for one in found.rules]
    quiet = ("holds", "not_applicable")
    steps = {step.boot: step for step in found.order.steps}
    count = len(found.boots)
    return {
        "telling": [row for row in rows if row.history.state not in quiet],
        "quiet": [row for row in rows if row.history.state in quiet],
        "trends": [(trend, trend_svg(trend), _said(trend)) for trend in found.durations.trends],
        "boot_rows": [
            BootRow(boot, count - place, steps.get(boot.id))
            for place, boot in enumerate(found.boots)
        ],
        "by_id": {boot.id: boot for boot in found.boots},
    }


def _rule_row(one: RuleHistory) -> RuleRow:
    """Where the newest boots do not tell, nothing is said to hold."""
    word, look = _STATES[one.state], _ICONS.get(one.state, "fail")
    if one.state == "fails":
        look = "fail" if one.severity == "error" and one.counts else "warning"
    elif one.silent and look in ("pass", "fragile"):
        look, word = "inconclusive", "Cannot tell now"
    return RuleRow(one, look, word, rule_strip(one))


def _said(trend: Trend) -> str:
    """Which way the newest boots went, where they are outside of what those before took."""
    if trend.outside_us is None:
        return ""
    if trend.outside_us:
        return "slower" if trend.outside_us > 0 else "faster"
    return "steady"


def _choices(service: Service, labels: tuple[Label, ...]) -> list[Choice]:
    values: defaultdict[str, list[str]] = defaultdict(list)
    for label in service.past.labels_in_use(MAX_LABELS, _ONE_OFF):
        values[label.key].append(label.value)
    chosen = {label.key: label.value for label in labels}
    for key, value in chosen.items():
        if key in values and value not in values[key]:
            values[key].append(value)
    return [Choice(key, all_, chosen.get(key, "")) for key, all_ in sorted(values.items())]


def _query(asked: Asked, cursor: str | None = None) -> str:
    pairs = [(LABEL, str(label)) for label in asked.labels]
    pairs += [("initcall", name) for name in asked.wanted.initcalls]
    if asked.wanted.show != "slowest":
        pairs.append(("show", asked.wanted.show))
    pairs.append(("limit", str(asked.limit)))
    if cursor:
        pairs.append(("cursor", cursor))
    return urlencode(pairs)
