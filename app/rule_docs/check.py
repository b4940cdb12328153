"""A rule's check as its file has it, without what is default anyway."""

from typing import Any

from app.adapters import adapter
from app.rules.model import Rule

_ALTERNATIVES = frozenset(
    {"first", "then", "of", "from", "to", "what", "unless", "before", "show"}
)  # fmt: skip

_TOLD = frozenset(
    {
        "schema", "id", "version", "name", "title", "status", "severity", "since", "tags", "why",
        "fix", "references", "applies_when", "needs", "messages", "consequences", "examples",
    }
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
    """The ``check`` as YAML, and whatever else the rule says that is told nowhere else."""
    import yaml

    asked = {key: value for key, value in written(rule).items() if key not in _TOLD}
    text: str = yaml.safe_dump(
        asked, sort_keys=False, width=88, default_flow_style=None, allow_unicode=True
    )
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
