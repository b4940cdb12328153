"""JSON, schema ``bootscope.report/1``."""

from app.report import Report


def render_json(report: Report) -> str:
    """The report, indented, keys in the schema's order."""
    import json

    from app.adapters import adapter

    data = adapter(Report).dump_python(report, mode="json", by_alias=True)
    return json.dumps(data, indent=1) + "\n"
