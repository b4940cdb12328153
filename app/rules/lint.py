"""Every problem of rule files, packs and waivers, without judging anything."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

from app.errors import Problem
from app.rules.files import from_path
from app.rules.loader import load_shipped, shipped_packs
from app.rules.problems import did_you_mean
from app.rules.reading import Read, read_given


class Linted(NamedTuple):
    """How much was read, and what is wrong with it."""

    rules: int
    waivers: int
    problems: tuple[Problem, ...]


def lint(paths: Iterable[Path]) -> Linted:
    """Read folders and files; a file named waivers.yaml, or that has waivers, holds those.

    Problems name each file as it is found from here, so that an editor can go there.
    """
    return look_over([_read(path) for path in paths])


def _read(path: Path) -> Read:
    read = read_given(from_path(path))
    folder = path if path.is_dir() else path.parent

    def found(file: str) -> str:
        return str(path if file == path.stem else folder / file)  # what is said of a folder

    problems = tuple(one._replace(file=found(one.file)) for one in read.problems)
    waivers = tuple(one._replace(where=found(one.where)) for one in read.waivers)
    return read._replace(problems=problems, waivers=waivers)


def look_over(read: Sequence[Read]) -> Linted:
    """What was read together: a waiver is of a rule that is there, or of a shipped one."""
    known = {rule_id for one in read for rule_id in one.ids}
    for name in shipped_packs():
        pack = load_shipped(name)
        known |= {rule.id for rule in pack.rules} | {*pack.header.redirects}
    problems = [problem for one in read for problem in one.problems]
    for one in read:
        for placed in one.waivers:
            rule = placed.waiver.rule
            if rule not in known:
                file, _, line = placed.where.rpartition(":")
                text = f"there is no rule {rule}{did_you_mean(rule, known)}"
                problems.append(Problem(file, int(line), 1, text))
    return Linted(
        sum(len(one.rules) for one in read), sum(len(one.waivers) for one in read), tuple(problems)
    )
