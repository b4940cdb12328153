"""JSON, schema ``bootscope.report/1``."""

from app.report import Report


def render_json(report: Report, permalink: str | None = None) -> str:
    """The report, indented, keys in the schema's order; the link is not part of it."""
    import json

    from app.adapters import adapter

    data = adapter(Report).dump_python(report, mode="json", by_alias=True)
    return json.dumps(data, indent=1) + "\n"
