"""The card that a chat shows for a link: as SVG, and as PNG without a browser."""

import struct
import zlib
from xml.etree import ElementTree

import pytest

from app.analysis import analyse
from app.report import Report
from app.timeline.card import HEIGHT, WIDTH, card_svg, card_words
from app.timeline.raster import png_of
from tests.conftest import SAMPLES


def sample(name: str) -> Report:
    return analyse((SAMPLES / f"{name}.log").read_bytes(), name=f"{name}.log").report


def words(svg: str) -> list[str]:
    root = ElementTree.fromstring(svg)
    return ["".join(node.itertext()) for node in root.iter() if node.tag.endswith("}text")]


def pixels(png: bytes) -> tuple[int, int, list[bytes]]:
    """Width, height and the rows of an 8-bit RGBA picture."""
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (png[:8], depth, colour) == (b"\x89PNG\r\n\x1a\n", 8, 6)
    packed, place = b"", 8
    while place < len(png):
        (length,) = struct.unpack(">I", png[place : place + 4])
        if png[place + 4 : place + 8] == b"IDAT":
            packed += png[place + 8 : place + 8 + length]
        place += length + 12
    data, rows, before = zlib.decompress(packed), [], bytes(4 * width)
    for row in range(height):
        kind, *line = data[row * (4 * width + 1) : (row + 1) * (4 * width + 1)]
        done = bytearray()
        for index, value in enumerate(line):
            left = done[index - 4] if index >= 4 else 0
            above = before[index]
            corner = before[index - 4] if index >= 4 else 0
            near = min((left, above, corner), key=lambda p: abs(left + above - corner - p))
            done.append((value + (0, left, above, (left + above) // 2, near)[kind]) % 256)
        before = bytes(done)
        rows.append(before)
    return width, height, rows


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.log")), ids=lambda path: path.stem)
def test_every_card_is_whole_and_its_lines_fit(path) -> None:
    report = analyse(path.read_bytes(), name=path.name).report
    svg = card_svg(report, report.shown_finding)
    root = ElementTree.fromstring(svg)
    assert (root.get("width"), root.get("height")) == (str(WIDTH), str(HEIGHT))
    for node in root:
        if node.tag.endswith("}text"):
            size, x = float(node.get("font-size") or 0), float(node.get("x") or 0)
            if node.get("text-anchor") != "end":
                assert x + 0.6 * size * len(node.text or "") <= WIDTH - 36
            assert float(node.get("y") or 0) <= HEIGHT - 12


def test_it_says_verdict_headline_kernel_and_basis() -> None:
    report = sample("ff-rootfs-protected")
    said = words(card_svg(report, report.shown_finding))
    assert said[:3] == ["Fails", "FFA001", "Bootscope"]
    assert " ".join(said[3:5]) == "FF-A came up 306 ms before pKVM traps SMCs"
    assert said[5] == "Linux 6.12.117-ffalab, arm64, linux,dummy-virt"
    assert said[-2].startswith("Wrong in this boot, and no level settles it")
    assert "kvm_arm_init level 6 · 1.892 s" in said
    assert card_words(report).startswith("Fails: FF-A came up 306 ms before pKVM traps SMCs. Linux")


def test_a_finding_of_its_own_says_its_own_outcome() -> None:
    report = sample("ff-rootfs-protected")
    (finding,) = [found for found in report.findings if found.rule == "FFA007"]
    assert words(card_svg(report, finding, lead=False))[:2] == ["Passes", "FFA007"]


def test_what_has_nothing_to_draw_shows_message_cure_and_lines() -> None:
    report = sample("deb612-arm64-smallbuf")
    said = words(card_svg(report, report.shown_finding))
    assert any(line.startswith("This log cannot tell whether the rule applies") for line in said)
    assert said[-1].startswith("To decide it, boot with log_buf_len=16M")
    report = sample("k73-upstream-nokvm-stuck")
    said = words(card_svg(report, report.shown_finding))
    assert any(line.startswith("L658 [    0.395939] initcall kvm_arm_init") for line in said)


def test_long_and_hostile_text_is_cut_and_inert() -> None:
    name = "<script>" + "x" * 300
    log = f"[    0.000000] Linux version 6.1{'y' * 200} (a@b)\n"
    log += f"[    1.000000] calling  {name}+0x0/0x10 @ 1\n"
    log += "[    2.000000] Kernel panic - not syncing: \u202e\x07\n"
    report = analyse(log.encode()).report
    svg = card_svg(report, report.shown_finding)
    said = words(svg)
    assert any(line.endswith("…") for line in said)
    assert any("<script>" in line for line in said) and "<script>" not in svg
    assert png_of(svg).startswith(b"\x89PNG")


def test_the_png_has_the_hue_the_words_and_the_bars() -> None:
    report = sample("ff-rootfs-protected")
    width, height, rows = pixels(png_of(card_svg(report, report.shown_finding)))
    assert (width, height) == (1200, 630)
    assert rows[300][:3] == bytes.fromhex("b3341b")
    assert rows[10][4 * 600 : 4 * 600 + 3] == b"\xff\xff\xff"
    dark = sum(rows[y][4 * x] < 60 for y in range(125, 180) for x in range(60, 1100, 2))
    assert dark > 1500, "the headline is drawn: the font is there"
    blue = bytes.fromhex("86aede")
    assert sum(row[4 * x : 4 * x + 3] == blue for row in rows for x in range(0, 1200, 10)) > 1000
