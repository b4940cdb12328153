"""The basis in words: the same on a page as in a mail, for every basis there is."""

import re
from types import SimpleNamespace
from typing import get_args

import pytest

from app.pages.templating import make_templates
from app.phrases import basis_parts, basis_words
from app.rules.finding import Basis, Outcome
from tests.conftest import ROOT


@pytest.mark.parametrize("outcome", get_args(Outcome))
@pytest.mark.parametrize("basis", get_args(Basis))
def test_page_and_text_say_the_same(basis: str, outcome: str) -> None:
    finding = SimpleNamespace(basis=basis, outcome=outcome, level_source=None)
    page = make_templates().env.get_template("_words.html").module
    shown = str(page.basis_words(finding))  # type: ignore[attr-defined]
    text = basis_words(finding)  # type: ignore[arg-type]
    assert text
    assert re.sub(r"<[^>]+>", "", shown) == text
    assert shown.count("<b>") == 1


def test_its_terms_have_a_heading() -> None:
    headings = re.findall(
        r"^## (.+)$", (ROOT / "docs" / "words.md").read_text("utf-8"), re.MULTILINE
    )
    anchors = {heading.lower().replace(" ", "-") for heading in headings}
    for basis in get_args(Basis):
        for outcome in ("fail", "pass"):
            finding = SimpleNamespace(basis=basis, outcome=outcome)
            parts = basis_parts(finding)  # type: ignore[arg-type]
            assert {part.term for part in parts if part.term} <= anchors
            assert any(part.term for part in parts)
