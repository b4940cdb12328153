"""Rule files into packs: every problem at its place, all at once."""

from pathlib import Path

import pytest

from app.errors import RuleFileError, UnknownPack
from app.rules.files import CAPS, Caps, from_path
from app.rules.loader import load_pack, load_shipped, shipped_packs
from app.rules.reading import load_path, read_given
from app.rules.yaml_nodes import Document

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


def test_the_shipped_packs_have_their_rules() -> None:
    assert shipped_packs() == ("boot-hygiene", "ffa-pkvm")
    pack = load_shipped("ffa-pkvm")
    assert [rule.id for rule in pack.rules] == [
        "FFA001", "FFA002", "FFA003", "FFA004", "FFA005", "FFA006", "FFA007", "INIT004",
        "PKVM001", "PKVM002", "SLOW003", "TEE001", "TPM001", "TPM002", "TPM003",
    ]  # fmt: skip
    assert [rule.id for rule in load_shipped("boot-hygiene").rules] == [
        "ASYNC001", "ASYNC002", "DEF001", "DEF002", "DEF003", "INIT001", "INIT002", "INIT003",
        "LOG001", "LOG002", "PROBE001", "SLOW001", "SLOW002",
    ]  # fmt: skip
    assert load_pack("ffa-pkvm") is pack


def test_a_pack_that_is_not_there() -> None:
    with pytest.raises(UnknownPack, match=r"no pack 'nope'.*Shipped packs: boot-hygiene, ffa-pkvm"):
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
        c=RULE.replace("MY001", "MY003").replace("then:", "than:"),
        d=RULE.replace("MY001", "MY004").replace("initcall: mine", "initcall: mine, marker: f.up"),
    )
    assert found == [
        "a.yaml:1:1: 'fix' is missing; write 'fix: ...'",
        "a.yaml:5:1: 'severity': 'fatal' is none of error, warning, note",
        "b.yaml:2:1: 'id': write capital letters and three digits, as in FFA001, not 'my1'",
        "b.yaml:8:1: 'check.kind': 'vibes' is none of order, sequence, level, returns, present,"
        " absent, deferral, deadline",
        "c.yaml:8:1: 'check.then' is missing; write 'then: ...'",
        "c.yaml:11:3: 'check.than' is not a known key here; did you mean 'then'?",
        "d.yaml:11:3: 'check.then': a selector names exactly one of initcall, async, probe,"
        " marker, message",
        "d.yaml:11:26: there is no marker 'f.up'; did you mean 'ffa.up'?",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("initcall: mine", "initcall: mine, driver: x"), "'driver' goes with 'probe'"),
        (("initcall: mine", "marker: ffa.up, module: x"), "'module' goes with 'initcall'"),
        (("check:", "applies_when: {kernel: new}\ncheck:"), "write a kernel range as '>=6.5'"),
        (("check:", "applies_when: {before: ffa.up}\ncheck:"), "a condition is exactly one of"),
        (
            ("check:", "applies_when: {arch: a, before: ffa.up}\ncheck:"),
            "'before' goes with 'marker'",
        ),
        (
            ("check:", "applies_when: {arch: a, marker: ffa.up}\ncheck:"),
            "a condition is exactly one of",
        ),
        (
            ("check:", "messages: {fail: '{then.colour}'}\ncheck:"),
            "a.yaml:8:12: 'messages.fail': uses {then.colour}; did you mean 'then.line'? A rule",
        ),
        (
            ("check:", "applies_when: 5\ncheck:"),
            "'applies_when': write a mapping, as in {marker: ffa.up}, not 5",
        ),
    ],
)
def test_what_a_rule_must_not_say(tmp_path: Path, change: tuple[str, str], expected: str) -> None:
    (found,) = problems(tmp_path, a=RULE.replace(*change))
    assert expected in found


def test_a_key_given_twice_hides_nothing_else(tmp_path: Path) -> None:
    twice = RULE.replace("severity: error", "severity: error\nseverity: note")
    other = twice.replace("fix: do it\n", "").replace("MY001", "MY002")
    assert problems(tmp_path, a=twice, b=other) == [
        "a.yaml:6:1: 'severity' is given twice",
        "b.yaml:1:1: 'fix' is missing; write 'fix: ...'",
        "b.yaml:6:1: 'severity' is given twice",
    ]


def test_messages_and_markers_are_told_beside_any_other_fault(tmp_path: Path) -> None:
    messages = "messages: {fail: '{then.tme}', pass: '{', fragile: '{then}'}\ncheck:"
    faulty = RULE.replace("fix: do it\n", "").replace("check:", messages)
    places = [
        one.split(" ")[:2]
        for one in problems(tmp_path, a=faulty.replace("initcall: mine", "marker: ffa.upp"))
    ]
    assert places == [
        ["a.yaml:1:1:", "'fix'"],
        ["a.yaml:7:12:", "'messages.fail':"],
        ["a.yaml:7:32:", "'messages.pass':"],
        ["a.yaml:11:10:", "there"],
    ]


def test_an_anchor_an_alias_and_a_tag_hide_nothing(tmp_path: Path) -> None:
    faulty = RULE.replace("schema: 1\n", "").replace("severity: error", "severity: &mine fatal")
    faulty = faulty.replace("fix: do it", "fix: *mine").replace("title: Mine", "title: !!int Mine")
    faulty = faulty.replace("{initcall: mine}", "{<<: *mine, pick: frist}")
    assert problems(tmp_path, a=faulty.replace("kind: order", "kind: *mine\n  first: order")) == [
        "a.yaml:1:1: 'schema' is missing; write 'schema: 1' first",
        "a.yaml:3:8: YAML tags (tag:yaml.org,2002:int) are not allowed; write a plain value",
        "a.yaml:4:1: 'severity': 'fatal' is none of error, warning, note",
        "a.yaml:4:11: YAML anchors (&name) are not allowed; write the value out",
        "a.yaml:6:6: YAML aliases (*name) are not allowed; write the value out",
        "a.yaml:8:9: YAML aliases (*name) are not allowed; write the value out",
        "a.yaml:10:3: 'first' is given twice",
        "a.yaml:11:14: YAML aliases (*name) are not allowed; write the value out",
    ]
    assert problems(tmp_path, a=faulty)[-2:] == [
        "a.yaml:10:14: YAML aliases (*name) are not allowed; write the value out",
        "a.yaml:10:21: 'check.then.pick': 'frist' is none of first, last, all;"
        " did you mean 'first'?",
    ]


def test_what_was_to_come_from_elsewhere_is_not_missing(tmp_path: Path) -> None:
    merged = "<<: *base\n" + RULE.replace("fix: do it\n", "").replace("  kind: order\n", "")
    merged = merged.replace("  first:", "  <<: *base\n  first:")
    assert [one.split(" ")[2] for one in problems(tmp_path, a=merged)] == ["aliases", "aliases"]
    assert "'schema': write" not in "".join(
        problems(tmp_path, a=RULE.replace("schema: 1", "schema: *one"))
    )


def test_a_broken_file_hides_no_other_and_is_not_taken_for_missing(tmp_path: Path) -> None:
    more = "consequences: [{rule: %s, outcome: fail, message: x}, 5, {rule: 6}]\n"
    found = problems(
        tmp_path,
        MY001=RULE + "tags: [open\n",
        b=RULE.replace("MY001", "MY002").replace("error", "fatal") + more % "MY001",
        c=RULE.replace("MY001", "MY003").replace("mine}", "mine}\n---\nsecond: 1"),
        d=RULE.replace("MY001", "MY004") + more % "MY009",
    )
    assert [one for one in found if "consequences" not in one] == [
        "MY001.yaml:13:1: not YAML: did not find expected ',' or ']'",
        "b.yaml:5:1: 'severity': 'fatal' is none of error, warning, note",
        "c.yaml:12:1: a second document begins here; write one rule a file",
        "d.yaml:12:17: there is no rule MY009 in this pack; did you mean 'MY004'?",
    ]
    assert {one.split(":")[0] for one in found if "consequences" in one} == {"b.yaml", "d.yaml"}


def test_a_faulty_rule_has_its_id_all_the_same(tmp_path: Path) -> None:
    found = problems(tmp_path, a=RULE.replace("fix: do it\n", ""), b=RULE, c="just words\n")
    assert "b.yaml:2:1: there is a rule MY001 already, in a.yaml" in found


def test_a_marker_that_is_no_text(tmp_path: Path) -> None:
    found = problems(tmp_path, a=RULE.replace("{initcall: mine}", "{marker: [5, ffa.upp]}"))
    assert [one.split(" ")[0] for one in found] == ["a.yaml:11:19:", "a.yaml:11:22:"]


def test_a_header_with_a_fault_blames_no_rule_for_its_markers(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: one\ntitle: t\nmarkers: {mine.up: {}}\n"
    found = problems(tmp_path, pack=header, a=RULE.replace("initcall: mine", "marker: mine.up"))
    assert found == ["pack.yaml:3:1: 'version': write three numbers, as in 1.0.0, not 'one'"]


def test_the_same_id_twice(tmp_path: Path) -> None:
    assert problems(tmp_path, a=RULE, b=RULE) == [
        "b.yaml:2:1: there is a rule MY001 already, in a.yaml"
    ]


def test_a_folder_without_rules(tmp_path: Path) -> None:
    assert "there is no rule file" in problems(tmp_path)[0]


def test_a_file_that_is_too_large_or_not_utf8(tmp_path: Path) -> None:
    (tmp_path / "big.yaml").write_bytes(b"#" * (CAPS.file_bytes + 1))
    (tmp_path / "latin.yaml").write_bytes(b"id: \xe9\n")
    assert problems(tmp_path) == [
        "big.yaml:1:1: larger than 262,144 bytes",
        "latin.yaml:1:5: not UTF-8 here (byte 4); save the file as UTF-8",
    ]


def test_a_file_that_is_no_mapping(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, a="just words\n")
    assert found == "a.yaml:1:1: a rule file is a mapping: it begins with 'schema: 1'"


def test_a_pack_header_waits_only_for_markers_it_knows(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nmarkers: {a: {%s: [b]%s}}\n"
    for key in ("waits_for", "found_by"):
        (found,) = problems(tmp_path, pack=header % (key, ", probe: dev"), a=RULE)
        assert "a needs b, which 'markers' lacks" in found
        (found,) = problems(tmp_path, pack=header % (key, ""), a=RULE)
        assert "a has no 'probe' that could wait or be found" in found


def test_every_level_of_a_file_knows_its_keys(tmp_path: Path) -> None:
    found = problems(
        tmp_path,
        a=RULE.replace("check:", "applies_when: {any: [{cmdlin: x}, {not: {markr: y}}]}\ncheck:"),
        b=RULE.replace("MY001", "MY002").replace("{initcall: mine}", "[{initcal: mine}]"),
        c=RULE.replace("MY001", "MY003").replace("fix: do it", "fixx: do it"),
        d=RULE.replace("MY001", "MY004") + "  first_missing: {outcome: fail, shows: {marker: x}}\n",
        e=RULE.replace("MY001", "MY005") + "messages: {fial: x}\nexamples: [{nme: x}]\n",
        f=RULE.replace("MY001", "MY006").replace("edge: end", "edge: ending, zzz: 1"),
        g=RULE.replace("MY001", "MY007").replace("  kind: order\n", ""),
    )
    assert [line for line in found if "known key" in line or "none of" in line] == [
        "a.yaml:8:23: 'applies_when.any.0.cmdlin' is not a known key here; did you mean 'cmdline'?",
        "a.yaml:8:42: 'applies_when.any.1.not.markr' is not a known key here; did you mean"
        " 'marker'?",
        "b.yaml:11:11: 'check.then.0.initcal' is not a known key here; did you mean 'initcall'?",
        "c.yaml:7:1: 'fixx' is not a known key here; did you mean 'fix'?",
        "d.yaml:12:34: 'check.first_missing.shows' is not a known key here; did you mean 'show'?",
        "e.yaml:12:12: 'messages.fial': 'fial' is none of pass, fragile, fail, inconclusive,"
        " not_applicable, error; did you mean 'fail'?",
        "e.yaml:13:13: 'examples.0.nme' is not a known key here; did you mean 'name'?",
        "f.yaml:10:28: 'check.first.edge': 'ending' is none of start, end; did you mean 'end'?",
        "f.yaml:10:42: 'check.first.zzz' is not a known key here; known are async, before,"
        " driver, edge, initcall, level, marker, message, module, optional, pick, probe",
    ]
    assert "g.yaml:8:1: 'check.kind' is missing; write 'kind: order' or another kind" in found


def test_marker_names_are_known(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nmarkers: {mine.ready: {}}\n"
    condition = "applies_when: {all: [{marker: ffa.upp}, {marker: 'tpm.*'}, {marker: 'tmp.*'}]}\n"
    found = problems(
        tmp_path,
        pack=header,
        a=condition + RULE.replace("initcall: mine}", "marker: [ffa.up, mine.redy, mine.ready]}"),
    )
    assert found == [
        "a.yaml:1:23: there is no marker 'ffa.upp'; did you mean 'ffa.up'?",
        "a.yaml:1:61: there is no marker 'tmp.*'",
        "a.yaml:12:27: there is no marker 'mine.redy'; did you mean 'mine.ready'?",
    ]


@pytest.mark.parametrize(
    ("redirects", "expected"),
    [
        ("{MY009: MY002}", "there is no rule MY002; did you mean 'MY001'?"),
        ("{MY001: MY001}", "MY001 leads to MY001, which leads to MY001: write that"),
        ("{MY008: MY009, MY009: MY001}", "MY008 leads to MY009, which leads to MY001: write that"),
        ("{x: MY001}", "write capital letters and three digits, as in FFA001, not 'x'"),
    ],
)
def test_redirects_lead_to_rules(tmp_path: Path, redirects: str, expected: str) -> None:
    header = f"schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nredirects: {redirects}\n"
    (found,) = problems(tmp_path, pack=header, a=RULE)
    assert found.endswith(expected)


def test_a_former_id_is_no_id_any_more(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nredirects: {MY002: MY001}\n"
    (found,) = problems(tmp_path, pack=header, a=RULE, b=RULE.replace("MY001", "MY002"))
    assert found == "pack.yaml:5:13: there is a rule MY002 still"
    (tmp_path / "b.yaml").unlink()
    pack = load_pack(str(tmp_path))
    assert pack.find("MY002") is pack.find("MY001") is pack.rules[0]
    assert pack.find("MY003") is None


def test_consequences_lead_to_rules_of_the_pack(tmp_path: Path) -> None:
    more = "consequences: [{rule: MY003, outcome: fail, message: x}]\n"
    (found,) = problems(tmp_path, a=RULE, b=RULE.replace("MY001", "MY002") + more)
    assert found == ("b.yaml:12:17: there is no rule MY003 in this pack; did you mean 'MY002'?")
    header = "schema: 1\npack: mine\nversion: 1.0.0\ntitle: t\n"
    for pack, right in (("mine", False), ("theirs", True)):
        text = RULE.replace("MY001", "MY002") + more.replace("{rule:", f"{{pack: {pack}, rule:")
        (tmp_path / "pack.yaml").write_text(header, "utf-8")
        (tmp_path / "b.yaml").write_text(text, "utf-8")
        assert (read_given(from_path(tmp_path)).problems == ()) is right, (
            "what another pack has is not known here"
        )
    assert load_pack(str(tmp_path / "b.yaml")).rules, "alone it may name what is not there"


def test_a_rule_of_a_pack_is_read_with_its_header(tmp_path: Path) -> None:
    header = "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nmarkers: {mine.ready: {}}\n"
    (tmp_path / "pack.yaml").write_text(header)
    (tmp_path / "a.yaml").write_text(RULE.replace("initcall: mine", "marker: mine.ready"))
    assert load_pack(str(tmp_path / "a.yaml")).header.pack == "p"


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        ("schema: 2", "a.yaml:1:1: schema 2 is newer than this Bootscope, which knows 1;"
         " upgrade Bootscope"),
        ("schema: 0", "a.yaml:1:1: there is no schema 0; write 'schema: 1'"),
        ("schema: yes", "a.yaml:1:1: 'schema': write a number, 1 is today's"),
        ("schema: '1'", "a.yaml:1:1: 'schema': write a number, 1 is today's"),
        ("shema: 1", "a.yaml:1:1: 'schema' is missing; write 'schema: 1' first; did you mean"
         " 'shema'?"),
    ],
)  # fmt: skip
def test_the_schema_of_a_file(tmp_path: Path, first: str, expected: str) -> None:
    assert problems(tmp_path, a=RULE.replace("schema: 1", first)) == [expected]


def test_an_older_file_is_brought_up_to_date_with_its_places(tmp_path: Path) -> None:
    """A schema 0 that named its check 'test', and its severity 'level'."""

    def from_zero(document: Document) -> None:
        document.move(("test",), ("check",))
        document.move(("level",), ("severity",))

    old = RULE.replace("schema: 1", "schema: 0").replace("check:", "test:")
    old = old.replace("severity:", "level:")
    file = tmp_path / "a.yaml"
    file.write_text(old)
    pack = load_path(file, {0: from_zero})
    assert (pack.rules[0].check.kind, pack.rules[0].severity) == ("order", "error")
    file.write_text(old.replace("then:", "than:").replace("level: error", "level: fatal"))
    with pytest.raises(RuleFileError) as caught:
        load_path(file, {0: from_zero})
    places = [(problem.line, problem.column) for problem in caught.value.problems]
    assert places == [(5, 1), (8, 1), (11, 3)], "as the user wrote them"
    file.write_text(RULE.replace("schema: 1", "schema: -1"))
    with pytest.raises(RuleFileError, match="there is no schema -1"):
        load_path(file, {0: from_zero})


def test_caps_on_what_strangers_send(tmp_path: Path) -> None:
    for number in range(4):
        (tmp_path / f"r{number}.yaml").write_text(RULE.replace("MY001", f"MY00{number}"))
    (tmp_path / ".hidden.yaml").write_text("not asked: [")
    assert len(load_pack(str(tmp_path)).rules) == 4

    def told(caps: Caps) -> list[str]:
        with pytest.raises(RuleFileError) as caught:
            load_path(tmp_path, caps=caps)
        return [str(problem) for problem in caught.value.problems]

    assert len(RULE) == 188, "three fit, the fourth does not"
    assert told(Caps(pack_bytes=600)) == ["r3.yaml:1:1: the pack is larger than 600 bytes"]
    assert "more than 3 rule files; split the pack" in told(Caps(files=3))[0]


@pytest.mark.parametrize(
    "change",
    [
        ("initcall: mine", "initcall: []"),
        ("initcall: mine", f"initcall: {'x' * 201}"),
        ("initcall: mine", f"initcall: [{', '.join(['x'] * 51)}]"),
        ("check:", f"applies_when: {{any: [{', '.join(['{arch: a}'] * 21)}]}}\ncheck:"),
        ("check:", "applies_when: " + "{not: " * 30 + "{arch: a}" + "}" * 30 + "\ncheck:"),
        ("check:", f"tags: [{', '.join(['t'] * 31)}]\ncheck:"),
        ("check:", f"title: {'t' * 101}\ncheck:"),
    ],
)
def test_caps_inside_a_file(tmp_path: Path, change: tuple[str, str]) -> None:
    found = problems(tmp_path, a=RULE.replace(*change))
    assert any(
        words in found[0] for words in ("too long", "is empty", "nested deeper", "given twice")
    ), found


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("{kind: level, of: {initcall: a}}", "give either 'at', or 'min', 'max' or both"),
        ("{kind: level, of: {initcall: a}, at: 6, max: 7}", "give either 'at'"),
        ("{kind: level, of: {initcall: a}, min: 7, max: 6s}", "'min' 7 runs after 'max' 6s"),
        ("{kind: level, of: {initcall: a}, at: device}", "6s, 7, 7s, module; write 6"),
        ("{kind: level, of: {initcall: a}, at: late_initcall_sync}", "module; write 7s"),
        ("{kind: level, of: {initcall: a}, at: [6, 9]}", "'9' is none of con, early"),
        ("{kind: deadline, of: {initcall: a}, at_most: soon}", "write a number and a unit"),
        ("{kind: deadline, at_most: 1 s}", "give either 'of', or 'from' and 'to'"),
        ("{kind: deadline, from: {initcall: a}, at_most: 1 s}", "give either 'of'"),
        (
            "{kind: deadline, from: {initcall: a}, to: {initcall: b}, at_most: 1 s,"
            " clock: reported}",
            "no figure spans two lines",
        ),
        ("{kind: absent, what: {marker: ima.start, edge: end}}", "'edge' goes with 'initcall'"),
        ("{kind: sequence, steps: [{initcall: a}]}", "'check.steps' is empty"),
        ("{kind: returns, of: {initcall: a}, accept: none}", "'check.accept"),
        ("{kind: present, what: 5}", "'check.what': write a list, as in [a, b], not 5"),
        ("{kind: present, what: {message: x}, at_least: 0}", "write 1 or more, not 0"),
        ("{kind: present, what: {message: x}, at_least: many}", "write a whole number, not 'many'"),
        ("{kind: present, what: {message: x}, at_least: [1]}", "a whole number, not a list"),
        ("{kind: present, what: {message: x, optional: {}}}", "true or false, not a mapping"),
        ("{kind: deferral, device: [~]}", "'check.device.0': write a text, not nothing"),
    ],
)
def test_what_a_kind_must_not_say(tmp_path: Path, check: str, expected: str) -> None:
    head = RULE.partition("check:")[0]
    found = problems(tmp_path, a=f"{head}check: {check}\n")
    assert expected in found[0]


def test_a_brace_that_is_no_placeholder(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, a=RULE + "messages: {fail: '{0} {then}'}\n")
    assert "'messages.fail': has a brace that is no {placeholder}" in found
    (near,) = problems(tmp_path, a=RULE + "messages: {fail: '{then.lin}'}\n")
    assert "'messages.fail': uses {then.lin}; did you mean 'then.line'?" in near


def test_a_pack_by_almost_its_name() -> None:
    with pytest.raises(UnknownPack, match=r"no pack 'ffa-pkwm'; did you mean 'ffa-pkvm'\."):
        load_pack("ffa-pkwm")
