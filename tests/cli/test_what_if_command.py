"""``bootscope what-if``: exact text, exit codes, what is refused."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.conftest import SAMPLES

ROOTFS = str(SAMPLES / "ff-rootfs-protected.log")
MAP = str(SAMPLES / "ff-rootfs-protected.System.map.xz")
Output = pytest.CaptureFixture[str]


def test_text_is_fit_for_a_mail(capsys: Output) -> None:
    changes = ["--change", "level:ffa_init=6s", "--change", "ima:7s"]
    assert main(["what-if", ROOTFS, "--symbols", MAP, *changes]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 72
    assert out.startswith("WHAT IF level:ffa_init=6s, ima:7s\nff-rootfs-protected.log, 6.12.117")
    assert "Predicted, not measured:" in out
    assert "FFA001    FAIL       pass       level\n" in out
    assert "FFA002    FAIL       FRAGILE    link order (preview)\n" in out
    for title in ("It moves:", "Assumed:", "Not predictable:", "Recommended for this boot:"):
        assert title in out


def test_exit_codes_are_those_of_the_prediction(capsys: Output) -> None:
    fragile = ["what-if", ROOTFS, "--change", "level:ffa_init=6"]
    assert main(fragile) == 0
    assert main([*fragile, "--fail-on-fragile"]) == 1
    assert main(["what-if", ROOTFS, "--change", "level:kvm_arm_init=7"]) == 1
    assert main(["what-if", ROOTFS, "--change", "level:ffa_init=nowhere"]) == 2
    assert "names no level" in capsys.readouterr().err
    assert main(["what-if", "/nowhere", "--change", "drop:x"]) == 3
    with pytest.raises(SystemExit):
        main(["what-if", ROOTFS])


def test_json_has_both_reports(capsys: Output) -> None:
    assert main(["what-if", ROOTFS, "--change", "module:ffa_init", "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "bootscope.whatif/1"
    assert found["measured"]["verdict"] == "fail"
    assert found["predicted"]["verdict"] == "warning"


def test_the_table_recommends_first(capsys: Output) -> None:
    assert main(["what-if", ROOTFS, "--symbols", MAP, "--table", "ffa-pkvm"]) == 0
    out = capsys.readouterr().out
    assert max(map(len, out.splitlines())) <= 72
    assert "  1 probe deferral, IMA at late_sync (recommended)" in out
    assert "  2 ffa_init at rootfs_initcall (this boot, measured)" in out
    assert "TPM002       + (+)   +   +   F   F   F   F   F   + (+)\n" in out
    assert main(["what-if", ROOTFS, "--table", "ffa-pkvm", "--format", "markdown"]) == 0
    rows = [row for row in capsys.readouterr().out.splitlines() if row.startswith("| ")]
    assert rows[1].startswith("| **probe deferral, IMA at late_sync** | pass | pass | ? |")
    assert len({row.count("|") for row in rows}) == 1
    assert main(["what-if", ROOTFS, "--table", "other"]) == 2


def test_cures_are_told(capsys: Output, tmp_path: Path) -> None:
    assert main(["what-if", ROOTFS, "--cure"]) == 0
    assert "--change after:ffa_init=finalize_pkvm" in capsys.readouterr().out
    healthy = str(SAMPLES / "k73-imalatesync-protected.log")
    assert main(["what-if", healthy, "--cure"]) == 0
    assert "No single change" in capsys.readouterr().out
