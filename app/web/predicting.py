"""A kept boot, read and judged anew to predict others from."""

from app.analysis import Analysis, analyse
from app.service import Service
from app.web.uploads import View


def analysis_of(service: Service, identity: str, view: View) -> Analysis:
    """A log by today's packs, which may be others than its page was judged by.

    Raises NotFound.
    """
    given = service.inputs(service.row(identity))
    return analyse(
        given.log, name=given.name, symbols=given.symbols, trace=given.trace, boot=view.index,
        framing=view.framing, max_bytes=service.settings.max_log_bytes,
    )  # fmt: skip
