"""Which initcalls a prediction moves, and past what."""

from app.whatif.result import Move
from app.whatif.scene import Scene
from app.whatif.source import Source
from parsers import Boot, Initcall

_Key = tuple[str, int]
_At = dict[_Key, int]
"""The positions of initcalls, by function and occurrence."""


def moves_of(source: Source, scene: Scene, boot: Boot) -> tuple[Move, ...]:
    """The initcalls that were changed, with the subjects of rules that each now runs beside.

    ``boot`` is the predicted one. Only what a change names, or takes with it, moves: all others
    keep their order.
    """
    before, after = _positions(source.boot), _positions(boot)
    moves = []
    for place in scene.moved:
        call = source.boot.initcalls[place]
        key = _key(call)
        host = scene.hosts.get(place)
        new = scene.draft.calls[place if host is None else host]
        moves.append(
            Move(
                function=call.function,
                module=call.module,
                from_position=before.get(key),
                to_position=after.get(_key(new)),
                from_level=_level(call),
                to_level=_level(new),
                inside=None if host is None else new.function,
                passed=_passed(source, key, _key(new), (before, after)),
            )
        )
    return tuple(moves)


def _passed(source: Source, old: _Key, new: _Key, positions: tuple[_At, _At]) -> tuple[str, ...]:
    """The subjects of rules that it was in front of and is now behind, or the other way."""
    before, after = positions
    if old not in before or new not in after:
        return ()
    return tuple(
        key[0]
        for key, position in before.items()
        if key[0] in source.asked_for and key not in (old, new) and key in after
        and (position < before[old]) != (after[key] < after[new])
    )  # fmt: skip


def _positions(boot: Boot) -> _At:
    return {_key(call): place for place, call in enumerate(boot.initcalls, 1)}


def _key(call: Initcall) -> _Key:
    return call.function, call.occurrence


def _level(call: Initcall) -> str:
    if call.levels is None:
        return "unknown"
    low, high = call.levels
    return low if low == high else f"{low}..{high}"
