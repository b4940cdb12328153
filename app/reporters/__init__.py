"""Outputs: one file each, a report in, text out."""

from collections.abc import Callable

from app.report import Report
from app.reporters.json import render_json
from app.reporters.text import render_text

REPORTERS: dict[str, Callable[[Report], str]] = {"text": render_text, "json": render_json}
"""By the name that ``--format`` and ``?format=`` take."""
