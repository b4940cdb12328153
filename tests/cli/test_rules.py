"""bootscope rules: lint, test, show, list, new, schema."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.cli.rules import KINDS
from app.rules.files import CAPS
from app.rules.kinds import PLACEHOLDERS
from tests.conftest import ROOT

PACK = str(ROOT / "app" / "rules" / "packs" / "ffa-pkvm")
RULE = """\
schema: 1
id: MY001
name: mine
title: Mine does not complain
severity: warning
why: |
  A line that is so long that it has to be broken again, since it would not fit into seventy-two.
  - a list
    goes on
fix: f
since: 1.2.0
needs: [head]
references: [somewhere]
check: {kind: absent, what: {message: '*oops*'}}
examples:
  - {name: clean, expect: pass, log: "[    0.000000] x"}
"""


def run(capsys: pytest.CaptureFixture[str], *arguments: str, code: int = 0) -> tuple[str, str]:
    assert main(["rules", *arguments]) == code
    out, err = capsys.readouterr()
    return out, err


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_rule_of_each_kind_is_right_from_the_start(
    tmp_path: Path, kind: str, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = run(capsys, "new", "MY001", "--kind", kind, "--dir", str(tmp_path))
    file = tmp_path / "MY001.yaml"
    assert out == f"{file}\nnext: bootscope rules test {file}\n"
    text = file.read_text("utf-8")
    assert text.startswith("# yaml-language-server: $schema=rule.schema.json\n")
    assert f"kind: {kind}\n" in text
    assert json.loads((tmp_path / "rule.schema.json").read_text("utf-8"))["$defs"]
    assert run(capsys, "lint", str(tmp_path)) == ("1 rule, no problem\n", "")
    out, _ = run(capsys, "test", str(file))
    assert out == "2 examples, 0 not as expected\n"
    assert f"kind {kind}" in run(capsys, "show", "MY001", "--pack", str(file))[0]


def test_every_kind_can_be_begun() -> None:
    assert set(KINDS) == set(PLACEHOLDERS)


def test_new_overwrites_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "rule.schema.json").write_text("mine")
    run(capsys, "new", "MY001", "--dir", str(tmp_path))
    assert (tmp_path / "rule.schema.json").read_text() == "mine"
    _, err = run(capsys, "new", "MY001", "--dir", str(tmp_path), code=2)
    assert "MY001.yaml: File exists." in err
    _, err = run(capsys, "new", "my-rule", "--dir", str(tmp_path), code=2)
    assert "'my-rule' is no id of a rule. Write capital letters" in err
    assert not (tmp_path / "my-rule.yaml").exists()


def test_lint_tells_every_problem_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a.yaml").write_text(RULE.replace("why", "wy").replace("absent", "absnt"))
    (tmp_path / "b.yaml").write_text(RULE.replace("*oops", "&x oops"))
    waivers = "schema: 1\nwaivers:\n  - {rule: FFA0011, reason: r, expires: 2027-01-31}\n"
    file = tmp_path.parent / "let-pass.yaml"
    file.write_text(waivers.replace("FFA0011", "FFA009"))
    out, err = run(capsys, "lint", str(tmp_path), str(file), code=2)
    assert out.replace(f"{tmp_path}/", "").replace(f"{tmp_path.parent}/", "^").splitlines() == [
        "a.yaml:1:1: 'why' is missing; write 'why: ...'",
        "a.yaml:6:1: 'wy' is not a known key here; did you mean 'why'?",
        "a.yaml:14:1: 'check.kind': 'absnt' is none of order, sequence, level, returns, present,"
        " absent, deferral, deadline; did you mean 'absent'?",
        "b.yaml:2:1: there is a rule MY001 already, in a.yaml",
        "^let-pass.yaml:3:1: there is no rule FFA009; did you mean 'FFA007'?",
    ]
    assert err == "5 problems\n"


def test_lint_of_what_is_right(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "lint", PACK)[0] == "15 rules, no problem\n"
    assert run(capsys, "lint", f"{PACK}/FFA003.yaml")[0] == "1 rule, no problem\n"
    assert run(capsys, "lint", f"{PACK}/pack.yaml")[0] == "nothing, no problem\n"
    waivers = tmp_path / "waivers.yaml"
    waivers.write_text("schema: 1\nwaivers:\n  - {rule: MY001, reason: r, expires: 2027-01-31}\n")
    (tmp_path / "MY001.yaml").write_text(RULE)
    assert run(capsys, "lint", str(tmp_path))[0] == "1 rule and 1 waiver, no problem\n"
    _, err = run(capsys, "lint", str(tmp_path / "nothing"), code=2)
    assert err == "1 problem\n"


def test_examples_that_are_not_as_expected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    examples = """\
  - {name: fails, expect: pass, evidence_lines: [1], log: "[    0.000000] oops, he said"}
  - {name: no log, expect: pass, log: " "}
"""
    (tmp_path / "MY001.yaml").write_text(RULE.replace("needs: [head]\n", "") + examples)
    out, _ = run(capsys, "test", str(tmp_path), code=1)
    assert out == (
        "MY001: clean\n"
        "  expected pass, got inconclusive: No *oops* is in this log, which may have missed it:"
        " the head of the log is lost and the log ends before user space.\n"
        "MY001: fails\n"
        "  expected pass, got fail: It happened: oops, he said.\n"
        "  L1: [    0.000000] oops, he said\n"
        "MY001: no log\n"
        "  its log cannot be read: The log is empty. Send the output of dmesg or a serial"
        " capture.\n"
        "3 examples, 3 not as expected\n"
    )
    (tmp_path / "MY001.yaml").write_text(
        RULE.partition("examples:")[0] + "examples:\n" + examples.replace("pass, e", "fail, e", 1)
        .replace("[1]", "[]").partition("  - {name: no log")[0]
    )  # fmt: skip
    out, _ = run(capsys, "test", str(tmp_path), code=1)
    assert "expected evidence lines none, got 1\n" in out


def test_the_shipped_examples_hold(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "test")[0].endswith(" examples, 0 not as expected\n")


SHOWN = """\
MY001: Mine does not complain
  mine; warning, stable, since 1.2.0; kind absent; pack user 0.0.0
  needs: head

Why
  A line that is so long that it has to be broken again, since it would
  not fit into seventy-two.
  - a list
    goes on

What to do
  f

References
  - somewhere

Examples
  pass: clean
    No *oops* is in this log, which may have missed it: the head of the
    log is lost and the log ends before user space.
  pass: empty
"""


def test_exact_text_of_a_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "MY001.yaml"
    file.write_text(RULE + '  - {name: empty, expect: pass, log: ""}\n')
    assert run(capsys, "show", "MY001", "--pack", str(file))[0] == SHOWN
    short = RULE.partition("fix:")[0] + "fix: f\ncheck: {kind: absent, what: {message: x}}\n"
    short = short.replace("fix: f", 'fix: "\\e[31mf"\napplies_when: {kernel: ">=6.5,<7.2"}')
    file.write_text(short.replace("  - a list", "  - a point of a list that is long enough to be"))
    out, _ = run(capsys, "show", "MY001", "--pack", str(file))
    assert "\n  kernels: 6.5 and later, before 7.2\n" in out
    assert "\\x1b[31mf" in out and "\x1b" not in out
    assert "\n  - a point of a list that is long enough to be\n    goes on\n" in out
    file.write_text(short.replace("  - a list", f"  - a point {'of a list ' * 7}"))
    out, _ = run(capsys, "show", "MY001", "--pack", str(file))
    assert "of a list\n    of a list goes on\n" in out
    assert "References" not in out and "Examples" not in out and "needs" not in out


def test_lint_names_files_as_they_are_found_from_here(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a.yaml").write_text("schema: [\n")
    many = tmp_path / "many"
    many.mkdir()
    for number in range(CAPS.files + 1):
        (many / f"r{number}.yaml").touch()
    out, _ = run(capsys, "lint", "one", "two/a.yaml", "many", "none.yaml", code=2)
    assert [line.split(": ")[0] for line in out.splitlines()] == [
        "one/a.yaml:2:1", "two/a.yaml:2:1", "many:1:1", "none.yaml:1:1",
    ]  # fmt: skip


def test_show_explains_what_is_said_of_waivers(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "show", "WAIVER001")
    assert out == (
        "WAIVER001: No waiver is out of date\n"
        "  warning; about waivers, in no pack\n"
        "  on a server: /rules/WAIVER001\n"
        "\nWhy\n"
        "  A waiver is a debt with a date. Past it nobody knows whether its\n"
        "  reason holds.\n"
        "\nWhat to do\n"
        "  Look at the finding again: cure it, or write a new date and why.\n"
    )
    out, _ = run(capsys, "show", "WAIVER002")
    assert "  note, does not count; about waivers, in no pack\n" in out
    _, err = run(capsys, "show", "WAIVER003", code=2)
    assert "did you mean 'WAIVER002'?" in err or "did you mean 'WAIVER001'?" in err


def test_show_finds_former_ids_and_causes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, _ = run(capsys, "show", "FFA003")
    assert "The cause is FFA001" not in out, "its example log does not show FFA001's fault"
    assert all(len(line) <= 72 for line in out.splitlines())
    (tmp_path / "MY001.yaml").write_text(RULE)
    (tmp_path / "pack.yaml").write_text(
        "schema: 1\npack: p\nversion: 1.0.0\ntitle: t\nredirects: {OLD001: MY001}\n"
    )
    out, _ = run(capsys, "show", "OLD001", "--pack", str(tmp_path))
    assert out.startswith("MY001: Mine does not complain\n(OLD001 is its former id)\n")
    _, err = run(capsys, "show", "ffa01", code=2)
    assert err == (
        "bootscope: There is no rule 'ffa01'; did you mean 'FFA001'? 'bootscope rules list' has"
        " all.\n"
    )


def test_list_is_a_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "list")
    lines = out.splitlines()
    assert lines[0].startswith("boot-hygiene ")
    assert "  FFA001   error    stable   order     FF-A comes up after pKVM traps SMCs" in lines


@pytest.mark.parametrize("name", ["rule", "pack", "waivers", "report"])
def test_the_schema_is_printed(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = run(capsys, "schema", name)
    assert out == (ROOT / "docs" / "schema" / f"{name}.schema.json").read_text("utf-8")
