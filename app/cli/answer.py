"""What a server answers to an upload, as ``push`` reads, gates and shows it."""

import argparse
import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, Field, ValidationError

from app.cli.analyse import LINE
from app.cli.line import Closing, line_of
from app.cli.server import Server, Unreachable
from app.errors import SettingsError
from app.gate import code_of, concerns_of
from app.printable import printable
from app.report import Concern, Policy, Verdict, gates, worst_code
from app.rules.finding import Outcome, Severity

if TYPE_CHECKING:
    from app.report import Report


class Found(BaseModel):
    """A finding, as far as a gate looks at it. A server knows no waivers."""

    rule: str
    outcome: Outcome
    severity: Severity
    counts: bool
    title: str = ""
    message: str = ""
    caused_by: str | None = None

    @property
    def waived(self) -> tuple[object, ...]:
        """None."""
        return ()


class Boot(BaseModel):
    """One boot of the log."""

    concerns: tuple[Concern, ...]


class Since(BaseModel):
    """What the server says of the boot since its baseline."""

    found: bool
    new: tuple[Found, ...] = ()
    undecided: tuple[Found, ...] = ()
    name: str | None = None
    headline: str | None = None
    compare_url: str | None = None
    note: str = ""

    @property
    def closing(self) -> tuple[Found, ...]:
        """What may close the gate: what the baseline does not have, or could tell."""
        return self.new + self.undecided

    @property
    def sentence(self) -> str:
        """The same in words."""
        said = f"Since the baseline ({self.name}): {self.headline}." if self.found else ""
        return " ".join(filter(None, (said, self.note, self.compare_url)))


class Judged(BaseModel):
    """One log that was judged."""

    id: str = Field(pattern="^[a-z2-7]{26}$")
    url: str
    verdict: Verdict
    headline: str
    exit_code: int
    findings: tuple[Found, ...]
    boots: tuple[Boot, ...] = Field(min_length=1)
    initcalls: int
    labels: tuple[str, ...] = ()
    name: str = ""
    baseline: Since | None = None

    @property
    def closing(self) -> Closing:
        """What may close the gate, of the boot that the findings are of."""
        since = self.baseline
        findings = since.closing if since is not None and since.found else self.findings
        return Closing(findings, self.initcalls > 0)

    def code(self, policy: Policy) -> int:
        """The exit code: the worst of all boots, and never better than what the server says.

        With a baseline the boot that is shown gates by what is new.
        """
        boots = [*self.boots]
        codes = [self.exit_code]
        if self.baseline is not None and self.baseline.found:
            concerns = concerns_of(Closing(self.findings, self.initcalls > 0))
            shown = next((one for one in boots if one.concerns == concerns), None)
            if shown is not None:
                boots.remove(shown)
            codes.append(int(any(gates(found, policy) for found in self.baseline.closing)))
        return worst_code([*codes, *(code_of(boot.concerns, policy) for boot in boots)])


class Problem(BaseModel):
    """Why a file of an archive is no log."""

    detail: str


class Refused(BaseModel):
    """A file of an archive that is no log."""

    name: str
    exit_code: int = Field(ge=1, le=5)
    problem: Problem


class Answer(BaseModel):
    """An answer to one upload, with the logs that it held; ``said`` is as it came."""

    judged: tuple[Judged, ...]
    refused: tuple[Refused, ...] = ()
    said: Any


def read_answer(said: Any) -> Answer:
    """An answer, read. Raises Unreachable on one that is none of a server's of today."""
    try:
        if isinstance(said, dict) and "logs" in said:
            kept = [log for log in said["logs"] if "problem" not in log]
            others = [log for log in said["logs"] if "problem" in log]
            return Answer.model_validate({"judged": kept, "refused": others, "said": said})
        return Answer.model_validate({"judged": [said], "said": said})
    except (ValidationError, TypeError) as error:
        raise Unreachable(
            "The server's answer is not that of a Bootscope server of this version.",
            hint="Look at its address, and at 'bootscope --version' on both sides.",
        ) from error


def shown(
    server: Server, log: str, answer: Answer, policy: Policy, arguments: argparse.Namespace
) -> str:
    """What is printed of one upload."""
    if arguments.format == "json":
        return json.dumps(answer.said, indent=1) + "\n"
    return "".join(_each(server, log, answer, policy, arguments))


def _each(
    server: Server, log: str, answer: Answer, policy: Policy, arguments: argparse.Namespace
) -> Iterator[str]:
    from app.reporters import REPORTERS
    from app.reporters.submitter import Submitter

    output = arguments.format
    several = len(arguments.logs) > 1 or len(answer.judged) > 1
    if several and output != LINE and not REPORTERS[output].joins and arguments.wait:
        raise SettingsError(
            f"--format {output} makes one file of one log, and there are several.",
            hint="They are kept. Take --format line, json or text for their verdicts.",
        )
    for one in answer.judged:
        name = f"{log}/{one.name}" if one.name else log
        if not arguments.wait:
            yield f"{printable(name)}: KEPT: {printable(one.url)}\n"
        elif output == LINE:
            code = one.code(policy)
            judged = [one.closing]
            yield line_of(name, one.verdict, one.headline, judged, policy, one.url, code)
        else:
            by = Submitter(arguments.kcidb_origin, arguments.kcidb_build_id)
            text = REPORTERS[output](_report(server, one, arguments), one.url, policy, by)
            yield f"{REPORTERS[output].heading(name)}\n{text}" if several else text


def _report(server: Server, one: Judged, arguments: argparse.Namespace) -> "Report":
    from app.report import Report

    try:
        return Report.from_json(server.report(one.id, arguments.framing))
    except ValidationError as error:
        raise Unreachable(
            "The server's report is of another version than this command.",
            hint="Take --format line or json.",
        ) from error
