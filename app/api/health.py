"""/livez, /healthz and /readyz: for what starts, restarts and feeds this server."""

from collections.abc import Callable
from typing import Literal

from anyio import fail_after, to_thread
from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict

from app.errors import StoreDown
from app.web.problems import RESPONSES
from app.web.uploads import InService

router = APIRouter(tags=["health"])
SECONDS = 5.0
"""After how long a store that does not answer is given up."""


class Health(BaseModel):
    """That all is well: else the answer is a problem."""

    model_config = ConfigDict(json_schema_extra={"example": {"status": "ok"}})

    status: Literal["ok"] = "ok"


@router.get("/livez", summary="Whether the process answers")
async def live() -> Health:
    """Asks nothing of the store: a process that answers need not be restarted."""
    return Health()


@router.get(
    "/healthz", summary="Whether logs can be kept and shown", responses={503: RESPONSES[503]}
)
async def health(service: InService) -> Health:
    """Asks database and blobs. 503 names the one that does not answer."""
    return await _ask(service.check)


@router.get("/readyz", summary="Whether to send requests here", responses={503: RESPONSES[503]})
async def ready(service: InService) -> Health:
    """The same as /healthz."""
    return await _ask(service.check)


async def _ask(check: Callable[[], None]) -> Health:
    try:
        with fail_after(SECONDS):
            await to_thread.run_sync(check, abandon_on_cancel=True)
    except TimeoutError as error:
        raise StoreDown(f"The store did not answer in {SECONDS:g} s.") from error
    return Health()
