"""Two builds compared by their symbols."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from app.build_check.against import (
    BuildComparison,
    compare_builds,
    new_build_findings,
    render_json,
    render_text,
)
from app.build_check.check import check_build
from app.cli import main
from app.rules.loader import DEFAULT_PACKS, load_shipped
from parsers import read_symbol_table
from tests.conftest import ROOT, SAMPLES

PACKS = [*map(load_shipped, DEFAULT_PACKS)]
OLD = (
    ("arm_ffa_bus_init", "4"), ("kvm_arm_init", "6"), ("a_init", "6"), ("ffa_init", "6"),
    ("finalize_pkvm", "6s"), ("init_ima", "7"),
)  # fmt: skip


def system_map(table: tuple[tuple[str, str], ...]) -> bytes:
    """Symbols in running order."""
    return "\n".join(
        f"{0xFFFF800010000000 + 8 * n:x} d __initcall__kmod_{name}__{n}_{n + 10}_{name}{level}"
        for n, (name, level) in enumerate(table)
    ).encode()


def against(old: bytes, new: bytes) -> BuildComparison:
    ones, others = (
        (check_build(data, packs=PACKS), read_symbol_table(data)) for data in (old, new)
    )
    return compare_builds(ones, others, PACKS)


def real(name: str) -> bytes:
    return (SAMPLES / f"{name}.System.map.xz").read_bytes()


def test_a_move_across_pkvm_is_found_before_anything_boots() -> None:
    done = against(real("ff-device-protected"), real("ff-rootfs-protected"))
    assert done.headline == "This build moved ffa_init before kvm_arm_init, by level"
    assert [(c.function, c.before.levels, c.after.levels) for c in done.levels] == [
        ("ffa_init", ("6", "6"), ("rootfs", "rootfs"))
    ]
    (move,) = done.moves
    assert move.across == ("kvm_arm_init",) and done.matched == 375
    states = {change.rule: change.state for change in done.findings}
    assert states["FFA001"] == "changed"
    back = against(real("ff-rootfs-protected"), real("ff-device-protected"))
    assert back.headline == "This build moved ffa_init after kvm_arm_init, by level"


def test_the_same_build_twice_differs_in_nothing() -> None:
    done = against(real("ff-rootfs-protected"), real("ff-rootfs-nvhe"))
    assert done.headline == "Both builds run what they share in the same order"
    assert not (done.moves or done.levels or done.appeared or done.vanished or done.sentences)


def test_link_order_alone_is_told_as_that() -> None:
    new = (OLD[0], OLD[3], OLD[2], OLD[1], *OLD[4:])
    done = against(system_map(OLD), system_map(new))
    moved = {move.function for move in done.moves}
    assert {"ffa_init", "kvm_arm_init"} & moved
    assert "by link order alone, inside level 6" in done.sentences[0]
    assert not done.levels


def test_what_rules_do_not_speak_of_is_not_made_a_headline() -> None:
    new = (*OLD[:1], OLD[2], OLD[1], *OLD[3:])
    done = against(system_map(OLD), system_map(new))
    assert done.headline == "1 initcall moved, none across what rules speak of"
    assert [move.function for move in done.moves] == ["kvm_arm_init"] and not done.sentences


def test_a_subject_that_became_a_module_is_named() -> None:
    done = against(real("ff-device-protected"), real("ff-module-protected"))
    assert done.sentences[0].startswith("This build no longer has ")
    assert "ffa_init" in done.sentences[0]
    assert {"undecided"} == {change.state for change in done.findings}
    come = against(system_map(OLD[:3]), system_map(OLD[:4]))
    assert come.sentences == ("This build has ffa_init built in, which it had not.",)


def test_a_level_may_change_and_no_order() -> None:
    done = against(system_map(OLD), system_map((*OLD[:5], ("init_ima", "7s"))))
    assert done.headline == "init_ima changed its level, and nothing its order"


def test_only_what_is_new_gates(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    device, rootfs = (
        str(SAMPLES / f"{name}.System.map.xz")
        for name in ("ff-device-protected", "ff-rootfs-protected")
    )
    assert main(["check-build", rootfs]) == 1
    assert main(["check-build", rootfs, "--against", rootfs]) == 0
    assert main(["check-build", rootfs, "--against", device]) == 1
    assert main(["check-build", device, "--against", rootfs]) == 0
    assert main(["check-build", device, "--against", rootfs, "--fail-on-fragile"]) == 1
    assert main(["check-build", device, "--against", device, "--fail-on-fragile"]) == 0
    assert main(["check-build", device, "--against", "nowhere"]) == 3
    other = tmp_path / "System.map"
    other.write_bytes(system_map((("x_init", "4"),)))
    assert main(["check-build", str(other), "--against", device]) == 5
    capsys.readouterr()


def test_text_and_json() -> None:
    done = against(real("ff-device-protected"), real("k73-upstream-protected"))
    text = render_text(done)
    assert max(map(len, text.splitlines())) <= 72
    assert "  crypto_cbc_module_init: level 4, now level 6\n" in text
    assert "security_initcall_core and 48 more\n" in text and len(done.appeared) == 60
    read = json.loads(render_json(done))
    assert read["schema"] == "bootscope.build-comparison/1"
    schema = json.loads((ROOT / "docs/schema/build-comparison.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(read)
    assert read["matched"] == done.matched
    before, after = (check_build(real(n), packs=PACKS) for n in ("ff-device-protected",) * 2)
    assert not [f for f in new_build_findings(before, after) if f.outcome != "error"]
