"""The kinds of check. A new shape of rule is a new file here, listed below."""

from typing import Annotated

from app.rules.hints import ToldBy
from app.rules.kinds import absent, deadline, deferral, level, order, present, returns, sequence
from app.rules.kinds.absent import AbsentCheck
from app.rules.kinds.base import Context, Judgement, MarkerMeaning
from app.rules.kinds.deadline import DeadlineCheck
from app.rules.kinds.deferral import DeferralCheck
from app.rules.kinds.level import LevelCheck
from app.rules.kinds.order import OrderCheck
from app.rules.kinds.present import PresentCheck
from app.rules.kinds.returns import ReturnsCheck
from app.rules.kinds.sequence import SequenceCheck

Check = Annotated[
    OrderCheck
    | SequenceCheck
    | LevelCheck
    | ReturnsCheck
    | PresentCheck
    | AbsentCheck
    | DeferralCheck
    | DeadlineCheck,
    ToldBy("kind"),
]

PLACEHOLDERS: dict[str, frozenset[str]] = {
    "order": order.PLACEHOLDERS,
    "sequence": sequence.PLACEHOLDERS,
    "level": level.PLACEHOLDERS,
    "returns": returns.PLACEHOLDERS,
    "present": present.PLACEHOLDERS,
    "absent": absent.PLACEHOLDERS,
    "deferral": deferral.PLACEHOLDERS,
    "deadline": deadline.PLACEHOLDERS,
}
"""What a message of each kind may name in braces."""

__all__ = ["PLACEHOLDERS", "Check", "Context", "Judgement", "MarkerMeaning"]
