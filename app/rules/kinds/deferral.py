"""``deferral``: what was put off was taken up again."""

from fnmatch import fnmatchcase
from typing import Literal

from pydantic import BaseModel, ConfigDict

from app.rules.finding import Subject
from app.rules.kinds.base import MAX_EVIDENCE, Context, Judgement
from app.rules.selectors import Names
from app.rules.wording import listed

PLACEHOLDERS = frozenset({"names", "count", "reason"})


class DeferralCheck(BaseModel):
    """No probe of ``device`` (globs) is still deferred at the end of the boot."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    kind: Literal["deferral"]
    device: Names = ("*",)

    def judge(self, context: Context) -> Judgement:
        """Judge one boot. Until user space, only the kernel's own word counts."""
        boot = context.facts.boot
        deferrals = [
            d for d in boot.deferrals if any(fnmatchcase(d.device, g) for g in self.device)
        ]
        pending = [d for d in deferrals if d.resolved_line is None]
        settled = boot.coverage.userspace or any(d.pending_line is not None for d in pending)
        words = {"count": str(len(deferrals)), "names": listed(sorted({d.device for d in pending}))}
        if pending and settled:
            reasons = sorted({d.reason.strip("()") for d in pending if d.reason})
            words["reason"] = f" ({listed(reasons)})" if reasons else ""
            shown = {line for d in pending for line in (d.line, d.pending_line) if line is not None}
            return Judgement(
                "fail",
                "{names} stayed deferred to the end of the boot{reason}.",
                evidence=sorted(shown)[:MAX_EVIDENCE],
                subjects=[
                    Subject(
                        role="subject", name=d.device, line=d.line, time_us=d.time_us,
                        initcall=None, end=False,
                    )
                    for d in pending[:MAX_EVIDENCE]
                ],
                names=sorted({d.device for d in pending}),
                words=words,
            )  # fmt: skip
        if not boot.coverage.userspace:
            message = "The log ends before user space: a probe may still be taken up or put off."
            return Judgement("inconclusive", message, words=words)
        message = "No probe was left deferred ({count} deferred on the way)."
        lines = [line for d in deferrals[:3] for line in (d.line, d.resolved_line) if line]
        return Judgement("pass", message, evidence=lines, words=words)
