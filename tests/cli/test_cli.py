"""The command line: exit codes and exact text."""

import json
import lzma
import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from app.cli import main
from app.cli.analyse import FORMATS
from app.report import Report, worst_code
from app.reporters import REPORTERS
from app.rules.loader import load_shipped
from tests.conftest import ROOT, SAMPLES

BROKEN = str(SAMPLES / "ff-rootfs-protected.log")
LUCKY = str(SAMPLES / "ff-device-protected.log")
WARNED = str(SAMPLES / "ff-defer-device-protected.log")
CLEAN = str(SAMPLES / "k73-imalatesync-protected.log")
VMLINUX = str(ROOT / "tests/unit/parsers/elf/vmlinux-arm64.elf")
LOST = str(SAMPLES / "deb612-arm64-smallbuf.log")
BUILD = ("--kcidb-build-id", "lab:b1")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([BROKEN], 1),
        ([LUCKY], 0),
        ([LUCKY, "--fail-on-fragile"], 1),
        ([WARNED], 0),
        ([WARNED, "--fail-on", "warning"], 1),
        ([CLEAN, "--fail-on", "note", "--fail-on-fragile", "--require-evidence"], 0),
        ([LOST], 0),
        ([LOST, "--require-evidence"], 1),
        ([CLEAN, BROKEN], 1),
        ([CLEAN, "no-such-file"], 3),
        ([BROKEN, "--symbols", str(SAMPLES / "ff-rootfs-protected.System.map.xz")], 1),
        ([BROKEN, "--symbols", BROKEN], 3),
        ([BROKEN, "--symbols", VMLINUX], 1),
        ([VMLINUX], 3),
        ([str(SAMPLES / "ff-rootfs-protected.System.map.xz")], 3),
        (["no-such-file"], 3),
        ([str(SAMPLES)], 1),
        ([str(SAMPLES / "invalid" / "empty.log")], 3),
        ([BROKEN, "--pack", "nope"], 2),
        ([BROKEN, "--boot", "2"], 3),
        ([BROKEN, "--boot", "1"], 1),
        ([BROKEN, "--framing", "nope"], 3),
    ],
)
def test_exit_codes(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", *arguments]) == code
    out, err = capsys.readouterr()
    if code in (2, 3):
        assert err.startswith("bootscope: ")
    else:
        assert out and not err


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["--version"])
    assert caught.value.code == 0
    assert capsys.readouterr().out.startswith("bootscope ")


def test_usage_is_exit_2() -> None:
    with pytest.raises(SystemExit) as caught:
        main(["analyse"])
    assert caught.value.code == 2


def test_nothing_decided_is_exit_5(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = tmp_path / "short.log"
    log.write_text("[    1.000000] nothing of interest\n")
    assert main(["analyse", str(log)]) == 5
    assert capsys.readouterr().out.startswith("INCONCLUSIVE")


def test_an_archive_is_its_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    bundle = tmp_path / "boots.zip"
    with zipfile.ZipFile(bundle, "w") as archive:
        archive.write(CLEAN, "clean.log")
        archive.write(LUCKY, "lucky.log")
        archive.writestr("notes.txt", "nothing of a kernel")
    assert main(["analyse", str(bundle)]) == 3
    out, err = capsys.readouterr()
    assert f"== {bundle}/clean.log\nPASS" in out
    assert f"== {bundle}/lucky.log\nFRAGILE" in out
    assert err.startswith(f"bootscope: {bundle}/notes.txt: line 1: No line")


def packed(path: Path, **files: str) -> str:
    with zipfile.ZipFile(path, "w") as archive:
        for name, source in files.items():
            data = Path(source).read_bytes()
            archive.writestr(name, lzma.decompress(data) if source.endswith(".xz") else data)
    return str(path)


def test_a_log_and_its_symbols_in_one_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    symbols = str(SAMPLES / "ff-rootfs-protected.System.map.xz")
    bundle = packed(tmp_path / "boot.zip", log=BROKEN, symbols=symbols)
    assert main(["analyse", bundle, "--format", "json"]) == 1
    assert Report.from_json(capsys.readouterr().out).coverage.symbols
    bundle = packed(tmp_path / "boots.zip", log=BROKEN, other=LUCKY, symbols=symbols)
    assert main(["analyse", bundle]) == 1
    assert f"bootscope: {bundle}/symbols: A table of symbols" in capsys.readouterr().err
    bundle = packed(tmp_path / "none.zip", a=symbols, b=symbols)
    assert main(["analyse", bundle]) == 3
    assert "There is no log in this archive." in capsys.readouterr().err


def test_a_trace_beside_a_log(capsys: pytest.CaptureFixture[str]) -> None:
    trace = str(SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz")
    log = str(SAMPLES / "deb612-arm64-trace.log")
    assert main(["analyse", log, "--trace", trace, "--format", "json"]) == 0
    report = Report.from_json(capsys.readouterr().out)
    assert sum(call.level_source == "trace" for call in report.initcalls) == 1001


def test_a_gate_looks_at_every_boot(tmp_path: Path) -> None:
    log = tmp_path / "two.log"
    log.write_bytes(Path(LUCKY).read_bytes() + b"[    0.000000] Linux version 6.12 (x)\n")
    arguments = ["analyse", str(log), "--require-evidence"]
    assert main(arguments) == 1, "the second boot proves nothing"
    assert main([*arguments, "--boot", "1"]) == 0


def test_an_internal_fault_is_exit_4(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("app.report.build_report", None)
    monkeypatch.setattr("app.analysis.build_report", None)
    assert main(["analyse", BROKEN]) == 4
    assert "internal error" in capsys.readouterr().err


def test_a_folder_without_logs(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", str(tmp_path)]) == 3
    assert "no *.log" in capsys.readouterr().err


@pytest.mark.parametrize(("codes", "one"), [([0, 5], 5), ([5, 1], 1), ([1, 3, 4], 3), ([3, 2], 2)])
def test_the_worst_of_several_codes(codes: list[int], one: int) -> None:
    assert worst_code(codes) == one


TEXT = """\
FAIL: FF-A came up 306 ms before pKVM traps SMCs
Linux 6.12.117-ffalab, arm64, linux,dummy-virt
1089 lines, 375 initcalls returned, 45 probes; judged with ffa-pkvm
  1.2.0, boot-hygiene 1.1.0

FAIL FFA001: FF-A comes up after pKVM traps SMCs
  FF-A came up 306 ms before pKVM traps SMCs. It talked straight to EL3,
  so the hypervisor refuses every later FF-A call with -22 (EINVAL).
  Level rootfs runs before level 6: it is so on every boot of this
  build.
  basis: level; levels: system_map
  L602: [    1.585658] ARM FF-A: Driver version 1.1
  L623: [    1.891921] initcall kvm_arm_init+0x0/0x1264 returned 0 after
        246115 usecs
"""


def test_exact_text(capsys: pytest.CaptureFixture[str]) -> None:
    symbols = str(SAMPLES / "ff-rootfs-protected.System.map.xz")
    main(["analyse", BROKEN, "--symbols", symbols])
    assert capsys.readouterr().out.startswith(TEXT)


def test_waivers_let_a_gate_open_until_their_day(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "waivers.yaml"
    file.write_text(
        "schema: 1\nwaivers:\n"
        "  - rule: TPM002\n    reason: no TPM over FF-A here\n    expires: 2026-06-30\n"
    )
    gate = ["analyse", WARNED, "--fail-on", "warning", "--waivers", str(file)]
    assert main([*gate, "--today", "2026-06-30"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("PASS: Every rule that applies holds, but for what is waived: TPM002\n")
    assert "waived FAIL TPM002: " in out
    assert "  until 2026-06-30 (waivers.yaml:3): no TPM over FF-A here\n" in out
    assert main([*gate, "--today", "2026-07-01"]) == 1
    assert "FAIL warning WAIVER001: No waiver is out of date" in capsys.readouterr().out
    file.write_text("schema: 1\nwavers: []\n")
    assert main(gate) == 2
    assert "waivers.yaml:2:1: 'wavers' is not a known key here" in capsys.readouterr().err


def test_json_is_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    main(["analyse", BROKEN, "--format", "json"])
    out = capsys.readouterr().out
    report = Report.from_json(out)
    assert (report.verdict, report.capture.name) == ("fail", "ff-rootfs-protected.log")
    assert json.loads(out)["schema"] == "bootscope.report/1"


def test_several_logs_are_told_apart(capsys: pytest.CaptureFixture[str]) -> None:
    main(["analyse", CLEAN, LUCKY])
    out = capsys.readouterr().out
    assert out.startswith(f"== {CLEAN}\nPASS")
    assert f"\n\n== {LUCKY}\nFRAGILE" in out


def run(*arguments: str, stdin: bytes = b"") -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "app.cli", *arguments],
        input=stdin, capture_output=True, cwd=ROOT, env=os.environ | {"BOOTSCOPE_PORT": "x"},
    )  # fmt: skip


def test_a_real_process_reads_stdin() -> None:
    done = run("analyse", "-", stdin=Path(BROKEN).read_bytes())
    assert (done.returncode, done.stderr) == (1, b"")
    assert done.stdout.startswith(b"FAIL: FF-A came up 306 ms before pKVM traps SMCs\n")


def test_a_closed_pipe_is_no_fault() -> None:
    command = f"{sys.executable} -m app.cli analyse {BROKEN} --format json | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, cwd=ROOT)
    assert (done.stdout, done.stderr) == (b"{", b"")


def test_bad_settings_are_exit_2_and_name_the_variable() -> None:
    done = run("serve")
    assert done.returncode == 2
    assert done.stderr.startswith(b"bootscope: BOOTSCOPE_PORT: Input should be a valid integer")


def test_help_tells_the_exit_codes() -> None:
    done = run("--help")
    assert done.returncode == 0
    assert b"exit codes: 0 clean; 1 findings that gate" in done.stdout


def test_the_offline_command_needs_no_server_library() -> None:
    code = (
        "import sys; from app.cli import main; main(['analyse', sys.argv[1]]);"
        "bad = {'fastapi', 'sqlalchemy', 'jinja2', 'uvicorn', 'obstore'} & set(sys.modules);"
        "sys.exit(len(bad))"
    )
    done = subprocess.run([sys.executable, "-c", code, BROKEN], capture_output=True, cwd=ROOT)
    assert done.returncode == 0


def test_the_elf_library_is_loaded_for_a_vmlinux_alone() -> None:
    script = (
        "import sys; from app.cli import main; main(sys.argv[1:]);"
        " sys.exit(77 if 'elftools' in sys.modules else 0)"
    )
    for symbols, code in ((f"{SAMPLES}/ff-rootfs-protected.System.map.xz", 0), (VMLINUX, 77)):
        command = [sys.executable, "-c", script, "analyse", BROKEN, "--symbols", symbols]
        assert subprocess.run(command, cwd=ROOT, stdout=subprocess.DEVNULL).returncode == code


@pytest.mark.parametrize(
    ("case", "options", "code"),
    [
        ("ff-rootfs-protected", [], 1),
        ("ff-rootfs-protected", ["--kernel", "6.1.0"], 0),
        ("ff-device-protected", [], 0),
        ("ff-device-protected", ["--fail-on-fragile"], 1),
        ("k73-upstream-protected", [], 0),
        ("ff-module-protected", [], 5),
        ("k73-upstream-protected", ["--require-evidence"], 1),
    ],
)
def test_check_build(
    case: str, options: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    symbols = str(SAMPLES / f"{case}.System.map.xz")
    assert main(["check-build", symbols, *options]) == code
    text = capsys.readouterr().out
    assert "What no symbol shows:" in text and max(map(len, text.splitlines())) <= 72
    assert main(["check-build", symbols, *options, "--format", "json"]) == code
    assert json.loads(capsys.readouterr().out)["schema"] == "bootscope.build/1"


def test_check_build_refuses_what_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check-build", BROKEN]) == 3
    assert main(["check-build", "no-such-file"]) == 3
    assert capsys.readouterr().err.count("bootscope: ") == 2


@pytest.mark.parametrize("name", ["mail", "markdown", "csv", "chrome-trace", "html"])
def test_other_outputs(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", BROKEN, "--format", name]) == 1
    out, err = capsys.readouterr()
    assert len(out.splitlines()) > 20 and not err


def test_the_outputs_are_those_of_the_reporters() -> None:
    assert {*FORMATS} == {*REPORTERS, "html"}


@pytest.mark.parametrize(
    "name", ["junit", "sarif", "ktap", "github", "gitlab", "kcidb", "prometheus"]
)
def test_outputs_for_a_ci(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", BROKEN, "--format", name, *BUILD]) == 1
    out, err = capsys.readouterr()
    assert "FFA001" in out and not err


@pytest.mark.parametrize(
    ("log", "options", "code"),
    [
        (BROKEN, [], 1),
        (CLEAN, [], 0),
        (LUCKY, [], 0),
        (LUCKY, ["--fail-on-fragile"], 1),
        (WARNED, [], 0),
        (WARNED, ["--fail-on", "warning"], 1),
        (LOST, ["--require-evidence"], 1),
    ],
)
def test_the_exit_code_does_not_depend_on_the_output(
    log: str, options: list[str], code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = ["analyse", log, *options, *BUILD, "--format"]
    codes = {name: main([*asked, name]) for name in FORMATS}
    assert codes == dict.fromkeys(FORMATS, code)
    capsys.readouterr()


def test_nothing_decided_is_5_in_each_output_and_red_where_that_can_be(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    log = tmp_path / "empty.log"
    log.write_text("[    0.000000] Linux version 6.12.1 (lab@qemu)\n", "utf-8")
    said = {}
    for name in FORMATS:
        assert main(["analyse", str(log), "--format", name, *BUILD]) == 5
        said[name] = capsys.readouterr().out
    assert "<error " in said["junit"] and "\nnot ok 1 " in said["ktap"]
    assert "::error " in said["github"] and '"blocker"' in said["gitlab"]
    assert '"executionSuccessful": false' in said["sarif"] and "cannot tell" in said["badge"]
    assert "\nbootscope_exit_code 5\n" in said["prometheus"]
    assert json.loads(said["kcidb"])["tests"][0]["status"] == "MISS"


@pytest.mark.parametrize("build", [[], ["--kcidb-build-id", "x"], [*BUILD, "--kcidb-origin", "A"]])
def test_kcidb_without_its_build_is_exit_2(
    build: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["analyse", CLEAN, "--format", "kcidb", *build]) == 2
    out, err = capsys.readouterr()
    assert not out and "KCIDB" in err


def test_what_closes_the_gate_fails_in_the_output(capsys: pytest.CaptureFixture[str]) -> None:
    for name, failed in (
        ("junit", "<failure "), ("ktap", "\nnot ok "), ("github", "::error "),
        ("kcidb", '"status": "FAIL"'),
    ):  # fmt: skip
        main(["analyse", LUCKY, "--format", name, *BUILD])
        assert failed not in capsys.readouterr().out
        main(["analyse", LUCKY, "--format", name, "--fail-on-fragile", *BUILD])
        assert failed in capsys.readouterr().out


def test_several_logs_for_github_are_commands_or_no_commands_at_all(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["analyse", BROKEN, CLEAN, "--format", "github"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("bootscope: ") for line in lines) == 2
    assert all(not line or line.startswith(("::", "bootscope: ")) for line in lines)


@pytest.mark.parametrize(
    "name",
    [
        "csv",
        "chrome-trace",
        "html",
        "junit",
        "sarif",
        "ktap",
        "gitlab",
        "kcidb",
        "badge",
        "prometheus",
    ],
)
def test_one_file_is_of_one_log(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", BROKEN, CLEAN, "--format", name]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(f"bootscope: --format {name} makes one file of one log")


def test_several_logs_in_markdown_have_headings(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", BROKEN, CLEAN, "--format", "markdown"]) == 1
    out, _ = capsys.readouterr()
    assert out.count("\n## `") == 1 and out.startswith("## `")


def test_verbose_tells_what_each_step_and_rule_took(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", BROKEN, "--pack", "ffa-pkvm"]) == 1
    quiet, nothing = capsys.readouterr()
    assert main(["analyse", BROKEN, "--pack", "ffa-pkvm", "-v"]) == 1
    out, err = capsys.readouterr()
    assert (out, nothing) == (quiet, "")
    head, *lines = err.splitlines()
    assert head == "CPU time in ms:"
    taken = {name: float(ms) for ms, name in (line.split(maxsplit=1) for line in lines)}
    rules = {rule.id for rule in load_shipped("ffa-pkvm").rules}
    total = f"judge, {len(rules)} rules"
    assert list(taken)[:4] == ["read", "pair", total, "report"]
    assert set(list(taken)[4:]) == rules
    assert taken["read"] > 0
    assert taken[total] == pytest.approx(sum(taken[rule] for rule in rules), abs=0.2)
    slowest_first = [taken[rule] for rule in list(taken)[4:]]
    assert slowest_first == sorted(slowest_first, reverse=True)
    assert main(["analyse", BROKEN, LUCKY, "--verbose"]) == 1
    assert f"{LUCKY}: CPU time in ms:" in capsys.readouterr().err


def test_a_budget_is_set_and_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", CLEAN, "--set", "SLOW001.at_most=100 ms", "--fail-on", "note"]) == 1
    out = capsys.readouterr().out
    assert "Set: SLOW001.at_most = 100 ms (the rule's own: 3 s)\n" in out
    assert "FAIL note SLOW001: No initcall and no probe takes longer than its budget\n" in out


def test_a_setting_that_is_none_is_exit_2(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["analyse", CLEAN, "--set", "SLOW001.budget=1 s"]) == 2
    said = capsys.readouterr().err
    assert "SLOW001.budget cannot be set." in said
    assert "It lets be set: SLOW001.at_most." in said


@pytest.mark.parametrize(
    ("output", "said"),
    [
        ("mail", "Set: SLOW001.at_most = 100 ms (the rule's own: 3 s)\n"),
        ("markdown", "*Set:* `SLOW001.at_most = 100 ms` (the rule's own: `3 s`)\n"),
    ],
)
def test_a_budget_is_named_wherever_a_verdict_is_quoted(
    output: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["analyse", CLEAN, "--set", "SLOW001.at_most=100 ms", "--format", output])
    assert said in capsys.readouterr().out
