"""Whether a build has a function: the symbols beside the initcall table."""

import re
from collections.abc import Iterable

from parsers.elf import elf_has, is_elf
from parsers.source import MAX_BYTES, read_source, unpack


def listed_functions(
    data: bytes, names: Iterable[str], *, max_bytes: int = MAX_BYTES
) -> frozenset[str]:
    """Those of ``names`` that a symbol file lists, packed or not, as the kernel's own.

    A module's symbols in kallsyms do not count. What the compiler adds to a name
    (``.cfi_jt``, ``.llvm.123``) is passed over. Raises InputError as read_symbol_table().
    """
    wanted = frozenset(names)
    if not wanted:
        return frozenset()
    plain = unpack(data, max_bytes=max_bytes)
    if is_elf(plain):
        return frozenset(name for name in wanted if elf_has(plain, name))
    named = re.compile(
        rf"(?<![^\s|])({'|'.join(sorted(map(re.escape, wanted), key=len, reverse=True))})"
        r"(?=[\s|.]|$)"
    )
    found = set()
    for line in read_source(plain, max_bytes=min(max_bytes, MAX_BYTES)).lines:
        if not line.endswith("]") and (hit := named.search(line)) is not None:
            found.add(hit[1])
    return frozenset(found)
