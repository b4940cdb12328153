"""what_if(): a measured boot and changes into the boot that was never made."""

from collections.abc import Mapping, Sequence

from app.report import Report, as_subject, build_report
from app.rules.finding import Finding
from app.whatif.changes import Change
from app.whatif.draft import Built
from app.whatif.judging import Judged, judge_scene, merge
from app.whatif.lines import with_lines
from app.whatif.moves import moves_of
from app.whatif.predict import Predicted, predict
from app.whatif.result import OutcomeChange, PlaceTold, Unpredictable, WhatIf
from app.whatif.source import Source
from parsers import Boot
from parsers.named import NamedTuple
from parsers.record import replace

Findings = Mapping[tuple[str, str], Finding]
_ALWAYS = (
    ("times", "durations are kept and stamps are shifted by them: parallel work, a slow console"
     " and waiting are not modelled; trust the order, not the times"),
    ("what firmware and devices answer", "messages and return values stay those of the measured"
     " boot"),
)  # fmt: skip
_NEW = (
    "it did not fail when this was measured; what fails with it is told only where a pack names"
    " it as a consequence"
)
_ASSUMED = (
    "The build has the same configuration, objects and firmware, changed in nothing else.",
    "Initcalls run one after the other, and each takes as long as it was measured to take.",
)


class Outlook(NamedTuple):
    """A prediction and its findings, by pack and rule."""

    predicted: Predicted
    built: Built
    judged: Judged


def outlook(source: Source, measured: Findings, changes: Sequence[Change]) -> Outlook:
    """Predict and judge. Raises ChangeError."""
    predicted = predict(source, changes)
    builts = [scene.draft.built() for scene in predicted.scenes]
    judged = [
        judge_scene(source, scene, built, measured)
        for scene, built in zip(predicted.scenes, builts, strict=True)
    ]
    levels = " or ".join(dict.fromkeys(one.level for one in predicted.placed))
    return Outlook(predicted, builts[0], merge(judged, levels) if len(judged) > 1 else judged[0])


def what_if(source: Source, report: Report, changes: Sequence[Change]) -> WhatIf:
    """Predict what ``report`` would be with ``changes``. Raises ChangeError.

    ``source`` is the boot that ``report`` judges, by the same packs.
    """
    measured = by_rule(report.findings)
    found = outlook(source, measured, changes)
    scene, built = found.predicted.scenes[0], found.built
    boot = on_measured(built)
    predicted = build_report(
        report_id=f"{report.id}-predicted",
        packs=report.packs,
        capture=replace(report.capture, name=f"{report.capture.name} (predicted)"),
        boot=boot,
        findings=found.judged.findings.values(),
        settings=report.settings,
    )
    predicted = replace(predicted, headline=_headline(predicted.headline))
    changed = scene.draft.changed
    return WhatIf(
        changes=tuple(map(str, changes)),
        measured=report,
        predicted=predicted if changed else report,
        outcomes=tuple(_outcomes(measured, predicted.findings)),
        places=tuple(
            PlaceTold(
                function=one.function, level=one.level,  # type: ignore[arg-type]
                after=one.after or None, before=one.before or None, width=one.width,
                by="link_order" if one.known else "anywhere",
            )
            for one in found.predicted.placed
        ),
        moves=moves_of(source, scene, boot),
        assumptions=_assumptions(found) if changed else (),
        unpredictable=_unpredictable(found, measured) if changed else (),
    )  # fmt: skip


def _headline(measured: str) -> str:
    sentence = f"Predicted - {measured}"
    return as_subject(sentence, sentence)


def by_rule(findings: Sequence[Finding]) -> dict[tuple[str, str], Finding]:
    """Findings by pack and rule; of a waiver that is wrong none is."""
    return {(one.pack, one.rule): one for one in findings}


def on_measured(built: Built) -> Boot:
    """The predicted boot with every line that of the measured log which it rests on."""
    first = built.boot.first_line
    boot = built.boot
    if not built.made and list(built.origins) == sorted(built.origins):
        return boot
    return with_lines(boot, lambda line: built.origins[line - first], _same_time, sort=False)


def _same_time(_: int) -> int:
    return 0


def _assumptions(found: Outlook) -> tuple[str, ...]:
    own = found.predicted.scenes[0].assumptions
    return (*_ASSUMED, *_of_places(found.predicted), *own)


def _of_places(predicted: Predicted) -> list[str]:
    told = []
    for one in predicted.placed:
        if one.known:
            behind = f" behind {one.after}()" if one.after else ""
            before = f" in front of {one.before}()" if one.before else ""
            told.append(
                f"{one.function}() comes to stand at level {one.level}{behind}{before}, by the"
                " order in which directories were linked in this boot."
            )
        else:
            told.append(
                f"{one.function}() may get any of {one.width + 1} places at level {one.level}:"
                " where it is linked is not known."
            )
    return told


def _outcomes(measured: Findings, findings: Sequence[Finding]) -> list[OutcomeChange]:
    changes = []
    for found in findings:
        before = measured.get((found.pack, found.rule))
        was = before.outcome if before is not None else "not_applicable"
        if was == found.outcome == "not_applicable":
            continue
        changes.append(
            OutcomeChange(
                rule=found.rule, title=found.title, severity=found.severity, counts=found.counts,
                before=was, after=found.outcome, basis=found.basis,
                undermined_by=found.undermined_by, message=found.message,
            )
        )  # fmt: skip
    return sorted(changes, key=lambda one: one.before == one.after)


def _unpredictable(found: Outlook, measured: Findings) -> tuple[Unpredictable, ...]:
    scene = found.predicted.scenes[0]
    said = [Unpredictable(what=one.what, reason=one.reason) for one in scene.unknown]
    always = [Unpredictable(what=what, reason=reason) for what, reason in _ALWAYS]
    new = [
        Unpredictable(what=f"what follows from {one.rule}", reason=_NEW)
        for key, one in found.judged.findings.items()
        if one.counts and one.outcome == "fail" and measured[key].outcome != "fail"
    ]
    return (*found.judged.unknown, *new, *said, *always)
