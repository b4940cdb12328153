"""A build judged by its symbols: each kind, waivers, every shape of symbols, the schema."""

import json
import lzma
import shutil
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from app.adapters import adapter
from app.analysis import analyse
from app.build_check import BuildFinding, BuildReport, check_build
from app.build_check.publish import json_schema
from app.build_check.render import render_json, render_text
from app.report import SUBJECT, Policy, exit_code
from app.rules.loader import load_pack
from app.rules.model import Pack, PackHeader, Rule
from app.rules.waivers import Placed, Waiver
from tests.conftest import ROOT, SAMPLES

TABLE = (
    ("a_init", "3"), ("b_init", "4"), ("c_init", "6"), ("d_init", "6"), ("e_init", "7s"),
)  # fmt: skip
"""In running order."""
TODAY = date(2026, 6, 1)
ELF = ROOT / "tests/unit/parsers/elf"


def system_map(table: tuple[tuple[str, str], ...] = TABLE) -> bytes:
    lines = [
        f"{0xFFFF800010000000 + 8 * n:x} d __initcall__kmod_{name[0]}__{n}_{n + 10}_{name}{level}"
        for n, (name, level) in enumerate(table)
    ]
    return "\n".join(lines).encode()


def pack(check: dict[str, Any], **more: Any) -> Pack:
    rule = {
        "schema": 1, "id": "MY001", "name": "mine", "title": "Mine", "severity": "error",
        "why": "w", "fix": "f", "check": check,
    }  # fmt: skip
    header = PackHeader(schema_=1, pack="mine", version="1.0.0", title="Mine")
    return Pack(header=header, rules=(adapter(Rule).validate_python(rule | more),))


def judged(check: dict[str, Any], symbols: bytes | None = None, **more: Any) -> BuildFinding:
    report = check_build(symbols or system_map(), packs=[pack(check, **more)])
    assert len(report.findings) == 1
    return report.findings[0]


def calls(*names: str, **more: Any) -> list[dict[str, Any]]:
    return [{"initcall": name, **more} for name in names]


@pytest.mark.parametrize(
    ("first", "then", "outcome", "basis"),
    [
        ("a_init", "b_init", "pass", "level"),
        ("b_init", "a_init", "fail", "level"),
        ("c_init", "d_init", "fragile", "link_order"),
        ("d_init", "c_init", "fail", "link_order"),
        ("a_init", "gone_init", "inconclusive", None),
        ("a_init", "a_init", "inconclusive", None),
    ],
)
def test_order(first: str, then: str, outcome: str, basis: str | None) -> None:
    found = judged({"kind": "order", "first": calls(first), "then": calls(then)})
    assert (found.outcome, found.basis) == (outcome, basis)
    if basis is not None:
        order = [name for name, _ in TABLE]
        assert [(p.role, p.function, p.link_order) for p in found.places] in (
            [("first", first, order.index(first)), ("then", then, order.index(then))],
            [("then", then, order.index(then)), ("first", first, order.index(first))],
        )
        for place in found.places:  # both positions are in the sentence
            assert str(place.link_order) in found.message


@pytest.mark.parametrize(
    ("steps", "outcome", "words"),
    [
        (["a_init", "b_init", "e_init"], "pass", "level 3 comes before level 4"),
        (["a_init", "c_init", "d_init"], "fragile", "c_init() of c runs before d_init() of d"),
        (["a_init", "e_init", "b_init"], "fail", "b_init() of b runs before e_init() of e"),
        (["a_init", "gone_init", "b_init"], "inconclusive", "gone_init is not among"),
        (["b_init", "gone_init", "a_init"], "fail", "a_init() of a runs before b_init() of b"),
        (["gone_init", "lost_init"], "inconclusive", "not among"),
    ],
)
def test_sequence(steps: list[str], outcome: str, words: str) -> None:
    found = judged({"kind": "sequence", "steps": [calls(step) for step in steps]})
    assert found.outcome == outcome
    assert words in found.message


def test_a_sequence_passes_over_an_optional_step() -> None:
    steps = [calls("a_init"), calls("gone_init", optional=True), calls("b_init")]
    assert judged({"kind": "sequence", "steps": steps}).outcome == "pass"
    few = judged({"kind": "sequence", "steps": [steps[1], steps[2]]})
    assert (few.outcome, few.message) == (
        "inconclusive", "Fewer than two of its steps are in this build."
    )  # fmt: skip


@pytest.mark.parametrize(
    ("of", "bounds", "outcome"),
    [
        (calls("c_init"), {"at": "6"}, "pass"),
        (calls("c_init"), {"min": "3", "max": "5"}, "fail"),
        (calls("*_init", pick="all"), {"min": "3"}, "pass"),
        (calls("*_init", pick="all"), {"max": "6"}, "fail"),
        (calls("gone_init"), {"at": "6"}, "inconclusive"),
    ],
)
def test_level(of: list[dict[str, Any]], bounds: dict[str, str], outcome: str) -> None:
    assert judged({"kind": "level", "of": of, **bounds}).outcome == outcome


@pytest.mark.parametrize(
    "check",
    [
        {"kind": "returns", "of": calls("a_init")},
        {"kind": "present", "what": calls("a_init")},
        {"kind": "absent", "what": calls("a_init")},
        {"kind": "deferral"},
        {"kind": "deadline", "of": calls("a_init"), "at_most": "1 s"},
        {"kind": "order", "first": [{"message": "*"}], "then": calls("a_init")},
        {"kind": "order", "first": [{"probe": "*"}], "then": calls("a_init")},
        {"kind": "level", "of": [{"marker": "kernel.panic"}], "at": "6"},
    ],
)
def test_what_only_a_boot_can_decide_says_so(check: dict[str, Any]) -> None:
    found = judged(check)
    assert found.outcome == "not_applicable"
    assert found.message.startswith("Needs a boot")
    report = check_build(system_map(), packs=[pack(check)])
    assert exit_code(report, Policy()) == 5
    assert "Needs a boot" in render_text(report)


def test_what_has_to_be_assumed_is_named() -> None:
    check = {"kind": "order", "first": calls("a_init"), "then": calls("b_init")}
    condition = {
        "all": [
            {"marker": "ffa.up", "before": "ima.start"},
            {"not": {"cmdline": "quiet"}},
            {"any": [{"arch": "arm64"}, {"present": {"probe": "tpm*"}}]},
            {"absent": {"initcall": "z_init"}},
        ]
    }
    assert judged(check, applies_when=condition).assumed == (
        "ffa.up before ima.start",
        "not command line has quiet",
        "(architecture arm64 or tpm* seen)",
        "z_init not seen",
    )
    old = check_build(
        system_map(), packs=[pack(check, applies_when={"not": {"kernel": ">=6.1"}})], kernel="6.6"
    )
    assert old.findings[0].message == "Does not apply to 6.6: not kernel >=6.1."


def test_a_rule_that_crashes_is_an_error_and_gates(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise ValueError

    monkeypatch.setattr("app.build_check.check.judge_order", crash)
    check = {"kind": "order", "first": calls("a_init"), "then": calls("b_init")}
    report = check_build(system_map(), packs=[pack(check)])
    assert report.findings[0].outcome == report.verdict == "error"
    assert exit_code(report, Policy()) == 1


def waiver(**more: Any) -> Placed:
    fields = {"rule": "MY001", "reason": "Known.", "expires": "2026-12-31"} | more
    return Placed(adapter(Waiver).validate_python(fields), "waivers.yaml:3")


BACKWARDS = {"kind": "order", "first": calls("b_init"), "then": calls("a_init")}


def waived(*placed: Placed) -> BuildReport:
    return check_build(system_map(), packs=[pack(BACKWARDS)], waivers=placed, today=TODAY)


@pytest.mark.parametrize(
    "fields",
    [{}, {"subject": ["a_init", "b_*"]}, {"signature": "MY001:fail:*"}],
)
def test_a_waiver_lets_a_finding_pass(fields: dict[str, Any]) -> None:
    report = waived(waiver(**fields))
    assert (report.verdict, exit_code(report, Policy())) == ("pass", 0)
    assert report.findings[0].outcome == "fail"
    assert report.headline == "Every order that symbols can tell holds by level, with 1 waived"
    text = render_text(report)
    assert "waived FAIL MY001" in text and "until 2026-12-31 (waivers.yaml:3): Known." in text


@pytest.mark.parametrize(
    "fields",
    [
        {"subject": "a_init"}, {"signature": "MY001:fragile:*"}, {"outcomes": ["fragile"]},
        {"machine": "?*"}, {"kernel": ">=6.1"}, {"rule": "MY002"},
    ],
)  # fmt: skip
def test_a_waiver_for_something_else_lets_nothing_pass(fields: dict[str, Any]) -> None:
    report = waived(waiver(**fields))
    assert (report.verdict, exit_code(report, Policy())) == ("fail", 1)
    assert not report.findings[0].waived


def test_a_waiver_that_is_over_is_a_finding_itself() -> None:
    report = waived(waiver(expires="2026-05-31"))
    assert [(f.rule, f.outcome) for f in report.findings] == [
        ("MY001", "fail"), ("WAIVER001", "fail"),
    ]  # fmt: skip
    assert exit_code(report, Policy()) == 1
    assert "expired on 2026-05-31" in render_text(report)


def test_a_boot_and_its_build_share_their_waivers() -> None:
    log = (SAMPLES / "ff-rootfs-protected.log").read_bytes()
    symbols = (SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes()
    booted = analyse(log, symbols=symbols, today=TODAY).report
    signed = next(f.signature for f in booted.findings if f.rule == "FFA001")
    fields = {"rule": "FFA001", "signature": signed}
    report = check_build(symbols, waivers=[waiver(**fields)], today=TODAY)
    assert [f.rule for f in report.findings if f.waived] == ["FFA001"]


def test_the_json_fits_the_published_schema() -> None:
    schema = json_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    reports = [waived(waiver()), waived(waiver(expires="2026-05-31"))]
    reports += [check_build(path.read_bytes()) for path in SAMPLES.glob("*.System.map.xz")]
    for report in reports:
        text = render_json(report)
        jsonschema.validate(json.loads(text), schema)
        assert adapter(BuildReport).validate_json(text) == report
    broken = json.loads(render_json(reports[0])) | {"verdict": "green"}
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken, schema)
    del broken["schema"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(broken | {"verdict": "fail"}, schema)


def outcomes(symbols: bytes) -> list[tuple[str, str, str | None]]:
    return [(f.rule, f.outcome, f.basis) for f in check_build(symbols).findings]


@pytest.mark.parametrize("case", ["ff-rootfs-protected", "ff-device-protected"])
def test_every_listing_of_a_build_gets_the_same_answers(case: str) -> None:
    packed = (SAMPLES / f"{case}.System.map.xz").read_bytes()
    plain = lzma.decompress(packed)
    rows = [line.split(maxsplit=2) for line in plain.decode().splitlines()]
    by_name = sorted(rows, key=lambda row: row[2])
    shapes = {
        "packed": packed,
        "nm, by name": "\n".join(" ".join(row) for row in by_name).encode(),
        "nm -P": "\n".join(f"{name} {kind} {at}" for at, kind, name in by_name).encode(),
        "kallsyms without privileges": "\n".join(
            f"{'0' * 16} {kind} {name}" for _, kind, name in rows
        ).encode(),
        "CRLF": plain.replace(b"\n", b"\r\n"),
    }
    expected = outcomes(plain)
    for shape, data in shapes.items():
        assert outcomes(data) == expected, shape


@pytest.mark.skipif(shutil.which("nm") is None, reason="needs binutils")
def test_a_vmlinux_and_what_nm_says_of_it_get_the_same_answers(tmp_path: Path) -> None:
    vmlinux = ELF / "vmlinux-arm64.elf"
    listing = subprocess.run(["nm", vmlinux], capture_output=True, check=True).stdout
    table = check_build(vmlinux.read_bytes())
    assert (table.symbols.kind, table.symbols.initcalls > 0) == ("vmlinux", True)
    assert outcomes(listing) == outcomes(vmlinux.read_bytes())


def test_shipped_rules_that_need_a_boot_are_listed_as_such() -> None:
    report = check_build((SAMPLES / "ff-rootfs-protected.System.map.xz").read_bytes())
    static = {"order", "sequence", "level"}
    kinds = {r.id: r.check.kind for name in ("ffa-pkvm", "boot-hygiene")
             for r in load_pack(name).rules}  # fmt: skip
    assert {f.rule for f in report.findings} == set(kinds)
    for found in report.findings:
        if kinds[found.rule] not in static:
            assert found.message == f"Needs a boot: it is of kind {kinds[found.rule]}."


TWO = {"kind": "order", "first": calls("b_init"), "then": calls("a_init")}
SEEN = {"kind": "order", "first": calls("c_init"), "then": calls("d_init")}


def follows(**more: Any) -> dict[str, Any]:
    """What MY001 says of itself where MY002 failed."""
    return {"rule": "MY002", "outcome": "fragile", "message": "So says MY002.", **more}


def in_two_packs(consequence: dict[str, Any], cause: dict[str, Any]) -> BuildReport:
    """MY001, ``c_init`` before ``d_init`` by luck, and MY002 in a pack of its own."""
    theirs = pack(cause, id="MY002")
    header = PackHeader(schema_=1, pack="theirs", version="1.0.0", title="Theirs")
    mine = pack(SEEN, consequences=[consequence])
    return check_build(system_map(), packs=[mine, Pack(header=header, rules=theirs.rules)])


def explained(report: BuildReport) -> BuildFinding:
    return next(found for found in report.findings if found.rule == "MY001")


def test_a_build_follows_from_a_failure_in_another_pack() -> None:
    report = in_two_packs(follows(pack="theirs"), TWO)
    found = explained(report)
    assert (found.outcome, found.caused_by, found.undermined_by) == ("fragile", "MY002", None)
    assert found.message.endswith("nobody promises it. So says MY002.")
    assert [f.rule for f in report.findings] == ["MY002", "MY001"]
    assert report.lead == "MY002"
    worthless = explained(in_two_packs(follows(cause=False), TWO))
    assert (worthless.caused_by, worthless.undermined_by) == (None, "MY002")


@pytest.mark.parametrize(
    ("more", "so"),
    [
        ({"about": "b_*"}, True),
        ({"about": ["z_init", "a_init"]}, True),
        ({"about": "c_init"}, False),
        ({"subject": ["c_init", "d_init"]}, True),
        ({"subject": "c_init"}, False),
        ({"subject": "?_init", "about": "a_init"}, True),
        ({"outcome": "pass"}, False),
    ],
)
def test_a_consequence_is_of_what_it_names(more: dict[str, Any], so: bool) -> None:
    found = explained(in_two_packs(follows(**more), TWO))
    assert (found.caused_by == "MY002", "So says" in found.message) == (so, so)


def test_what_did_not_fail_explains_nothing() -> None:
    holds = {"kind": "order", "first": calls("a_init"), "then": calls("b_init")}
    assert explained(in_two_packs(follows(), holds)).caused_by is None


def test_a_cause_of_less_weight_leads_its_consequence() -> None:
    check = {"kind": "order", "first": calls("e_init"), "then": calls("a_init")}
    rules = (
        pack(check, consequences=[follows(outcome="fail")]).rules
        + pack(TWO, id="MY002", severity="warning").rules
        + pack(TWO, id="MY003").rules
    )
    header = PackHeader(schema_=1, pack="mine", version="1.0.0", title="Mine")
    report = check_build(system_map(), packs=[Pack(header=header, rules=rules)])
    assert [found.rule for found in report.findings] == ["MY002", "MY003", "MY001"]
    assert report.lead == "MY002"


def test_a_headline_of_a_build_fits_a_subject() -> None:
    long = f"a_function_with_a_name_of_{'very_' * 12}many_letters_init"
    table = ((long, "3"), *TABLE)
    for first, then in (("b_init", long), (long, "d_init"), ("c_init", "d_init")):
        check = {"kind": "order", "first": calls(first), "then": calls(then)}
        report = check_build(system_map(table), packs=[pack(check)])
        assert len(report.headline) <= SUBJECT, report.headline
    check = {"kind": "order", "first": calls("b_init"), "then": calls(long)}
    report = check_build(system_map(table), packs=[pack(check)])
    assert report.headline == "Not so: Mine"
