"""Comparing on the command line, and gating on what a baseline does not know."""

import json
from pathlib import Path

import pytest

from app.cli import main
from app.cli.compare import FORMATS
from app.compare import Comparison
from app.side_by_side import RENDERERS
from tests.conftest import SAMPLES

ROOTFS, CALLER, DEVICE, DEFER, LATE, CUT = (
    str(SAMPLES / f"{name}.log")
    for name in (
        "ff-rootfs-protected", "ff-rootfs-protected-caller", "ff-device-protected",
        "ff-defer-device-protected", "k73-imalatesync-protected", "deb612-arm64-smallbuf",
    )
)  # fmt: skip
Captured = pytest.CaptureFixture[str]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ([ROOTFS, ROOTFS], 0),
        ([ROOTFS, CALLER], 0),  # fails as it did
        ([ROOTFS, DEVICE], 0),
        ([ROOTFS, DEVICE, "--fail-on-fragile"], 1),  # luck is not what was known
        ([DEVICE, ROOTFS], 1),
        ([DEVICE, ROOTFS, "--baseline", CALLER], 0),
        ([DEVICE, DEFER], 0),
        ([DEVICE, DEFER, "--fail-on", "warning"], 1),
        ([DEVICE, DEVICE, ROOTFS], 1),
        ([LATE, CUT, "--require-evidence"], 1),
        ([ROOTFS, "no-such-file"], 3),
        ([ROOTFS, DEVICE, "--boot-b", "7"], 3),
        ([ROOTFS, DEVICE, "--pack", "nope"], 2),
    ],
)
def test_exit_codes(arguments: list[str], code: int, capsys: Captured) -> None:
    assert main(["compare", *arguments]) == code
    out, err = capsys.readouterr()
    assert (err if code in (2, 3) else out) and bool(err) == (code in (2, 3))


def test_the_text_is_fit_for_a_reply(capsys: Captured) -> None:
    main(["compare", ROOTFS, DEVICE])
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 72
    assert out.startswith("Changed: FFA001; fixed: FFA003; ffa_init moved across kvm_arm_init\n")
    assert (
        "Moved: 1 of 375 that both have\n"
        "  ffa_init: later, past 89 others, across kvm_arm_init\n"
        "    first:  level rootfs..6, at 1.579198 s, after populate_rootfs\n"
        "    second: level 6, at 1.904101 s, after psci_idle_init\n"
    ) in out
    assert "  FF-A answered by: the firmware, before pKVM traps, now pKVM's proxy\n" in out
    assert "  OP-TEE: not told, now 4.10\n" in out


def test_symbols_make_levels_exact(capsys: Captured) -> None:
    maps = [str(Path(log).with_suffix(".System.map.xz")) for log in (ROOTFS, DEVICE)]
    main(["compare", ROOTFS, DEVICE, "--symbols-a", maps[0], "--symbols-b", maps[1]])
    assert "first:  level rootfs, at 1.579198 s" in capsys.readouterr().out


def test_json_is_the_comparison(capsys: Captured) -> None:
    main(["compare", ROOTFS, DEVICE, "--format", "json"])
    out = capsys.readouterr().out
    assert Comparison.from_json(out).moves[0].function == "ffa_init"
    assert json.loads(out)["schema"] == "bootscope.comparison/1"
    assert {*RENDERERS} == {*FORMATS}


def test_markdown_keeps_what_a_log_says_in_code(capsys: Captured, tmp_path: Path) -> None:
    hostile = tmp_path / "<img src=x>[a](b).log"
    hostile.write_text(Path(DEVICE).read_text("utf-8").replace("lab.formats", "[x](http://y)"))
    main(["compare", ROOTFS, str(hostile), "--format", "markdown"])
    out = capsys.readouterr().out
    assert "`<img src=x>[a](b).log`" in out
    assert out.startswith("**Changed: FFA001")


def test_several_are_told_one_after_the_other(capsys: Captured) -> None:
    main(["compare", ROOTFS, CALLER, DEVICE])
    out = capsys.readouterr().out
    assert out.count("first: ff-rootfs-protected.log") == 2
    assert out.index("No rule, order or level differs") < out.index("Changed: FFA001")


def kept(log: str, folder: Path, capsys: Captured) -> Path:
    main(["analyse", log, "--format", "json"])
    path = folder / "report.json"
    path.write_text(capsys.readouterr().out, "utf-8")
    return path


def test_a_report_that_was_kept_is_a_baseline(tmp_path: Path, capsys: Captured) -> None:
    report = str(kept(ROOTFS, tmp_path, capsys))
    assert main(["analyse", CALLER]) == 1
    capsys.readouterr()
    assert main(["analyse", CALLER, "--baseline", report]) == 0
    out = capsys.readouterr().out
    assert "Since the baseline (ff-rootfs-protected.log): known: FFA001, FFA003" in out
    assert main(["analyse", DEVICE, "--baseline", report, "--fail-on-fragile"]) == 1
    assert "changed: FFA001; fixed: FFA003" in " ".join(capsys.readouterr().out.split())
    assert main(["compare", report, DEVICE]) == 0
    assert main(["analyse", CALLER, "--baseline", report, "--format", "json"]) == 0
    out, err = capsys.readouterr()
    assert "Since the baseline" in err


def test_nothing_decided_is_not_green_for_a_baseline(tmp_path: Path, capsys: Captured) -> None:
    log = tmp_path / "short.log"
    log.write_text("[    1.000000] nothing of interest\n")
    assert main(["analyse", str(log), "--baseline", ROOTFS]) == 5
    assert main(["compare", ROOTFS, str(log)]) == 5
    capsys.readouterr()


@pytest.mark.parametrize("change", [("375", "x"), ('"initcall": 214', '"initcall": 9999')])
def test_a_report_that_is_none_is_refused(
    change: tuple[str, str], tmp_path: Path, capsys: Captured
) -> None:
    path = kept(ROOTFS, tmp_path, capsys)
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    assert main(["compare", str(path), DEVICE]) == 3
    assert "bootscope analyse --format json" in capsys.readouterr().err
