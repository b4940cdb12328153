"""The badge, well-formed and of few words; the metrics, read back by prometheus_client."""

from xml.etree import ElementTree as ET

import pytest
from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from app.report import Policy, Report, exit_code
from app.reporters.badge import render_badge
from app.reporters.prometheus import render_prometheus
from parsers.record import replace
from tests.ci_reports import HOSTILE, SAMPLE_NAMES, empty, hostile, sample, waived
from tests.conftest import ROOT

_SVG = "{http://www.w3.org/2000/svg}"


def badge(report: Report) -> tuple[str, str]:
    """What it says, and the colour behind that."""
    root = ET.fromstring(render_badge(report, "http://127.0.0.1/l/x"))
    tags = {element.tag.removeprefix(_SVG) for element in root.iter()}
    assert tags == {"svg", "title", "rect", "g", "text"}
    label, word = (text.text for text in root.iter(f"{_SVG}text"))
    title = root.find(f"{_SVG}title")
    assert title is not None and title.text == root.get("aria-label") == f"{label}: {word}"
    left, right = root.iter(f"{_SVG}rect")
    assert float(left.attrib["width"]) + float(right.attrib["width"]) == pytest.approx(
        float(root.attrib["width"]), abs=0.01
    )
    return f"{label}: {word}", right.attrib["fill"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ff-rootfs-protected", "fail"), ("deb612-arm64-protected", "pass"),
        ("k73-upstream-protected", "warning"), ("ff-device-protected", "fragile"),
        ("deb612-arm64-smallbuf", "cannot tell"),
    ],
)  # fmt: skip
def test_it_says_the_verdict(name: str, said: str) -> None:
    assert badge(sample(name))[0] == f"boot order: {said}"


def test_only_a_pass_that_proves_something_is_green() -> None:
    report = sample("deb612-arm64-protected")
    green = badge(report)[1]
    assert all(badge(sample(n))[1] != green for n in SAMPLE_NAMES if sample(n).verdict != "pass")
    hollow = replace(empty(), verdict="pass")
    assert exit_code(hollow, Policy()) == 5
    assert badge(hollow) == ("boot order: cannot tell", badge(empty())[1])
    held = badge(replace(waived(report, report.findings[0].rule)))
    assert held == ("boot order: pass, 1 waived", green)


def test_white_can_be_read_on_each_colour() -> None:
    for name in SAMPLE_NAMES:
        colour = badge(sample(name))[1]
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        light = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
        assert 1.05 / (light + 0.05) >= 4.5


def test_nothing_of_a_hostile_log_is_in_it() -> None:
    assert badge(hostile())[0] == "boot order: fail, 7 waived"
    assert "evil" not in render_badge(hostile(), HOSTILE)


def families(report: Report) -> dict[str, Metric]:
    text = render_prometheus(report)
    found = [*text_string_to_metric_families(text)]
    names = [family.name for family in found]
    lines = text.splitlines()
    for kind in ("# HELP ", "# TYPE "):
        assert len({*names}) == len(names) == sum(line.startswith(kind) for line in lines)
    series = [(s.name, tuple(sorted(s.labels.items()))) for f in found for s in f.samples]
    assert len({*series}) == len(series)
    assert len(series) == sum(not line.startswith("#") for line in lines)
    assert all(family.type in ("gauge", "summary") and family.documentation for family in found)
    return {family.name.removeprefix("bootscope_"): family for family in found}


def value(family: Metric, **labels: str) -> float:
    (found,) = [s for s in family.samples if labels.items() <= s.labels.items()]
    return found.value


@pytest.mark.parametrize("name", SAMPLE_NAMES)
def test_every_sample_is_read_back(name: str) -> None:
    report = sample(name)
    found = families(report)
    assert value(found["verdict"], verdict=report.verdict) == 1
    assert sum(s.value for s in found["verdict"].samples) == 1
    assert len(found["finding"].samples) == len(report.findings)
    assert sum(s.value for s in found["initcalls"].samples) == len(report.initcalls)
    assert value(found["exit_code"]) == exit_code(report, Policy())


def test_what_it_says_of_a_boot() -> None:
    found = families(sample("ff-rootfs-protected"))
    assert value(found["finding"], rule="FFA001", outcome="fail", severity="error") == 1
    assert value(found["gap_seconds"], rule="FFA001") == pytest.approx(-0.306263)
    assert value(found["initcalls"], state="returned") == 375
    assert value(found["probes"]) == 45
    assert value(found["log_lines"]) == 1089
    # That of kvm_arm_init, at line 623.
    assert value(found["initcall_longest_seconds"]) == pytest.approx(0.246115)
    took = {s.name.rpartition("_")[2]: s.value for s in found["initcall_duration_seconds"].samples}
    assert took["count"] == 375 and took["sum"] > 0.246
    about = found["log_info"].samples[0].labels
    assert about["kernel"] == "6.12.117-ffalab" and about["machine"] == "linux,dummy-virt"


def test_a_log_without_times_has_no_durations() -> None:
    found = families(replace(empty(), last_time_us=None))
    assert "last_line_seconds" not in found and "initcall_longest_seconds" not in found
    assert value(found["exit_code"]) == 5


def test_hostile_text_is_a_label_and_no_sample() -> None:
    found = families(hostile())
    about = found["log_info"].samples[0].labels
    assert 'up{job="x"} 1' in about["name"] and about["name"].isprintable()
    assert "up" not in found


def test_every_metric_is_documented() -> None:
    text = (ROOT / "docs" / "outputs.md").read_text("utf-8")
    for family in families(sample("ff-rootfs-protected")).values():
        assert f"`{family.name}`" in text
        for one in family.samples:
            assert all(f"`{label}`" in text for label in one.labels)
