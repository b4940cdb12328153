"""The page of one boot as one file: opens offline, asks nobody for anything.

Style, scripts, Plotly and the data stand in it. Its policy names each script and each
style by hash, so that nothing else runs, whatever the log says.
"""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from markupsafe import Markup

from app.pages.assets import Assets
from app.pages.inline import inline
from app.pages.linking import link_modules
from app.pages.share import share_of
from app.pages.templating import make_templates
from app.report import Report
from app.timeline.columns import timeline_json

MAX_TABLE = 5_000
"""Initcalls in the table for readers without JavaScript; the chart has them all."""
_START = """{
  const text = (id) => document.getElementById(id).textContent;
  window.bootscope = {
    plotly: Promise.resolve(window.Plotly),
    timeline: Promise.resolve(new Response(text("timeline-data"))),
    lines: Promise.resolve(new Response(JSON.parse(text("lines-data")))),
  };
}
"""


class _Fixed(NamedTuple):
    """What is the same in every such page: style sheets, scripts, the policy that they give."""

    base: Markup
    plotly_style: Markup
    timeline_style: Markup
    theme: Markup
    plotly: Markup
    page: Markup
    policy: str


def render_page(report: Report, lines: Sequence[str], permalink: str | None = None) -> str:
    """The page as HTML. ``lines`` are the log's, all boots of it; ``permalink`` is where
    a server shows the same.
    """
    context = {
        "report": report,
        "share": share_of(report)._replace(permalink=permalink),
        "fixed": _fixed(),
        "timeline_data": _data(timeline_json(report).decode()),
        "lines_data": _data(json.dumps("\n".join(lines), ensure_ascii=False)),
        "packs_today": True,
        "boot_links": [],
        "max_table": MAX_TABLE,
    }
    template = make_templates(standalone=True).env.get_template("standalone.html")
    return template.render(context)


def _data(text: str) -> Markup:
    """JSON that cannot end the element it stands in; within its strings alone there is a <."""
    shown = text.replace("<", "\\u003c").encode("utf-8", "replace").decode()
    return Markup(shown)  # noqa: S704


@cache
def _fixed() -> _Fixed:
    assets = Assets()

    def read(path: str) -> str:
        return (Path(__file__).parents[1] / "static" / path).read_text("utf-8")

    styles = [
        read("css/base.css"), read(f"vendor/{assets.vendor['plotly.css']}"),
        "".join(read(f"css/{name}.css") for name in ("verdict", "timeline", "chart", "print")),
    ]  # fmt: skip
    page = _START + link_modules(lambda name: read(f"js/{name}.js"), "timeline")
    scripts = [read("js/theme.js"), read(f"vendor/{assets.vendor['plotly.js']}"), page]
    shown = [inline(text) for text in (*styles, *scripts)]
    hashes = [one.hash for one in shown]
    policy = (
        f"default-src 'none'; script-src {' '.join(hashes[3:])}; style-src {' '.join(hashes[:3])};"
        " img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    base, plotly_style, timeline_style, theme, plotly, linked = (one.text for one in shown)
    return _Fixed(base, plotly_style, timeline_style, theme, plotly, linked, policy)
