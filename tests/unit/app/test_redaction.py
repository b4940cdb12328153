"""Redaction takes out what names somebody, and nothing that a verdict rests on."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.analysis import analyse
from app.redaction import kinds, redact
from tests.conftest import SAMPLES

LOGS = sorted(SAMPLES.glob("*.log"))
TAKEN = {
    "SECRET": [
        "rd.iscsi.password=«hunter2» ro",
        'wpa_psk=«"two words"» ro',
        "androidboot.token=«abc» x",
        "nfs://«user:pw»@server/x",
    ],
    "UUID": ["root=UUID=«66ed970b-b91a-483e-9b82-b10fdfc12ea7» ro"],
    "MAC": [
        "eth0: «d0:39:72:4a:39:ae», irq 45",
        "HWaddr «D0-39-72-4A-39-AE»",
        "wwn «50:06:01:60:3b:a0:11:22» x",
    ],
    "IP": [
        "ip=«192.168.1.7» x",
        "server «10.0.0.9».",
        "addr «fe80::d239:72ff:fe4a:39ae»/64",
        "addr «2001:db8:0:1:2:3:4:5» x",
        "route «2001:db8::» x",
    ],
    "SERIAL": [
        "usb 1-4: SerialNumber: «18d0332a5cd2»",
        "Serial\t\t: «4014BBBK0948»",
        "androidboot.serialno=«0123ABC» x",
        "systemd.machine_id=«33333333333333333333333333333333»",
        '"_BOOT_ID" : "«22222222222222222222222222222222»"',
        "_MACHINE_ID=«33333333333333333333333333333333»",
    ],
    "HOST": [
        "systemd[1]: Hostname set to <«x13s»>.",
        "Nov 23 04:27:14 «fvp» kernel: x",
        "2026-11-23T04:27:14+0000 «fvp» kernel: x",
        "<4>1 2026-11-23T04:27:14.123456+00:00 «fvp» kernel - - x",
        "[    1.579198] «fvp» kernel: x",
        '"_HOSTNAME" : "«fvp»"',
        "Linux version 6.12.117-ffalab («lab@qemu») (gcc)",
        "systemd.hostname=«fvp» x",
    ],
}
LEFT = [
    "[    1.579198] pci 0000:00:1f.0: [8086:2918] type 00 class 0x060100",
    "Nov 23 04:27:14 2026",
    "[Mon Nov 23 04:27:14 2026] calling  ffa_init+0x0/0x820 @ 1",
    "2026-11-23T04:27:14,640851+00:00 ARM FF-A: Driver version 1.1",
    "aacraid: driver version v1.2.3.4 and 1.2.3.4-rc1",
    "ip=127.0.0.1 mask 255.255.255.0",
    "Serial: AMBA PL011 UART driver",
    "Serial: 8250/16550 driver, 4 ports",
    "bypass=1 tpm_bypass=1 compass=x iommu.passthrough=1",
    "initcall foo::bar returned",
    "Linux version 6.12 (debian-kernel@lists.debian.org) (gcc)",
    "00000000: 00 01 02 03 04 05 06 07  ........",
    "MAC 00:00:00:00:00:00",
    "token=0",
]


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, texts in TAKEN.items() for text in texts]
)
def test_what_names_somebody_is_taken_out(kind: str, text: str) -> None:
    value = re.search("«(.*)»", text)[1]  # type: ignore[index]
    done = redact(text.replace("«", "").replace("»", "").encode(), {kind})
    assert done.data.decode() == re.sub("«.*»", f"REDACTED-{kind}-1", text)
    assert done.found == {kind: 1}
    assert done.values == {kind: {value.lower().encode(): 1}}


@pytest.mark.parametrize("text", LEFT)
def test_what_only_looks_like_it_stays(text: str) -> None:
    done = redact(text.encode())
    assert (done.data.decode(), done.found, done.summary) == (text, {}, "")


def test_the_same_thing_keeps_the_same_number() -> None:
    log = b"a d0:39:72:4a:39:ae\nb 00:11:22:33:44:55\nc D0:39:72:4A:39:AE \xff\xfe\n"
    done = redact(log)
    assert done.data == b"a REDACTED-MAC-1\nb REDACTED-MAC-2\nc REDACTED-MAC-1 \xff\xfe\n"
    assert done.summary == "MAC addresses: 3 (2 distinct)"


def test_lines_that_came_later_get_numbers_of_their_own() -> None:
    once = redact(b"a d0:39:72:4a:39:ae\nb 00:11:22:33:44:55\nc 10.0.0.9\n").data
    twice = redact(once + b"d 66:55:44:33:22:11\ne 10.0.0.8\n")
    assert twice.data == once + b"d REDACTED-MAC-3\ne REDACTED-IP-2\n"
    assert twice.values == {"MAC": {b"66:55:44:33:22:11": 3}, "IP": {b"10.0.0.8": 2}}
    assert redact(twice.data).data == twice.data


@pytest.mark.parametrize(
    ("before", "number"),
    [("MAC-7 x REDACTED-MAC-12", 13), ("MACS-9", 1), ("IP-9", 1), ("MAC-1234567890123456", 1)],
)
def test_only_numbers_that_were_given_are_passed_over(before: str, number: int) -> None:
    log = f"REDACTED-{before}\n".encode()
    assert redact(log + b"00:11:22:33:44:55").data == log + f"REDACTED-MAC-{number}".encode()


def test_utf16_is_read_as_text() -> None:
    assert redact("ip=10.0.0.9 ü".encode("utf-16")).data == "ip=REDACTED-IP-1 ü".encode()


@pytest.mark.parametrize("log", LOGS, ids=lambda log: log.stem)
def test_no_verdict_rests_on_what_is_taken_out(log: Path) -> None:
    data = log.read_bytes()
    before, after = analyse(data).report, analyse(redact(data).data).report
    assert [(f.rule, f.outcome, f.signature) for f in after.findings] == [
        (f.rule, f.outcome, f.signature) for f in before.findings
    ]
    assert after.counts == before.counts
    assert after.initcalls == before.initcalls


PIECES = [text for texts in TAKEN.values() for text in texts] + LEFT + ["\n", "=", ":", "1.2.3.4"]


@given(st.lists(st.sampled_from(PIECES), max_size=6), st.binary(max_size=20))
def test_once_is_enough(pieces: list[str], more: bytes) -> None:
    once = redact("".join(pieces).replace("«", "").replace("»", "").encode() + more)
    again = redact(once.data)
    assert (again.data, again.found) == (once.data, {})


def test_every_sign_is_needed_by_its_pattern() -> None:
    """A sign that a matching text can lack would hide what it should find."""
    for kind in kinds():
        for text in TAKEN[kind.name]:
            plain = text.replace("«", "").replace("»", "").encode()
            for pattern in kind.patterns:
                if pattern.regex.search(plain) and pattern.signs:
                    assert any(sign in plain for sign in pattern.signs), text
