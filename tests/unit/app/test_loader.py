"""Rule files into packs: every problem at its place, all at once."""

from pathlib import Path

import pytest

from app.errors import RuleFileError, UnknownPack
from app.rules.loader import MAX_FILE_BYTES, load_pack, load_shipped, shipped_packs

RULE = """\
schema: 1
id: MY001
name: my-rule
title: Mine comes after yours
severity: error
why: because
fix: do it
check:
  kind: order
  first: {initcall: yours, edge: end}
  then: {initcall: mine}
"""


def problems(folder: Path, **files: str) -> list[str]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, "utf-8")
    with pytest.raises(RuleFileError) as caught:
        load_pack(str(folder))
    return [str(problem) for problem in caught.value.problems]


def test_the_shipped_pack_has_its_rules() -> None:
    assert shipped_packs() == ("ffa-pkvm",)
    pack = load_shipped("ffa-pkvm")
    assert [rule.id for rule in pack.rules] == [
        "DEF001", "FFA001", "FFA002", "FFA003", "INIT001", "PKVM001", "TPM001", "TPM002"
    ]  # fmt: skip
    assert load_pack("ffa-pkvm") is pack


def test_a_pack_that_is_not_there() -> None:
    with pytest.raises(UnknownPack, match=r"no pack 'nope'.*Shipped packs: ffa-pkvm"):
        load_pack("nope")


def test_a_users_rule_from_one_file_and_from_a_folder(tmp_path: Path) -> None:
    (tmp_path / "MY001.yaml").write_text(RULE, "utf-8")
    (tmp_path / "notes.txt").write_text("not a rule", "utf-8")
    for place in (tmp_path, tmp_path / "MY001.yaml"):
        pack = load_pack(str(place))
        assert (pack.header.pack, [rule.id for rule in pack.rules]) == ("user", ["MY001"])


def test_every_problem_of_every_file_is_told_with_its_place(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        a=RULE.replace("severity: error", "severity: fatal").replace("fix: do it\n", ""),
        b=RULE.replace("id: MY001", "id: my1").replace("kind: order", "kind: vibes"),
        c=RULE.replace("then:", "than:"),
        d=RULE.replace("initcall: mine", "initcall: mine, marker: x"),
    )
    assert found == [
        "a.yaml:5:1: 'severity': 'fatal' is none of error, warning, note",
        "a.yaml:1:1: 'fix' is missing; write 'fix: ...'",
        "b.yaml:2:1: 'id': write capital letters and three digits, as in FFA001, not 'my1'",
        "b.yaml:8:1: 'check.kind': 'vibes' is none of order, sequence, level, returns, present,"
        " absent, deferral, deadline",
        "c.yaml:8:1: 'check.then' is missing; write 'then: ...'",
        "c.yaml:11:3: 'check.than' is not a known key here; did you mean 'then'?",
        "d.yaml:11:3: 'check.then': a selector names exactly one of initcall, probe, marker,"
        " message",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("initcall: mine", "initcall: mine, driver: x"), "'driver' goes with 'probe'"),
        (("initcall: mine", "marker: mine, module: x"), "'module' goes with 'initcall'"),
        (("check:", "applies_when: {kernel: new}\ncheck:"), "write a kernel range as '>=6.5'"),
        (("check:", "applies_when: {before: x}\ncheck:"), "a condition is exactly one of"),
        (("check:", "applies_when: {arch: a, before: x}\ncheck:"), "'before' goes with 'marker'"),
        (("check:", "applies_when: {arch: a, marker: x}\ncheck:"), "a condition is exactly one of"),
        (
            ("check:", "messages: {fail: '{then.colour}'}\ncheck:"),
            "message 'fail' uses {then.colour}",
        ),
    ],
)
def test_what_a_rule_must_not_say(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    (found,) = problems(tmp_path, a=RULE.replace(*change))
    assert expected in found


def test_a_file_that_is_no_good_yaml_is_not_asked_for_more(tmp_path: Path) -> None:
    assert problems(tmp_path, a="id: X\nid: Y\n") == ["a.yaml:2:1: 'id' is given twice"]


def test_the_same_id_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, a=RULE, b=RULE) == [
        "b.yaml:2:1: there is a rule MY001 already, in a.yaml"
    ]


def test_a_folder_without_rules(tmp_path: Path) -> None:
    assert "there is no rule file" in problems(tmp_path)[0]


def test_a_file_that_is_too_large_or_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * (MAX_FILE_BYTES + 1))
    (tmp_path / "latin.yaml").write_bytes(b"id: \xe9\n")
    assert problems(tmp_path) == [
        "big.yaml:1:1: larger than 262,144 bytes",
        "latin.yaml:1:1: not UTF-8 at byte 4",
    ]


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, a="just words\n")
    assert found == "a.yaml:1:1: a rule file is a mapping: it begins with 'schema: 1'"


def test_a_pack_header_waits_only_for_markers_it_knows(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nmarkers: {a: {waits_for: [b]}}\n"
    (found,) = problems(tmp_path, pack=header, a=RULE)
    assert "a waits for b, which 'markers' lacks" in found
