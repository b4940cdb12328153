"""The rules to read: pages, JSON, schemas, and the links from findings."""

import json
import re
from datetime import date

import jsonschema
import pytest
from fastapi.testclient import TestClient

import app.service
from app.adapters import adapter
from app.main import create_app
from app.pages.rules import RulePages
from app.report import Report
from app.rule_docs import Shelf
from app.rules.finding import Waived
from app.rules.loader import load_shipped
from app.rules.model import Pack, PackHeader, Rule
from app.settings import Settings
from parsers.record import replace
from tests.conftest import ROOT, SAMPLES

PAGE = {"Accept": "text/html"}
BROKEN = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
IDS = [one.rule.id for one in Shelf.shipped().rules]


def with_redirect(client: TestClient) -> None:
    """As if FFA001 had been called OLD001 before."""
    pack = load_shipped("ffa-pkvm")
    header = replace(pack.header, redirects={"OLD001": "FFA001"})
    shelf = Shelf([replace(pack, header=header)])
    client.app.state.shelf = shelf  # type: ignore[attr-defined]
    client.app.state.rule_pages = RulePages(shelf)  # type: ignore[attr-defined]


def test_the_list_leads_to_every_rule(client: TestClient) -> None:
    page = client.get("/rules", headers=PAGE).text
    assert len(IDS) > 20
    for rule_id in IDS:
        assert f'href="/rules/{rule_id}"' in page
    for pack in ("ffa-pkvm", "boot-hygiene"):
        assert f'id="{pack}"' in page
    assert client.head("/rules").status_code == 200


@pytest.mark.parametrize("rule_id", IDS)
def test_the_page_of_each_rule(client: TestClient, rule_id: str) -> None:
    answer = client.get(f"/rules/{rule_id}", headers=PAGE)
    assert answer.status_code == 200
    page = answer.text
    rule = client.get(f"/api/v1/rules/{rule_id}").json()
    for heading in ("why", "what-to-do", "what-it-asks", "references", "examples"):
        assert page.count(f'id="{heading}"') == 1
    assert page.count('class="language-finding"') == len(rule["examples"]) > 0
    assert f"<title>{rule_id}: " in page
    assert not re.search(r"<script(?![^>]* src=)|\sstyle=|\son\w+=", page)
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert "unsafe" not in answer.headers["content-security-policy"]


def test_a_page_shows_the_finding_of_the_engine(client: TestClient) -> None:
    page = client.get("/rules/FFA001", headers=PAGE).text
    assert "FF-A came up 306 ms before pKVM traps SMCs." in page
    marked = re.findall(r'<span class="line marked">(.*?)</span>', page)
    assert marked[0] == "[    1.585658] ARM FF-A: Driver version 1.1"


def test_other_ids(client: TestClient) -> None:
    def leads(path: str) -> tuple[int, str]:
        answer = client.get(path, headers=PAGE, follow_redirects=False)
        return answer.status_code, answer.headers.get("location", "")

    assert leads("/rules/ffa001") == (301, "/rules/FFA001")
    assert leads("/rules/WAIVER001") == leads("/rules/waiver002") == (307, "/help/rules#waivers")
    missing = client.get("/rules/FFA01", headers=PAGE)
    assert missing.status_code == 404
    assert "did you mean" in missing.text and 'href="/rules"' in missing.text
    assert "FFA001" in missing.text
    hostile = client.get("/rules/<script>alert(1)</script>", headers=PAGE)
    assert hostile.status_code == 404 and "<script>alert" not in hostile.text
    with_redirect(client)
    assert leads("/rules/OLD001") == (301, "/rules/FFA001")
    assert client.get("/api/v1/rules/OLD001").json()["id"] == "FFA001"
    assert 'OLD001 is now <a href="/rules/FFA001">' in client.get("/rules", headers=PAGE).text
    assert "OLD001" in client.get("/rules/FFA001", headers=PAGE).text


def test_rules_for_programs(client: TestClient) -> None:
    rules = client.get("/api/v1/rules").json()
    assert [rule["id"] for rule in rules] == IDS
    assert all(rule["since"] for rule in rules)
    packs = client.get("/api/v1/packs").json()
    assert [name for pack in packs for name in pack["rules"]] == IDS
    assert {pack["name"]: pack["version"] for pack in packs} == {
        name: load_shipped(name).header.version for name in ("ffa-pkvm", "boot-hygiene")
    }
    one = client.get("/api/v1/rules/FFA001").json()
    assert one["kernels"] == "6.5 and later"
    assert one["url"] == "http://testserver/api/v1/rules/FFA001"
    assert one["help_url"] == "http://testserver/rules/FFA001"
    assert one["references"][0]["url"].endswith("/arch/arm64/kvm/hyp/nvhe/ffa.c?h=v6.12")
    first = one["examples"][0]
    assert first["expect"] == first["finding"]["outcome"] == "fail"
    assert [line["line"] for line in first["finding"]["evidence"]] == [5, 8]
    missing = client.get("/api/v1/rules/NOPE001")
    assert missing.status_code == 404
    assert missing.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("name", ["rule", "pack", "waivers", "report"])
def test_each_schema_has_its_address(client: TestClient, name: str) -> None:
    address = f"/schema/{name}/1.json"
    answer = client.get(address)
    assert answer.headers["content-type"] == "application/schema+json"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.json()["$id"] == address
    assert answer.text == (ROOT / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8")
    jsonschema.Draft202012Validator.check_schema(answer.json())
    assert client.head(address).status_code == 200
    missing = client.get(f"/schema/{name}/2.json")
    assert missing.status_code == 404 and address in missing.json()["hint"]


def test_rules_and_reports_fit_their_schemas(client: TestClient) -> None:
    schema = client.get("/schema/rule/1.json").json()
    for rule_id in IDS:
        jsonschema.validate(client.get(f"/api/v1/rules/{rule_id}").json()["rule"], schema)
    report = client.get("/schema/report/1.json").json()
    for path in sorted(SAMPLES.glob("*.log"))[::4]:
        data = client.post("/api/v1/logs", content=path.read_bytes()[:390_000]).json()
        jsonschema.validate(client.get(f"/api/v1/logs/{data['id']}").json(), report)


def test_each_finding_leads_to_its_page(client: TestClient) -> None:
    answer = client.post("/api/v1/logs", content=BROKEN).json()
    identity = answer["id"]
    page = client.get(f"/l/{identity}", headers=PAGE).text
    for found in answer["findings"]:
        assert found["help_url"] == f"http://testserver/rules/{found['rule']}"
        assert page.count(f'href="/rules/{found["rule"]}"') == 1
    report = client.get(f"/api/v1/logs/{identity}").json()
    assert {found["help"] for found in report["findings"]} == {f"/rules/{name}" for name in IDS}
    text = client.get(f"/api/v1/logs/{identity}?format=text").text
    assert text.count("http://testserver/rules/") == 1, "no consequence, no preview, no note"
    assert "  http://testserver/rules/FFA001\n" in text and "rules show" not in text


def test_what_is_waived_says_so(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    waiver = Waived(reason="<b>board 7</b> only", expires=date(2027, 1, 31), where="waivers.yaml:3")
    real = app.service.Service.report

    def waived(*arguments: object) -> Report:
        report = real(*arguments)  # type: ignore[arg-type]
        findings = tuple(
            replace(found, waived=(waiver,), former_ids=("OLD003",), help=None)
            if found.rule == "FFA007"
            else found
            for found in report.findings
        )
        return replace(report, findings=findings)

    identity = client.post("/api/v1/logs", content=BROKEN).json()["id"]
    monkeypatch.setattr(app.service.Service, "report", waived)
    page = client.get(f"/l/{identity}", headers=PAGE).text
    said = page[page.index('id="FFA007"') :].partition("</details>")[0]
    assert '<span class="tag">waived</span>' in said
    assert 'Waived until <time datetime="2027-01-31">2027-01-31</time> by waivers.yaml:3' in said
    assert "&lt;b&gt;board 7&lt;/b&gt; only" in said
    assert "Its former ids: OLD003" in said and 'href="/rules/FFA007"' not in said


def test_a_rule_of_a_stranger_is_shown_and_not_run(settings: Settings) -> None:
    evil = "<script>alert(1)</script>"
    rule = adapter(Rule).validate_python(
        {
            "schema": 1, "id": "MY001", "name": "mine", "title": evil, "severity": "note",
            "why": evil, "fix": f"- {evil}", "references": [evil], "check": {"kind": "deferral"},
            "examples": [{"name": evil, "expect": "pass", "log": f"[    0.000000] {evil}"}],
        }
    )  # fmt: skip
    header = adapter(PackHeader).validate_python(
        {"schema": 1, "pack": "mine", "version": "1.0.0", "title": evil}
    )
    with TestClient(create_app(settings)) as client:
        shelf = Shelf([Pack(header=header, rules=(rule,), shipped=True)])
        client.app.state.rule_pages = RulePages(shelf)  # type: ignore[attr-defined]
        for path in ("/rules", "/rules/MY001"):
            page = client.get(path, headers=PAGE).text
            assert "<script>alert" not in page and "&lt;script&gt;alert(1)" in page


def test_the_report_says_where_to_read_on() -> None:
    schema = json.loads((ROOT / "docs" / "schema" / "report.schema.json").read_text("utf-8"))
    assert schema["$id"] == "/schema/report/1.json"
    assert "help" in schema["$defs"]["Finding"]["properties"]
