"""The rules that pages are made of, with what was judged of their examples."""

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from app.errors import UnknownRule
from app.rules.examples import Tried, try_examples
from app.rules.loader import load_shipped, shipped_packs
from app.rules.model import Consequence, Pack, Rule
from app.rules.problems import did_you_mean
from parsers.record import replace

_LONGEST = 40
"""Characters of an id that is repeated in an error."""


class Shelved(NamedTuple):
    """A rule and its pack."""

    pack: Pack
    rule: Rule

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids that it had before."""
        return self.pack.header.former_ids(self.rule.id)

    def tried(self) -> list[Tried]:
        """Its examples, judged with the rules of its pack that explain it."""
        causes = {consequence.rule for consequence in self.rule.consequences} | {self.rule.id}
        rules = tuple(
            one if one.id == self.rule.id else replace(one, examples=())
            for one in self.pack.rules
            if one.id in causes
        )
        return list(try_examples(replace(self.pack, rules=rules)))


class Shelf:
    """Packs, and their rules by the ids that they have or had."""

    def __init__(self, packs: Sequence[Pack]) -> None:
        self.packs = tuple(packs)

    @classmethod
    def shipped(cls) -> "Shelf":
        """All packs that come with Bootscope."""
        return cls([load_shipped(name) for name in shipped_packs()])

    @cached_property
    def rules(self) -> tuple[Shelved, ...]:
        """Every rule, pack by pack, in the order of ids."""
        return tuple(
            Shelved(pack, rule)
            for pack in self.packs
            for rule in sorted(pack.rules, key=lambda one: one.id)
        )

    def find(self, rule_id: str) -> Shelved:
        """A rule by the id that it has or had, in capitals or not. Raises UnknownRule."""
        wanted = rule_id.upper()
        for pack in self.packs:
            rule = pack.find(wanted)
            if rule is not None:
                return Shelved(pack, rule)
        named = rule_id if len(rule_id) <= _LONGEST else f"{rule_id[:_LONGEST]}..."
        near = did_you_mean(named.upper(), [one.rule.id for one in self.rules])
        raise UnknownRule(f"There is no rule '{named}'{near or '.'}", hint="/rules has all.")

    def follow(self, rule: Rule) -> Iterator[tuple[Shelved, Consequence]]:
        """The rules whose outcome a failure of ``rule`` explains."""
        for one in self.rules:
            for consequence in one.rule.consequences:
                if consequence.rule == rule.id:
                    yield one, consequence
