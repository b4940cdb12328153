"""Whether a build lists a function, whatever lists it."""

from pathlib import Path

import pytest

from parsers import listed_functions

ELF = Path(__file__).parent / "elf"
WANTED = ("kvm_arm_init", "kvm_arm", "no_such_function")


@pytest.mark.parametrize(
    "name", ["vmlinux-arm64.elf", "vmlinux-arm32.elf", "gnu-nm.txt", "gnu-nm-sysv.txt",
             "gnu-nm-posix.txt", "gnu-readelf-sW.txt", "gnu-objdump-t.txt"],
)  # fmt: skip
def test_a_function_is_found_by_its_whole_name(name: str) -> None:
    assert listed_functions((ELF / name).read_bytes(), WANTED) == {"kvm_arm_init"}


def test_a_modules_function_is_not_the_kernels() -> None:
    lines = b"0000000000001000 t a_probe\t[m]\n0000000000002000 t b_probe.llvm.12\n"
    assert listed_functions(lines, ["a_probe", "b_probe"]) == {"b_probe"}
    assert listed_functions(lines, []) == frozenset()
