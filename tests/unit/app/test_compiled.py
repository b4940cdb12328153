"""Shipped packs are kept, and what is kept is never trusted blindly."""

import os
import shutil
import sys
from pathlib import Path

import pytest

from app.rules import compiled
from app.rules.compiled import PACKS, load_compiled
from app.rules.reading import load_path

NAME = f"pack.{sys.implementation.cache_tag}.pickle"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of a shipped pack, where things may be kept."""
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    shutil.copytree(
        Path(PACKS) / "ffa-pkvm", tmp_path / "pack", ignore=shutil.ignore_patterns("__pycache__")
    )
    return tmp_path / "pack"


def kept(folder: Path) -> Path:
    return folder / "__pycache__" / NAME


def forbid_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> None:
        raise AssertionError(f"{path} was read")

    monkeypatch.setattr("app.rules.reading.load_path", refuse)


@pytest.mark.parametrize("name", sorted(entry.name for entry in os.scandir(PACKS)))
def test_a_kept_pack_is_the_one_that_was_read(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", False)
    shutil.copytree(
        Path(PACKS) / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__")
    )
    pack = load_path(tmp_path / name)
    assert load_compiled(str(tmp_path / name)) == pack
    assert [entry.name for entry in (tmp_path / name / "__pycache__").iterdir()] == [NAME]
    forbid_reading(monkeypatch)
    assert load_compiled(str(tmp_path / name)) == pack


def test_a_changed_rule_file_is_read_again(folder: Path) -> None:
    load_compiled(str(folder))
    rule = folder / "FFA001.yaml"
    rule.write_text(rule.read_text("utf-8").replace("severity: error", "severity: note"), "utf-8")
    changed = load_compiled(str(folder)).find("FFA001")
    assert changed is not None
    assert changed.severity == "note"


def test_so_is_a_pack_with_a_file_less(folder: Path) -> None:
    before = load_compiled(str(folder))
    (folder / "TPM001.yaml").unlink()
    assert len(load_compiled(str(folder)).rules) == len(before.rules) - 1


def test_so_is_one_kept_by_another_version_of_the_language(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_compiled(str(folder))
    (tmp_path / "kind.py").write_text("")
    monkeypatch.setattr(compiled, "_LANGUAGE", (str(tmp_path),))
    forbid_reading(monkeypatch)
    with pytest.raises(AssertionError, match="was read"):
        load_compiled(str(folder))


@pytest.mark.parametrize("damage", ["empty", "cut", "flipped", "foreign"])
def test_what_is_damaged_is_made_anew(folder: Path, damage: str) -> None:
    pack = load_compiled(str(folder))
    whole = kept(folder).read_bytes()
    middle = len(whole) - len(whole) // 3
    kept(folder).write_bytes(
        {
            "empty": b"",
            "cut": whole[:middle],
            "flipped": whole[:middle] + bytes([whole[middle] ^ 1]) + whole[middle + 1 :],
            "foreign": b"hello",
        }[damage]
    )
    assert load_compiled(str(folder)) == pack
    assert kept(folder).read_bytes() == whole


def test_where_nothing_may_be_written_the_pack_is_read_each_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "__pycache__").write_text("a file in the way, as root may write anywhere")
    assert load_compiled(str(folder)) == load_path(folder)
    assert (folder / "__pycache__").is_file()


def test_python_told_to_write_no_bytecode_keeps_no_packs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    load_compiled(str(folder))
    assert not (folder / "__pycache__").exists()
