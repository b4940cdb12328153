"""The file that names webhooks: which logs, which gate, whom to tell."""

import stat
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import AnyHttpUrl, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from app.errors import BadLabel, SettingsError
from app.labels import Label, parse_labels
from app.report import Policy
from app.rules.finding import Severity

MAX_HOOKS = 200
MIN_SECRET = 16
_HINT = "docs/webhooks.md shows such a file."


class _Entry(BaseModel):
    """One entry of the file."""

    model_config = ConfigDict(extra="forbid", strict=True)

    name: str = Field(min_length=1, max_length=100)
    labels: list[str] = Field(min_length=1)
    url: Annotated[AnyHttpUrl, Field(strict=False)]
    secret_file: str
    recovered: bool = False
    fail_on: Severity = "error"
    fail_on_fragile: bool = False
    require_evidence: bool = False


_FILE = TypeAdapter(list[_Entry])


@dataclass(frozen=True, slots=True)
class Hook:
    """Whom to tell of which logs. ``policy`` says what is red; ``secret`` signs."""

    name: str
    labels: tuple[Label, ...]
    url: str
    secret: bytes
    recovered: bool
    policy: Policy

    def __repr__(self) -> str:
        return f"Hook({self.name!r})"


def load_hooks(file: Path) -> tuple[Hook, ...]:
    """The webhooks of a YAML file. Raises SettingsError, which shows no secret."""
    try:
        entries = _FILE.validate_python(yaml.safe_load(file.read_bytes()) or [])
    except OSError as error:
        raise SettingsError(f"{error.strerror}.", where=str(file)) from error
    except yaml.YAMLError as error:
        raise SettingsError("That is no YAML.", where=_place(file, error), hint=_HINT) from error
    except ValidationError as error:
        told = "; ".join(f"{_path(one['loc'])}: {one['msg']}" for one in error.errors())
        raise SettingsError(told, where=str(file), hint=_HINT) from error
    if len(entries) > MAX_HOOKS or len({entry.name for entry in entries}) < len(entries):
        raise SettingsError(
            f"There are at most {MAX_HOOKS} webhooks, each with a name of its own.", where=str(file)
        )
    return tuple(_hook(file, entry) for entry in entries)


def _hook(file: Path, entry: _Entry) -> Hook:
    try:
        labels = parse_labels(entry.labels)
    except BadLabel as error:
        raise SettingsError(str(error), where=f"{file}: {entry.name}") from error
    if entry.url.username or entry.url.password:
        raise SettingsError("A webhook's url holds no password.", where=f"{file}: {entry.name}")
    return Hook(
        name=entry.name,
        labels=labels,
        url=str(entry.url),
        secret=_secret(file.parent / entry.secret_file),
        recovered=entry.recovered,
        policy=Policy(entry.fail_on, entry.fail_on_fragile, entry.require_evidence),
    )


def _secret(file: Path) -> bytes:
    try:
        secret = file.read_bytes().strip()
        mode = file.stat().st_mode
    except OSError as error:
        raise SettingsError(f"{error.strerror}.", where=str(file)) from error
    if len(secret) < MIN_SECRET:
        raise SettingsError(
            f"A webhook's secret has {MIN_SECRET} bytes or more.", where=str(file),
            hint="Make one: openssl rand -hex 32",
        )  # fmt: skip
    if stat.S_ISREG(mode) and mode & 0o007:
        print(f"bootscope: warning: {file} can be read by everybody", file=sys.stderr)
    return secret


def _place(file: Path, error: yaml.YAMLError) -> str:
    mark = getattr(error, "problem_mark", None)
    return f"{file}:{mark.line + 1}:{mark.column + 1}" if mark is not None else str(file)


def _path(steps: Sequence[Any]) -> str:
    return ".".join(str(step + 1) if isinstance(step, int) else str(step) for step in steps)
