"""docs/rules is what the rules and the engine make of themselves today."""

import re
import runpy
from pathlib import Path

import pytest

from app.analysis import analyse
from app.pages.documents import as_document
from app.reporters.text import render_finding
from app.rule_docs import FILES, PAGES, Shelf, rule_page
from app.rule_docs.check import written
from app.rules.loader import load_shipped
from tests.conftest import ROOT

RULES = ROOT / "docs" / "rules"
SHELF = Shelf.shipped()
IDS = [one.rule.id for one in SHELF.rules]
LINK = re.compile(r"\]\(<?([^)>]+)>?\)")


def test_the_committed_pages_are_those_that_are_made() -> None:
    """Else: make docs, and read the difference."""
    script = runpy.run_path(str(ROOT / "scripts" / "document_rules.py"))
    made: dict[Path, str] = script["rule_pages"]()
    assert {path for path in RULES.rglob("*") if path.is_file()} == set(made)
    for path, text in made.items():
        assert path.read_text("utf-8") == text, path.name


def test_an_id_is_that_of_one_rule() -> None:
    former = [old for pack in SHELF.packs for old in pack.header.redirects]
    assert len(IDS + former) == len({*IDS, *former})


@pytest.mark.parametrize("rule_id", IDS)
def test_a_page_has_all_of_the_rule_and_what_the_engine_says(rule_id: str) -> None:
    one = SHELF.find(rule_id)
    page = rule_page(SHELF, one, FILES)
    assert page.startswith(f"# {rule_id}: ")
    for heading in ("Why", "What to do", "What it asks", "References", "Examples"):
        assert page.count(f"\n## {heading}\n") == 1
    words = re.sub(r"[`\\]", "", page)
    for text in (one.rule.why, one.rule.fix):
        assert " ".join(text.split()) in " ".join(words.split())
    assert one.rule.since and f", since {one.rule.since}" in page
    for example in one.rule.examples:
        report = analyse(example.log.encode(), packs=[one.pack]).report
        (found,) = (finding for finding in report.findings if finding.rule == rule_id)
        assert render_finding(found) in page
        assert example.log.strip("\n") in page


@pytest.mark.parametrize("rule_id", IDS)
def test_the_check_shown_is_the_rules(rule_id: str) -> None:
    from app.adapters import adapter
    from app.rules.model import Rule

    rule = SHELF.find(rule_id).rule
    assert adapter(Rule).validate_python(written(rule)) == rule


def test_links_between_files_lead_somewhere() -> None:
    language = as_document((ROOT / "docs" / "rules.md").read_text("utf-8")).html
    for path in RULES.rglob("*.md"):
        for link in LINK.findall(path.read_text("utf-8")):
            if link.startswith("https://"):
                continue
            file, _, heading = link.partition("#")
            assert (path.parent / file).is_file(), f"{path.name}: {link}"
            assert not heading or f'id="{heading}"' in language, f"{path.name}: {link}"


def test_references_lead_to_the_kernel_version_that_they_name() -> None:
    pages = "".join(rule_page(SHELF, one, PAGES) for one in SHELF.rules)
    assert "/linux.git/tree/init/main.c?h=v6.12>" in pages
    assert "/linux.git/tree/drivers/firmware/arm_ffa/driver.c?h=v6.12.117>" in pages


@pytest.mark.parametrize("pack", [pack.header.pack for pack in SHELF.packs])
def test_since_is_a_version_that_the_pack_has_had(pack: str) -> None:
    header = load_shipped(pack).header
    today = tuple(map(int, header.version.split(".")))
    for rule in load_shipped(pack).rules:
        assert rule.since is not None, f"{rule.id} does not say since when it is there"
        assert (1, 0, 0) <= tuple(map(int, rule.since.split("."))) <= today, rule.id
