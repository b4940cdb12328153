"""Plain text as Markdown that says the same and no more.

A rule's words may be a stranger's: what Markdown would take for a sign is escaped, and
what reads as code (``ffa_init()``, ``kvm-arm.mode=protected``) becomes code.
"""

import re
from collections.abc import Iterator

_CODE = re.compile(
    r"(?<![\w`])("
    r'[a-z][\w.-]*="[^"`\\]*"'  # dyndbg="file async.c +p"
    r"|[\w.*?/\[\]-]*\w(?:\(\w*\)|\[\])"  # ffa_init(), module_init(x)
    r"|--[a-z][a-z-]+"  # --symbols
    r"|[a-z][\w.-]*\w=(?![\w=*])"  # initcall_blacklist=
    r"|[\w.*?/\[\]-]*\w[_=][\w.*?/=\[\]-]*[\w*]"  # kvm_arm_init, x=y
    r"|[\w-]+(?:/[\w-]+)*\.[chS]"  # init/main.c
    r")(?![\w`])"
)
_SIGN = re.compile(r"[\\`*_\[\]<>&|~!#{}]")
_AT_START = re.compile(r"(?:[+=>-]|\d+(?=[.)]))")
_BAR = re.compile(r"(?<!\\)\|")
_BULLET = "- "


def inline(text: str) -> str:
    """A sentence within a line."""
    parts = _CODE.split(_visible(" ".join(text.split())))
    return "".join(
        code(part) if place % 2 else _SIGN.sub(r"\\\g<0>", part) for place, part in enumerate(parts)
    )


def cell(text: str) -> str:
    """A sentence in a table."""
    return _BAR.sub(r"\\|", inline(text))


def code(text: str) -> str:
    """Text as code within a line, whatever backticks it holds."""
    ticks = "`" * (_longest_run(text, "`") + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def block(text: str, kind: str) -> str:
    """Lines as they are, in a fence that nothing in them can end."""
    fence = "`" * max(3, _longest_run(text, "`") + 1)
    lines = "\n".join(map(_visible, text.rstrip("\n").split("\n")))
    return f"{fence}{kind}\n{lines}\n{fence}"


def prose(text: str) -> str:
    """Paragraphs and lists (``- ``) as an author of rules writes them."""
    return "\n".join(_lines(text))


def _lines(text: str) -> Iterator[str]:
    in_list = after_text = False
    for line in text.splitlines():
        said = line.strip()
        if said.startswith(_BULLET):
            if after_text and not in_list:
                yield ""
            in_list = after_text = True
            yield _BULLET + _opening(inline(said.removeprefix(_BULLET)))
        elif said:
            in_list = in_list and (after_text or line.startswith(" "))
            after_text = True
            yield ("  " if in_list else "") + _opening(inline(said))
        else:
            after_text = False
            yield ""


def _opening(line: str) -> str:
    """A line's first sign, where it would begin a list, a quotation or a rule."""
    found = _AT_START.match(line)
    return line if found is None else f"{line[: found.end() - 1]}{_escaped(line, found.end())}"


def _escaped(line: str, end: int) -> str:
    digit = line[end - 1].isdigit()
    return f"{line[end - 1]}\\{line[end:]}" if digit else f"\\{line[end - 1 :]}"


def _longest_run(text: str, char: str) -> int:
    return max(map(len, re.findall(f"{re.escape(char)}+", text)), default=0)


def _visible(text: str) -> str:
    from app.reporters.text import printable

    return printable(text)
