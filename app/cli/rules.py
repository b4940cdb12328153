"""``bootscope rules``: check, try, show, list and begin rules."""

import argparse
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.rules.model import Pack, Rule

KINDS = (
    "order", "sequence", "level", "returns", "present", "absent", "deferral", "deadline"
)  # fmt: skip
_ABOUT = """\
exit codes: 0 all well; 1 an example is not as expected; 2 usage or rule file
"""


def add(parser: argparse.ArgumentParser) -> None:
    """Declare the command and its own."""
    parser.epilog = _ABOUT
    own = parser.add_subparsers(required=True, metavar="ACTION")
    lint = own.add_parser("lint", help="every problem of rule files, packs and waivers")
    lint.add_argument("paths", nargs="+", metavar="PATH", help="a folder or a file")
    lint.set_defaults(run=_lint)
    test = own.add_parser("test", help="run the examples of rules")
    test.add_argument("packs", nargs="*", metavar="PACK", help="a name, a folder or a file")
    test.set_defaults(run=_test)
    show = own.add_parser("show", help="what a rule asks, why, and what to do about it")
    show.add_argument("rule", metavar="RULE")
    show.add_argument("--pack", action="append", default=[], metavar="P", help="where to look")
    show.set_defaults(run=_show)
    listing = own.add_parser("list", help="a table of rules")
    listing.add_argument("packs", nargs="*", metavar="PACK", help="a name, a folder or a file")
    listing.set_defaults(run=_list)
    new = own.add_parser("new", help="begin a rule file")
    new.add_argument("rule", metavar="ID", help="capital letters and three digits: MY001")
    new.add_argument("--kind", choices=KINDS, default="order")
    new.add_argument("--dir", default=".", metavar="FOLDER", help="where to write it")
    new.set_defaults(run=_new)
    schema = own.add_parser("schema", help="print a JSON Schema")
    schema.add_argument(
        "of", nargs="?", choices=("rule", "pack", "waivers", "report"), default="rule"
    )
    schema.set_defaults(run=_schema)


def _lint(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from app.rules.lint import lint

    linted = lint([Path(path) for path in arguments.paths])
    for problem in linted.problems:
        print(problem)
    if linted.problems:
        count = len(linted.problems)
        print(f"{count} problem{'' if count == 1 else 's'}", file=sys.stderr)
        return 2
    counts = [
        f"{number} {word}{'' if number == 1 else 's'}"
        for number, word in ((linted.rules, "rule"), (linted.waivers, "waiver"))
        if number
    ]
    print(f"{' and '.join(counts) or 'nothing'}, no problem")
    return 0


def _packs(names: list[str]) -> "list[Pack]":
    from app.rules.loader import load_pack, shipped_packs

    return [load_pack(name) for name in names or shipped_packs()]


def _test(arguments: argparse.Namespace) -> int:
    from app.printable import printable
    from app.rules.examples import try_examples

    tried = [one for pack in _packs(arguments.packs) for one in try_examples(pack)]
    bad = [one for one in tried if one.problems]
    for one in bad:
        print(f"{one.rule.id}: {one.example.name}")
        for problem in one.problems:
            print(f"  {printable(problem)}")
        for evidence in one.finding.evidence if one.finding is not None else ():
            print(f"  L{evidence.line}: {printable(evidence.text)}")
    print(f"{len(tried)} examples, {len(bad)} not as expected")
    return 1 if bad else 0


def _show(arguments: argparse.Namespace) -> int:
    from app.cli.show import render_about_waivers, render_rule
    from app.errors import UnknownRule
    from app.rules.problems import did_you_mean
    from app.rules.waivers import ABOUT

    packs = _packs(arguments.pack)
    for pack in packs:
        rule = pack.find(arguments.rule)
        if rule is not None:
            sys.stdout.write(render_rule(pack, rule, asked=arguments.rule))
            return 0
    if arguments.rule in ABOUT:
        sys.stdout.write(render_about_waivers(arguments.rule))
        return 0
    known = [*(rule.id for pack in packs for rule in pack.rules), *ABOUT]
    near = did_you_mean(arguments.rule.upper(), known)
    raise UnknownRule(
        f"There is no rule '{arguments.rule}'{near or '.'}", hint="'bootscope rules list' has all."
    )


def _list(arguments: argparse.Namespace) -> int:
    for pack in _packs(arguments.packs):
        print(f"{pack.header.pack} {pack.header.version}: {pack.header.title}")
        widths = [max((len(row[i]) for row in map(_row, pack.rules)), default=0) for i in range(4)]
        for rule in pack.rules:
            cells = [cell.ljust(width) for cell, width in zip(_row(rule), widths, strict=True)]
            print(f"  {'  '.join(cells)}  {rule.title}")
    return 0


def _row(rule: "Rule") -> tuple[str, str, str, str]:
    return rule.id, rule.severity, rule.status, rule.check.kind


def _new(arguments: argparse.Namespace) -> int:
    from pathlib import Path

    from pydantic import TypeAdapter, ValidationError

    from app.errors import RuleError
    from app.rules.model import RuleId
    from app.rules.publish import json_text
    from app.rules.skeleton import SCHEMA_FILE, skeleton

    try:
        TypeAdapter(RuleId).validate_python(arguments.rule)
    except ValidationError as error:
        wanted = "Write capital letters and three digits, as in MY001."
        raise RuleError(f"'{arguments.rule}' is no id of a rule.", hint=wanted) from error
    folder = Path(arguments.dir)
    file, schema = folder / f"{arguments.rule}.yaml", folder / SCHEMA_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with file.open("x", encoding="utf-8") as opened:
            opened.write(skeleton(arguments.rule, arguments.kind))
        if not schema.exists():
            schema.write_text(json_text("rule"), "utf-8")
    except OSError as error:
        raise RuleError(f"{file}: {error.strerror}.", hint="Give another --dir.") from error
    print(f"{file}\nnext: bootscope rules test {file}")
    return 0


def _schema(arguments: argparse.Namespace) -> int:
    from app.published import schema_text

    sys.stdout.write(schema_text(arguments.of))
    return 0
