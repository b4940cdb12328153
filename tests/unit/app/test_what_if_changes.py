"""How changes are written, and what is wrong with those that are none."""

import pytest

from app.errors import ChangeError
from app.whatif.changes import MAX_CHANGES, Change, parse_change, parse_changes, settled


@pytest.mark.parametrize(
    ("text", "change"),
    [
        ("level:ffa_init=6s", Change("level", "ffa_init", "6s")),
        ("level:ffa_init=device_sync", Change("level", "ffa_init", "6s")),
        ("level:ffa_init=device_initcall_sync", Change("level", "ffa_init", "6s")),
        ("level:ffa_init=module_init", Change("level", "ffa_init", "6")),
        ("level:ffa_init=rootfs_initcall", Change("level", "ffa_init", "rootfs")),
        ("level:phy_module_init#2=late", Change("level", "phy_module_init#2", "7")),
        (" defer:ffa_init=pkvm.finalised ", Change("defer", "ffa_init", "pkvm.finalised")),
        ("defer:ffa_init=nothing", Change("defer", "ffa_init", "nothing")),
        ("module:ffa_init", Change("module", "ffa_init")),
        ("after:ffa_init=finalize_pkvm", Change("after", "ffa_init", "finalize_pkvm")),
        ("drop:kvm_arm_init", Change("drop", "kvm_arm_init")),
        ("ima:late_initcall_sync", Change("ima", "", "7s")),
    ],
)
def test_a_change_is_read(text: str, change: Change) -> None:
    assert parse_change(text) == change
    assert parse_change(str(change)) == change


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "Changes are level:"), ("level", "Changes are"), ("move:ffa_init=6", "Changes are"),
        ("level:ffa_init", "level:FUNC=LEVEL"), ("level:ffa_init=", "Levels are"),
        ("level:ffa_init=8", "Levels are"), ("level:ffa_init=con", "Levels are"),
        ("level:ffa_init=module", "Levels are"), ("level:ffa init=6", "level:FUNC=LEVEL"),
        ("module:ffa_init=6", "module:FUNC"), ("drop:", "drop:FUNC"),
        ("defer:ffa_init", "defer:FUNC="), ("defer:ffa_init=a b", "defer:FUNC="),
        ("after:ffa_init=ffa_init", "after:FUNC=FUNC2"), ("ima:soon", "Levels are"),
        ("level:ffa_init#0=6", "level:FUNC=LEVEL"), ("drop:\x1b[31m", "drop:FUNC"),
    ],
)  # fmt: skip
def test_what_is_no_change_is_told_with_the_way_out(text: str, hint: str) -> None:
    with pytest.raises(ChangeError) as caught:
        parse_change(text)
    assert hint in caught.value.hint
    assert caught.value.exit_code == 2
    assert caught.value.status == 422


def test_there_may_be_several_but_not_any_number() -> None:
    assert len(parse_changes(["drop:a", "drop:b"])) == 2
    with pytest.raises(ChangeError, match="more than 12"):
        parse_changes(["drop:a"] * (MAX_CHANGES + 1))


def test_the_later_of_two_that_contradict_counts() -> None:
    changes = parse_changes(["level:f=6", "drop:g", "module:f", "level:f=7", "defer:f=e"])
    assert [*map(str, settled(changes))] == ["drop:g", "level:f=7", "defer:f=e"]
