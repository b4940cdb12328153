"""JSON, schema ``bootscope.report/1``."""

import json

from app.report import Report


def render_json(report: Report) -> str:
    """The report, indented, keys in the schema's order."""
    return json.dumps(report.model_dump(mode="json", by_alias=True), indent=1) + "\n"
