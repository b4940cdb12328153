"""The templates, with the filters and words that they use."""

import json
from pathlib import Path

from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from app.phrases import SOURCES, VERDICTS, basis_parts, level_words, outcome_of
from app.printable import printable
from app.rules.wording import duration, errno_name, seconds
from app.timeline.strip import Strip, strip_of
from app.timeline.strip_svg import strip_svg

FOLDER = Path(__file__).parents[1] / "templates"


def make_templates(*, standalone: bool = False) -> Jinja2Templates:
    """The folder of templates, which escape by default; ``standalone``: without a server."""
    templates = Jinja2Templates(FOLDER)
    templates.env.filters.update(
        seconds=seconds, gap=duration, printable=printable, errno=errno_name
    )
    templates.env.globals.update(
        verdict_words=VERDICTS,
        verdict_json=json.dumps(dict(VERDICTS)),
        source_words=SOURCES,
        outcome_word=outcome_of,
        basis_parts=basis_parts,
        strip_of=strip_of,
        strip_svg=_strip_svg,
        level_phrase=level_words,
        standalone=standalone,
    )
    return templates


def _strip_svg(strip: Strip, outcome: str, rule: str) -> Markup:
    return Markup(strip_svg(strip, outcome, rule))  # noqa: S704  # it escapes what it is given
