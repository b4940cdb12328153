"""/api/v1/builds: a build judged by its symbols. Nothing of it is kept."""

from fastapi import APIRouter, Query, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import PlainTextResponse, Response

from app.api.answers import JSON, TEXT_OR_JSON, wants_text
from app.build_check import RENDERERS, BuildReport, check_build
from app.web.problems import RESPONSES
from app.web.uploads import InService

router = APIRouter(prefix="/api/v1", tags=["builds"])
_BODY = {
    "requestBody": {
        "required": True,
        "content": {
            "application/octet-stream": {
                "schema": {"type": "string", "format": "binary"},
                "example": "ffff80008195a190 d __initcall__kmod_kvm__440_2724_kvm_arm_init6",
            }
        },
    }
}
_EXAMPLE = {
    "schema": "bootscope.build/1",
    "verdict": "fragile",
    "headline": "Only link order keeps kvm_arm_init() before ffa_init()",
    "lead": "FFA001",
}


@router.post(
    "/builds",
    response_model=BuildReport,
    responses={
        200: {
            "description": "Schema bootscope.build/1, or text",
            "content": {
                "application/json": {"example": _EXAMPLE},
                "text/plain": {
                    "example": "FRAGILE: Only link order keeps kvm_arm_init() before ffa_init()\n"
                },
            },
        },
        **{status: RESPONSES[status] for status in (413, 415, 422)},
    },
    openapi_extra=_BODY,
    summary="Judge the order of a build by its symbols alone",
)
async def judge(
    request: Request,
    service: InService,
    name: str = Query("symbols", max_length=200, description="What to call the file"),
    kernel: str | None = Query(None, max_length=100, description="The release, where known"),
    wanted: str | None = TEXT_OR_JSON,
) -> Response:
    """The body is the build's System.map, kallsyms, output of nm, or vmlinux, packed or not
    (``curl --data-binary @System.map``). No log is needed, and nothing is kept.
    """
    data = await request.body()

    def answer() -> Response:
        report = check_build(
            data, name=name, kernel=kernel, max_bytes=service.settings.max_log_bytes
        )
        if wants_text(request, wanted):
            return PlainTextResponse(RENDERERS["text"](report))
        return Response(RENDERERS["json"](report), media_type=JSON)

    return await run_in_threadpool(answer)
