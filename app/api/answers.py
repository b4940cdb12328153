"""The answers to uploads: verdict, permalink, and the way to take them back."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from fastapi import Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict

from app.api.since import SinceBaseline, sentence
from app.batch import Batch
from app.gate import code_of_all
from app.report import BootSummary, PackVersion, Policy, Verdict, worst_code
from app.reporters import REPORTERS
from app.rules.finding import Cure, Evidence, Finding, Outcome, Severity
from app.service import Service, Submission
from app.web.accept import preferred
from app.web.problems import Problem, problem_of
from app.web.uploads import View, permalink, server
from parsers import InputError

JSON = "application/json"
_PLAIN = "text/plain"
TEXT_OR_JSON = Query(None, alias="format", pattern="^(json|text)$", description="Over Accept")


class Brief(BaseModel):
    """A finding, as short as a bot needs it; ``help_url`` is the page that explains its rule."""

    rule: str
    outcome: Outcome
    severity: Severity
    counts: bool
    message: str
    evidence: tuple[Evidence, ...]
    signature: str
    cure: Cure | None
    help_url: str | None


EXAMPLE: dict[str, Any] = {
    "id": "vtgtdhzdkhj2ywhcrkkmgv7hly",
    "url": "http://127.0.0.1:8000/l/vtgtdhzdkhj2ywhcrkkmgv7hly",
    "verdict": "fail",
    "headline": "FF-A came up 306 ms before pKVM traps SMCs",
    "exit_code": 1,
    "created": True,
    "report_url": "http://127.0.0.1:8000/api/v1/logs/vtgtdhzdkhj2ywhcrkkmgv7hly",
    "raw_url": "http://127.0.0.1:8000/api/v1/logs/vtgtdhzdkhj2ywhcrkkmgv7hly/raw",
    "deletion_token": "shown once",
    "expires_at": "2026-12-25T10:12:14+00:00",
    "findings": [],
    "packs": [{"name": "ffa-pkvm", "version": "1.1.0"}],
    "initcalls": 375,
    "boots": [
        {
            "index": 0,
            "first_line": 1,
            "last_line": 1089,
            "release": "6.12.117-ffalab",
            "verdict": "fail",
            "headline": "FF-A came up 306 ms before pKVM traps SMCs",
            "concerns": ["fail", "fragile"],
        }
    ],
    "labels": ["branch=main", "machine=rk3588"],
    "note": "",
    "baseline": None,
}


class Uploaded(BaseModel):
    """The answer to an upload: verdict and permalink, and the way to take it back.

    ``exit_code`` is the worst of all ``boots`` of the capture, ``findings`` are of the
    one with the worst verdict, of which ``initcalls`` were read. ``packs`` are those that
    judged, ``labels`` those of this upload; ``note`` says what the permalink does not show.
    ``baseline`` is there where one was asked for: then ``exit_code`` gates on what is new.
    """

    model_config = ConfigDict(json_schema_extra={"example": EXAMPLE})

    id: str
    url: str
    verdict: Verdict
    headline: str
    exit_code: int
    created: bool
    report_url: str
    raw_url: str
    deletion_token: str | None
    expires_at: str | None
    findings: list[Brief]
    packs: tuple[PackVersion, ...]
    initcalls: int
    boots: tuple[BootSummary, ...]
    labels: list[str]
    note: str = ""
    baseline: SinceBaseline | None = None


class JudgedLog(Uploaded):
    """One log of an archive, by the name it has there."""

    model_config = ConfigDict(json_schema_extra={"example": {"name": "board-7.log", **EXAMPLE}})

    name: str


class RefusedLog(BaseModel):
    """A file of an archive that is no log, or that cannot be read."""

    name: str
    exit_code: int
    problem: Problem


class Unused(BaseModel):
    """A file of an archive that is no log, and was not used beside one either."""

    name: str
    why: str


class UploadedArchive(BaseModel):
    """The answer to an archive of several logs, each kept by itself.

    ``verdict`` and ``headline`` are of the worst log, ``exit_code`` is the worst of
    all, with 3 for a log that cannot be read.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "verdict": "fail",
                "headline": "board-7.log: FF-A came up 306 ms before pKVM traps SMCs",
                "exit_code": 3,
                "logs": [
                    {"name": "board-7.log", **EXAMPLE},
                    {
                        "name": "notes.txt",
                        "exit_code": 3,
                        "problem": {
                            "type": "about:blank#unknown-framing",
                            "title": "No kernel log found",
                            "status": 422,
                            "detail": "line 1: No line of this text reads as a kernel message.",
                            "hint": "Send a serial capture, the output of dmesg or of"
                            " journalctl -k.",
                        },
                    },
                ],
                "set_aside": [],
            }
        }
    )

    verdict: Verdict
    headline: str
    exit_code: int
    logs: list[JudgedLog | RefusedLog]
    set_aside: list[Unused]


Gate = Callable[[Submission], tuple[int, SinceBaseline | None]]
"""Exit code, and what is said of the baseline, where one is asked for."""


def plain_gate(done: Submission) -> tuple[int, SinceBaseline | None]:
    """The gate without a baseline."""
    return code_of_all(done.report, Policy()), None


@dataclass(frozen=True, slots=True)
class Answers:
    """Puts uploads into words, with the addresses they have on this server.

    ``output`` is a reporter's name; of ``json`` the answer is short, not the report.
    """

    request: Request
    service: Service
    view: View
    output: str = "json"
    note: str = ""
    gate: Gate = plain_gate

    def log(self, done: Submission) -> Response:
        """The answer to one log."""
        status = 201 if done.created else 200
        headers = {"Location": self._api(done)}
        if self.output != "json":
            return self._other(self._text(done), status, headers)
        body = Uploaded(**self._said(done)).model_dump_json(indent=1) + "\n"
        return Response(body, status, headers, media_type=JSON)

    def archive(self, batch: Batch) -> Response:
        """The answer to an archive of several."""
        status = 201 if any(done.created for _, done in batch.kept) else 200
        if self.output != "json":
            return self._other("\n".join(self._sections(batch)), status)
        name, worst = batch.worst
        logs: list[JudgedLog | RefusedLog] = [
            RefusedLog(name=log.name, exit_code=log.exit_code, problem=problem_of(log.done))
            if isinstance(log.done, InputError)
            else JudgedLog(name=log.name, **self._said(log.done))
            for log in batch.logs
        ]
        answer = UploadedArchive(
            verdict=worst.report.verdict,
            headline=f"{name}: {worst.report.headline}",
            exit_code=worst_code(log.exit_code for log in logs),
            logs=logs,
            set_aside=[Unused(name=file.name, why=file.why) for file in batch.set_aside],
        )
        return Response(answer.model_dump_json(indent=1) + "\n", status, media_type=JSON)

    def _other(self, body: str, status: int, headers: dict[str, str] | None = None) -> Response:
        return Response(body, status, headers, media_type=REPORTERS[self.output].media_type)

    def _said(self, done: Submission) -> dict[str, Any]:
        report, api = done.report, self._api(done)
        code, baseline = self.gate(done)
        return {
            "id": report.id,
            "url": permalink(self.request, self.service, report.id, self.view),
            "verdict": report.verdict,
            "headline": report.headline,
            "exit_code": code,
            "baseline": baseline,
            "created": done.created,
            "report_url": f"{api}{self.view.query}",
            "raw_url": f"{api}/raw",
            "deletion_token": done.deletion_token,
            "expires_at": done.expires_at.isoformat() if done.expires_at else None,
            "packs": report.packs,
            "initcalls": report.counts.initcalls,
            "boots": report.boots,
            "labels": [str(label) for label in done.labels],
            "note": self.note,
            "findings": [self._brief(found) for found in report.findings],
        }

    def _brief(self, found: Finding) -> Brief:
        copied = [name for name in Brief.model_fields if name != "help_url"]
        page = server(self.request, self.service) + found.help if found.help else None
        return Brief(**{name: getattr(found, name) for name in copied}, help_url=page)

    def _sections(self, batch: Batch) -> Iterator[str]:
        reporter = REPORTERS[self.output]
        for log in batch.logs:
            done = log.done
            if isinstance(done, InputError):
                told = f"{reporter.said(str(done))}\n"
            else:
                told = self._text(done)
            yield f"{reporter.heading(log.name)}\n{told}"
        for file in batch.set_aside:
            yield f"{reporter.heading(file.name)}\n{reporter.said(file.why)}\n"

    def _text(self, done: Submission) -> str:
        url = permalink(self.request, self.service, done.report.id, self.view)
        reporter = REPORTERS[self.output]
        _, baseline = self.gate(done)
        notes = [f"({self.note})"] if self.note else []
        notes += [sentence(baseline)] if baseline is not None else []
        return reporter(done.report, url) + "".join(f"{reporter.said(one)}\n" for one in notes)

    def _api(self, done: Submission) -> str:
        return str(self.request.url_for("report", identity=done.report.id))


def wants_text(request: Request, wanted: str | None) -> bool:
    """Whether text is asked for: by ``?format=``, else by Accept."""
    if wanted is not None:
        return wanted == "text"
    return preferred(request.headers.get("accept", ""), (JSON, _PLAIN)) == _PLAIN
