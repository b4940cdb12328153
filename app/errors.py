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
    NoSubmitter      422    an output that is submitted, and nobody named who submits it
  NotFound           404
  StoreDown          503    a half of the store does not answer
  Forbidden          403
  NotListed          403    the list of logs, where the server gives none
  BadLabel           422    CLI exit 2
  BadCursor          422
  BadInstant         422
  BadBaseline        422
  FetchError                an address that a log was to be fetched from
    BadUrl           422
    FetchRefused     403    of a host that the settings do not name, or not public
    FetchFailed      502
    FetchTimeout     504
    NotInScope       403    a token, but not for this
    CrossOrigin      403    another site's page sent it
  TokenNeeded        401    no token, or one that is no good (any more)
  UnknownHost        400    asked under a name that is not this server's
  QuotaExceeded      429    more than a rate allows
  TokenError                CLI exit 2
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


class NoSubmitter(SettingsError):
    """What KCIDB must know of a submission was not given, or cannot be used."""

    code = "no-submitter"
    title = "Nobody submits it"
    status = 422


class NotFound(BootscopeError):
    """There is nothing at that address (any more)."""

    code = "not-found"
    title = "Not found"
    status = 404


class StoreDown(BootscopeError):
    """The database or the blobs do not answer."""

    code = "store-down"
    title = "Not ready"
    status = 503


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


class BadInstant(BootscopeError):
    """A date and time that is none."""

    code = "bad-instant"
    title = "Unusable instant"
    status = 422


class BadLabel(BootscopeError):
    """A label that is none, or too many of them."""

    code = "bad-label"
    title = "Unusable label"
    status = 422
    exit_code = 2


class BadBaseline(BootscopeError):
    """Text that names no baseline, or one that does not go with what is asked."""

    code = "bad-baseline"
    title = "Unusable baseline"
    status = 422
    exit_code = 2


class NotInScope(Forbidden):
    """The token is good, but not for this. ``headers`` names the scope (RFC 6750)."""

    code = "not-in-scope"
    title = "Not in the token's scope"

    def __init__(self, message: str, *, hint: str = "", challenge: str = "") -> None:
        super().__init__(message, hint=hint)
        self.headers = [("WWW-Authenticate", challenge)] if challenge else []


class CrossOrigin(Forbidden):
    """A browser sent this on behalf of another site's page."""

    code = "cross-origin"
    title = "Sent from another site"


class TokenNeeded(BootscopeError):
    """There is no token, or one that is no good.

    ``headers`` says how to send one, each way in a line of its own: browsers take no list.
    """

    code = "token-needed"
    title = "Token needed"
    status = 401

    def __init__(self, message: str, *, hint: str, challenges: list[str]) -> None:
        super().__init__(message, hint=hint)
        self.headers = [("WWW-Authenticate", challenge) for challenge in challenges]


class UnknownHost(BootscopeError):
    """The Host header names none of this server's names."""

    code = "unknown-host"
    title = "No such host here"
    status = 400


class QuotaExceeded(BootscopeError):
    """More was asked than a rate allows. ``policies`` are the names of those exceeded."""

    code = "quota-exceeded"
    title = "Too much in too short a time"
    status = 429

    def __init__(self, message: str, *, hint: str, wait_s: int, policies: list[str]) -> None:
        super().__init__(message, hint=hint)
        self.policies = policies
        self.headers = [("Retry-After", str(wait_s))]


class TokenError(BootscopeError):
    """A token that cannot be made or revoked as was asked."""

    code = "token"
    title = "Unusable request for a token"
    status = 422
    exit_code = 2


class FetchError(BootscopeError):
    """A log could not be fetched from the address that was sent."""

    code = "fetch"
    title = "Not fetched"
    status = 502


class BadUrl(FetchError):
    """It is no address to fetch from."""

    code = "bad-url"
    title = "Unusable address"
    status = 422


class FetchRefused(FetchError):
    """The settings do not let it be fetched."""

    code = "fetch-refused"
    title = "Not fetched from there"
    status = 403


class FetchFailed(FetchError):
    """The other side did not give it."""

    code = "fetch-failed"


class FetchTimeout(FetchError):
    """The other side took too long."""

    code = "fetch-timeout"
    status = 504


class TimeIsUp(InputError):
    """An upload of several logs took longer than it may."""

    code = "time-is-up"
    title = "Not judged in time"
    status = 503
