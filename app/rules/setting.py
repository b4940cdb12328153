"""What a rule lets be set from outside: ``SLOW001.at_most=500 ms``."""

from collections.abc import Sequence
from typing import Any

from app.errors import RuleError, UnknownRule
from app.rules.model import Pack, Rule
from app.rules.problems import did_you_mean, shape_of
from parsers.record import record, replace


@record
class Setting:
    """A key of a rule's check, the value that it was set to, and the rule's own."""

    rule: str
    key: str
    value: str
    default: str


def with_settings(
    packs: Sequence[Pack], texts: Sequence[str]
) -> tuple[tuple[Pack, ...], tuple[Setting, ...]]:
    """``packs`` with each ``RULE.KEY=VALUE`` set; of one key the last counts.

    Raises UnknownRule, and RuleError for what a rule does not let be set and for a value
    that its key does not take.
    """
    made: dict[tuple[str, str], Setting] = {}
    changed = tuple(packs)
    for text in texts:
        name, _, given = text.partition("=")
        rule_id, _, key = name.strip().partition(".")
        value = given.strip()
        if not (rule_id and key and value):
            raise RuleError(f"'{text}' sets nothing.", hint="Write RULE.KEY=VALUE.")
        place, before = _rule(packs, rule_id, key)
        made[before.id, key] = Setting(
            rule=before.id, key=key, value=value, default=str(getattr(before.check, key))
        )
        pack = _changed(changed[place], before.id, key, _value(before, key, value))
        changed = (*changed[:place], pack, *changed[place + 1 :])
    return changed, tuple(made.values())


def _rule(packs: Sequence[Pack], rule_id: str, key: str) -> tuple[int, Rule]:
    """The first rule of that id, which lets ``key`` be set, and the place of its pack."""
    found = ((place, pack.find(rule_id)) for place, pack in enumerate(packs))
    place, rule = next(((n, rule) for n, rule in found if rule is not None), (-1, None))
    if rule is None:
        known = [one.id for pack in packs for one in pack.rules]
        near = did_you_mean(rule_id.upper(), known)
        raise UnknownRule(
            f"There is no rule '{rule_id}'{near or '.'}", hint="'bootscope rules list' has all."
        )
    if key not in rule.settable:
        what = ", ".join(f"{rule.id}.{one}" for one in rule.settable) or "nothing"
        raise RuleError(f"{rule.id}.{key} cannot be set.", hint=f"It lets be set: {what}.")
    return place, rule


def _value(rule: Rule, key: str, value: str) -> Any:
    """``value`` as the check holds it."""
    from pydantic import TypeAdapter, ValidationError

    try:
        return TypeAdapter(type(rule.check).__annotations__[key]).validate_python(value)
    except ValidationError as error:
        raise RuleError(
            f"{rule.id}.{key} cannot be '{value}'.", hint=f"Write {shape_of(key)}."
        ) from error


def _changed(pack: Pack, rule_id: str, key: str, value: Any) -> Pack:
    rules = tuple(
        replace(rule, check=replace(rule.check, **{key: value})) if rule.id == rule_id else rule
        for rule in pack.rules
    )
    return replace(pack, rules=rules)
