"""Judging a small boot by one rule."""

from collections.abc import Callable
from pathlib import Path

import pytest

from app.analysis import analyse
from app.rules.finding import Finding
from app.rules.loader import load_pack


@pytest.fixture
def ask(tmp_path: Path) -> Callable[..., Finding]:
    """Judge lines by one rule, given as the YAML of its check and more."""

    def judge(
        check: str, *lines: str, extra: str = "", header: str = "", symbols: str | None = None
    ) -> Finding:
        rule = (
            "schema: 1\nid: MY001\nname: mine\ntitle: Mine\nseverity: error\nwhy: w\nfix: f\n"
            f"{extra}\ncheck: {check}\n"
        )
        (tmp_path / "MY001.yaml").write_text(rule, "utf-8")
        if header:
            text = f"schema: 1\npack: p\nversion: 1.0.0\ntitle: t\n{header}\n"
            (tmp_path / "pack.yaml").write_text(text, "utf-8")
        packs = [load_pack(str(tmp_path))]
        packed = symbols.encode() if symbols is not None else None
        report = analyse("\n".join(lines).encode(), packs=packs, symbols=packed).report
        (found,) = report.findings
        return found

    return judge
