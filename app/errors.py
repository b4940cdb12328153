"""Errors of the application, beside those of input (parsers/errors.py).

BootscopeError              parsers/errors.py
  RuleError                 CLI exit 2
    RuleFileError    422    list of file:line:col problems
    PackTooLarge     413
    TooManyRules     422
    NoPack           422    nothing sent, or what a pack that is sent may not hold
    UnknownPack      404
    UnknownRule      404
  ChangeError        422    CLI exit 2: a what-if that is none, or cannot be predicted
  SettingsError      500    CLI exit 2
  NotFound           404
  Forbidden          403
  NotListed          403    the list of logs, where the server gives none
  BadLabel           422    CLI exit 2
  BadCursor          422
  InputError                parsers/errors.py, CLI exit 3
    TimeIsUp         503    a log of an archive whose turn did not come
"""

from parsers import BootscopeError, InputError
from parsers.named import NamedTuple


class RuleError(BootscopeError):
    """Rules that cannot be used."""

    code = "rule"
    title = "Unusable rules"
    status = 422
    exit_code = 2


class Problem(NamedTuple):
    """One fault in a rule file; ``line`` and ``column`` are 1-based."""

    file: str
    line: int
    column: int
    text: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text}"


class RuleFileError(RuleError):
    """Every fault of the rule files that were read, at once."""

    code = "rule-file"
    title = "Faulty rule file"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems), hint="", where="")
        self.problems = problems


class PackTooLarge(RuleError):
    """A pack that was sent has more bytes than a setting allows."""

    code = "pack-too-large"
    title = "Rules too large"
    status = 413


class TooManyRules(RuleError):
    """A pack that was sent has more files than a setting allows."""

    code = "too-many-rules"
    title = "Too many rules"


class NoPack(RuleError):
    """No rule was sent, or something that goes only with the command line."""

    code = "no-pack"
    title = "No rule to use"


class UnknownPack(RuleError):
    """No pack of that name is shipped, and it is no folder or file either."""

    code = "unknown-pack"
    title = "No such rule pack"
    status = 404


class UnknownRule(RuleError):
    """No rule has that id, nor had it before."""

    code = "unknown-rule"
    title = "No such rule"
    status = 404


class ChangeError(BootscopeError):
    """A change of a boot that is written wrongly, or that nothing can be told of."""

    code = "change"
    title = "Unusable change"
    status = 422
    exit_code = 2


class SettingsError(BootscopeError):
    """A setting that cannot be used."""

    code = "settings"
    title = "Unusable settings"
    exit_code = 2


class NotFound(BootscopeError):
    """There is nothing at that address (any more)."""

    code = "not-found"
    title = "Not found"
    status = 404


class Forbidden(BootscopeError):
    """The caller has not shown that it may do this."""

    code = "forbidden"
    title = "Not allowed"
    status = 403


class NotListed(Forbidden):
    """This server lists no logs: whoever has a link has the log."""

    code = "not-listed"
    title = "Not listed here"


class BadCursor(BootscopeError):
    """A cursor that no page of the list has given."""

    code = "bad-cursor"
    title = "Unusable cursor"
    status = 422


class BadLabel(BootscopeError):
    """A label that is none, or too many of them."""

    code = "bad-label"
    title = "Unusable label"
    status = 422
    exit_code = 2


class TimeIsUp(InputError):
    """An upload of several logs took longer than it may."""

    code = "time-is-up"
    title = "Not judged in time"
    status = 503
