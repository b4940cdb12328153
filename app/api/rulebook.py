"""/api/v1/rules and /api/v1/packs: the rules that judge, to be read by a program."""

from typing import Any

from fastapi import APIRouter, Request
from pydantic import BaseModel, ConfigDict

from app.rule_docs import Shelf, Shelved
from app.rule_docs.check import written
from app.rule_docs.conditions import kernels
from app.rule_docs.references import address
from app.rules.finding import Finding, Outcome, Severity, Status
from app.rules.model import Pack
from app.web.problems import RESPONSES
from app.web.uploads import InService, server

router = APIRouter(prefix="/api/v1", tags=["rules"])
_SUMMARY: dict[str, Any] = {
    "id": "FFA001",
    "pack": "ffa-pkvm",
    "name": "ffa-up-before-pkvm-traps",
    "title": "FF-A comes up after pKVM traps SMCs",
    "severity": "error",
    "status": "stable",
    "version": 1,
    "since": "1.0.0",
    "kind": "order",
    "tags": ["ffa", "pkvm", "ordering"],
    "needs": [],
    "kernels": "6.5 and later",
    "former_ids": [],
    "url": "http://127.0.0.1:8000/api/v1/rules/FFA001",
    "help_url": "http://127.0.0.1:8000/rules/FFA001",
}


class RuleSummary(BaseModel):
    """A rule in a list. ``since`` is the version of the pack that first had it; ``kernels``
    says in words for which it is; ``help_url`` is its page.
    """

    model_config = ConfigDict(json_schema_extra={"example": _SUMMARY})

    id: str
    pack: str
    name: str
    title: str
    severity: Severity
    status: Status
    version: int
    since: str | None
    kind: str
    tags: tuple[str, ...]
    needs: tuple[str, ...]
    kernels: str
    former_ids: tuple[str, ...]
    url: str
    help_url: str


class Reference(BaseModel):
    """Where a rule takes what it says from; ``url`` where that can be read, if known."""

    text: str
    url: str | None


class JudgedExample(BaseModel):
    """A log that shows an outcome, and the finding that the engine gives for it."""

    name: str
    expect: Outcome
    log: str
    finding: Finding | None


class RuleDetail(RuleSummary):
    """A rule in full. ``rule`` is what its file says (schema /schema/rule/1.json), without
    what is default.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "example": _SUMMARY
            | {
                "why": "With pKVM on, the hypervisor proxies the host's FF-A calls ...",
                "fix": "- Linux 7.2 and later: keep ffa_init() as module_init ...",
                "references": [
                    {
                        "text": "init/main.c, do_one_initcall(), Linux 6.12",
                        "url": address("init/main.c, do_one_initcall(), Linux 6.12"),
                    }
                ],
                "rule": {"schema": 1, "id": "FFA001"},
                "examples": [],
            }
        }
    )

    why: str
    fix: str
    references: list[Reference]
    rule: dict[str, Any]
    examples: list[JudgedExample]


class PackSummary(BaseModel):
    """A pack: its rules, and the ids that they had before (``redirects``)."""

    model_config = ConfigDict(
        json_schema_extra={
            "example": {
                "name": "ffa-pkvm",
                "version": "1.1.0",
                "title": "Arm FF-A against pKVM, TPM and IMA",
                "rules": ["FFA001", "FFA002"],
                "redirects": {},
            }
        }
    )

    name: str
    version: str
    title: str
    rules: list[str]
    redirects: dict[str, str]


def shelf_of(request: Request) -> Shelf:
    """The rules that the application was made with."""
    shelf: Shelf = request.app.state.shelf
    return shelf


@router.get("/packs", summary="The shipped packs")
def packs(request: Request) -> list[PackSummary]:
    """Each pack that judges, with the version that reports name."""
    return [_pack(pack) for pack in shelf_of(request).packs]


@router.get("/rules", summary="The shipped rules")
def rules(request: Request, service: InService) -> list[RuleSummary]:
    """Every rule of every pack, in the order of packs and ids."""
    base = server(request, service)
    return [RuleSummary(**_summary(base, one)) for one in shelf_of(request).rules]


@router.get(
    "/rules/{identity}",
    responses={status: RESPONSES[status] for status in (404, 422)},
    summary="A rule in full",
)
def rule(request: Request, service: InService, identity: str) -> RuleDetail:
    """What a rule asks, why, the ways out, and its examples with what they come to.

    An id that the rule had before is answered as well: ``id`` is today's.
    """
    one = shelf_of(request).find(identity)
    found = one.rule
    return RuleDetail(
        **_summary(server(request, service), one),
        why=found.why,
        fix=found.fix,
        references=[Reference(text=text, url=address(text)) for text in found.references],
        rule=written(found),
        examples=[
            JudgedExample(
                name=tried.example.name,
                expect=tried.example.expect,
                log=tried.example.log,
                finding=tried.finding,
            )
            for tried in one.tried()
        ],
    )


def _pack(pack: Pack) -> PackSummary:
    header = pack.header
    return PackSummary(
        name=header.pack,
        version=header.version,
        title=header.title,
        rules=sorted(rule.id for rule in pack.rules),
        redirects=dict(header.redirects),
    )


def _summary(base: str, one: Shelved) -> dict[str, Any]:
    rule = one.rule
    names = ("id", "name", "title", "severity", "status", "version", "since", "tags", "needs")
    return {name: getattr(rule, name) for name in names} | {
        "pack": one.pack.header.pack,
        "kind": rule.check.kind,
        "kernels": kernels(rule.applies_when),
        "former_ids": one.former_ids,
        "url": f"{base}{router.prefix}/rules/{rule.id}",
        "help_url": f"{base}{one.pack.page(rule.id)}",
    }
