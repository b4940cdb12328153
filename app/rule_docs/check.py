"""A rule's check as its file has it, without what is default anyway."""

from typing import Any

from app.adapters import adapter
from app.rules.model import Rule

_ALTERNATIVES = frozenset(
    {"first", "then", "of", "from", "to", "what", "unless", "before", "show"}
)  # fmt: skip


def written(rule: Rule) -> dict[str, Any]:
    """The rule as its file would say it: only what is not default, one of one as itself."""
    data = adapter(Rule).dump_python(rule, mode="json", by_alias=True, exclude_defaults=True)
    for key in ("applies_when", "check"):
        if key in data:
            data[key] = _short(data[key])
    data["examples"] = data.get("examples", [])
    result: dict[str, Any] = data
    return result


def check_yaml(rule: Rule) -> str:
    """The ``check`` as YAML."""
    import yaml

    text: str = yaml.safe_dump(
        {"check": written(rule)["check"]}, sort_keys=False, width=88, default_flow_style=None,
        allow_unicode=True,
    )  # fmt: skip
    return text


def _short(value: Any, key: str = "") -> Any:
    if isinstance(value, dict):
        return {name: _short(part, name) for name, part in value.items()}
    if isinstance(value, list):
        several = [_short(part) for part in value]
        alone = len(several) == 1
        if alone and (isinstance(several[0], str) or key in _ALTERNATIVES):
            return several[0]
        return several
    return value
