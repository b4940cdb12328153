"""A boot that was never made, beside the one that it is predicted from.

Schema ``bootscope.whatif/1``.
"""

from typing import Literal

from app.report import Report
from app.rules.finding import Basis, Outcome, Severity
from parsers import Level
from parsers.record import record

SCHEMA = "bootscope.whatif/1"
NOTE = (
    "Predicted, not measured: initcalls are put in another order, and nothing was booted. Lines"
    " are those of the measured log."
)


@record
class OutcomeChange:
    """What a rule says before and after. ``basis`` is why the predicted order holds.

    ``undermined_by`` is the rule whose predicted failure makes this outcome worth nothing.
    """

    rule: str
    title: str
    severity: Severity
    counts: bool
    before: Outcome
    after: Outcome
    basis: Basis | None
    undermined_by: str | None
    message: str


@record
class PlaceTold:
    """Where a moved initcall comes to stand: behind ``after``, in front of ``before``.

    Either is None where nothing in its level bounds it. ``width`` counts the initcalls
    between them; with ``by`` ``anywhere`` the order of linking is not known.
    """

    function: str
    level: Level
    after: str | None
    before: str | None
    width: int
    by: Literal["link_order", "anywhere"]


@record
class Move:
    """An initcall that does its work elsewhere.

    Positions are 1-based among the initcalls of the measured and the predicted boot; ``inside``
    is the other initcall that it does its work in then. ``passed`` are the subjects of rules
    that it changes sides with.
    """

    function: str
    module: str | None
    from_position: int | None
    to_position: int | None
    from_level: str
    to_level: str
    inside: str | None
    passed: tuple[str, ...]


@record
class Unpredictable:
    """What cannot be predicted, and why; ``expected`` is what speaks for itself all the same."""

    what: str
    reason: str
    expected: Outcome | None = None


@record
class WhatIf:
    """The measured and the predicted report of one log.

    In ``predicted`` every line is that of the measured log which it rests on, and every time
    a measured one that was shifted. ``outcomes`` are of all rules that apply before or after.
    ``recommended`` is the design of FF-A that suits this boot best, in a sentence.
    """

    schema_: Literal["bootscope.whatif/1"] = "bootscope.whatif/1"
    note: str = NOTE
    changes: tuple[str, ...]
    measured: Report
    predicted: Report
    outcomes: tuple[OutcomeChange, ...]
    places: tuple[PlaceTold, ...]
    moves: tuple[Move, ...]
    assumptions: tuple[str, ...]
    unpredictable: tuple[Unpredictable, ...]
    recommended: str = ""


@record
class Cure:
    """Changes that cure every rule of order.

    ``moves`` counts the initcalls that run elsewhere then, ``distance`` the others that they
    pass. ``open`` are rules that the prediction cannot tell, ``preview`` rules in preview that
    it does not cure.
    """

    changes: tuple[str, ...]
    moves: int
    distance: int
    open: tuple[str, ...]
    preview: tuple[str, ...]


@record
class DesignResult:
    """One design on one boot: every rule's outcome, by id, or why it cannot be predicted.

    ``measured`` tells that the boot has this design already: nothing is predicted.
    ``worthless`` are rules that pass, which is worth nothing since another one fails.
    """

    name: str
    title: str
    changes: tuple[str, ...]
    measured: bool
    verdict: str | None
    outcomes: dict[str, Outcome]
    worthless: tuple[str, ...]
    fixed: tuple[str, ...]
    broken: tuple[str, ...]
    moves: int
    error: str | None
    note: str


@record
class DesignTable:
    """The designs, the recommended one first, and in ``reason`` why it is recommended."""

    schema_: Literal["bootscope.designs/1"] = "bootscope.designs/1"
    note: str = NOTE
    pack: str
    log: str
    rules: tuple[str, ...]
    titles: dict[str, str]
    designs: tuple[DesignResult, ...]
    recommended: str | None
    reason: str
