"""The kinds of check. A new shape of rule is a new file here, listed below."""

from typing import Annotated

from pydantic import Field

from app.rules.kinds import deferral, order, present, returns
from app.rules.kinds.base import Context, Judgement, MarkerMeaning
from app.rules.kinds.deferral import DeferralCheck
from app.rules.kinds.order import OrderCheck
from app.rules.kinds.present import PresentCheck
from app.rules.kinds.returns import ReturnsCheck

Check = Annotated[
    OrderCheck | ReturnsCheck | PresentCheck | DeferralCheck, Field(discriminator="kind")
]

PLACEHOLDERS: dict[str, frozenset[str]] = {
    "order": order.PLACEHOLDERS,
    "returns": returns.PLACEHOLDERS,
    "present": present.PLACEHOLDERS,
    "deferral": deferral.PLACEHOLDERS,
}

__all__ = ["PLACEHOLDERS", "Check", "Context", "Judgement", "MarkerMeaning"]
