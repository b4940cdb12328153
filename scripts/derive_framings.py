"""Write sample_logs/framings/: one real boot's telling lines in every framing.

    python scripts/derive_framings.py

The boot is ff-rootfs-protected; its /dev/kmsg records, and what dmesg printed of them,
are in sample_logs/formats/. Where a tool can be run on a saved log (util-linux dmesg,
systemd's journalctl with systemd-journal-remote), the file is what it printed; else
each record is wrapped as the tool's source wraps it. ``provenance.yaml`` says which.
journalctl has a new order of fields and cursors each time, dmesg -e the day's date: the
line numbers in tests/golden/test_each_framing.py are those of the committed files.
"""

import json
import lzma
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import yaml

SAMPLES = Path(__file__).parents[1] / "sample_logs"
FORMATS = SAMPLES / "formats"
OUT = SAMPLES / "framings"
BOOT_AT = datetime(2026, 11, 23, 4, 27, 13, tzinfo=UTC)
FIRMWARE = 6
"""Lines of the serial capture's firmware that stand in front, where a console is captured."""
KEPT = (
    *range(9), 10, 36, 172, 438, 439, *range(587, 597), 601, 602, 603, 604, *range(606, 612),
    873, 874, 875, 876, 877, 878, *range(896, 900), *range(953, 958), 984, 985, 1004, 1005,
    *range(1012, 1015), *range(1017, 1020),
)  # fmt: skip
JOURNAL_REMOTE = "/lib/systemd/systemd-journal-remote"


class Record(NamedTuple):
    """One of the boot's records; ``sequence`` is also its line in every dmesg format."""

    sequence: int
    priority: int
    us: int
    text: str

    @property
    def stamp(self) -> str:
        """As printk writes it."""
        return f"[{self.us // 10**6:5d}.{self.us % 10**6:06d}]"

    @property
    def line(self) -> str:
        """As a console shows it."""
        return f"{self.stamp} {self.text}"

    def at(self, late_us: int = 0) -> datetime:
        """When a host would see it."""
        return BOOT_AT + timedelta(microseconds=self.us + late_us)


class Sample(NamedTuple):
    """A file to be written, and how it was made."""

    name: str
    text: str
    framing: str
    command: str
    derived: str


def saved(name: str) -> list[str]:
    """The lines of a file of sample_logs/formats."""
    return lzma.decompress((FORMATS / f"{name}.xz").read_bytes()).decode().splitlines()


def records() -> list[Record]:
    """The records that are kept, in order."""
    found = []
    for line in saved("kmsg.txt"):
        match = re.match(r"(\d+),(\d+),(\d+),[^;]*;(.*)", line)
        if match and int(match[2]) in KEPT:
            found.append(Record(int(match[2]), int(match[1]), int(match[3]), match[4]))
    return found


def firmware() -> list[str]:
    """The first lines of the same boot's serial capture."""
    text = (SAMPLES / "ff-rootfs-protected.log").read_text("utf-8")
    return text.splitlines()[:FIRMWARE]


def dmesg_samples(kept: list[Record]) -> Iterator[Sample]:
    """dmesg's own formats: lines cut from its real outputs, or dmesg run on the cut log."""
    cut = "the kept lines of sample_logs/formats/{}, as util-linux 2.38.1 printed them in the guest"
    for name, file, command in (
        ("dmesg", "dmesg.txt", "dmesg"),
        ("dmesg_raw", "dmesg-r.txt", "dmesg -r"),
        ("dmesg_decoded", "dmesg-ul-x.txt", "dmesg -x"),
        ("dmesg_ctime", "dmesg-ul-T.txt", "dmesg -T"),
        ("dmesg_iso", "dmesg-ul--time-format-iso.txt", "dmesg --time-format iso"),
        ("dmesg_notime", "dmesg-ul-t.txt", "dmesg -t"),
    ):
        lines = saved(file)
        text = "".join(f"{lines[record.sequence]}\n" for record in kept)
        yield Sample(f"{name}.txt", text, name, command, cut.format(file))
    lines = saved("dmesg-ul--json.json")
    blocks = ["\n".join(lines[3 + 4 * r.sequence : 6 + 4 * r.sequence]) for r in kept]
    text = '{\n   "dmesg": [\n      {\n' + "\n      },{\n".join(blocks) + "\n      }\n   ]\n}\n"
    yield Sample(
        "dmesg_json.json", text, "dmesg_json", "dmesg --json", cut.format("dmesg-ul--json")
    )
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        log.write_text("".join(f"<{r.priority}>{r.line}\n" for r in kept))
        for name, option in (("dmesg_delta", "-d"), ("dmesg_reltime", "-e")):
            text = run("dmesg", "-F", str(log), option)
            derived = (
                "util-linux 2.38.1 dmesg -F, run on the kept records; the date is the machine's"
            )
            yield Sample(f"{name}.txt", text, name, f"dmesg {option}", derived)
    ctime = saved("dmesg-ul-T.txt")
    text = "".join(f"{ctime[r.sequence].partition('] ')[0]}] {r.line}\n" for r in kept)
    derived = "dmesg -T's stamps and dmesg's lines joined as dmesg.c (print_record) does"
    command = "dmesg --time-format ctime --time-format raw"
    yield Sample("dmesg_formats.txt", text, "dmesg_formats", command, derived)


def journal_samples(kept: list[Record]) -> Iterator[Sample]:
    """The records in a journal file, printed by journalctl."""
    derived = "journalctl 252, over a journal that systemd-journal-remote made of the kept records"
    with tempfile.TemporaryDirectory() as folder:
        export, journal = Path(folder) / "export", Path(folder) / "boot.journal"
        export.write_text("".join(map(exported, kept)))
        run(JOURNAL_REMOTE, "-o", str(journal), str(export))
        for name, form, framing in (
            ("journal.txt", "short", "journal"),
            ("journal_precise.txt", "short-precise", "journal"),
            ("journal_unit.txt", "with-unit", "journal"),
            ("journal_monotonic.txt", "short-monotonic", "journal_monotonic"),
            ("journal_delta.txt", "short-delta", "journal_monotonic"),
            ("journal_json.txt", "json", "journal_json"),
            ("journal_pretty.txt", "json-pretty", "journal_json"),
            ("journal_export.txt", "export", "journal_export"),
            ("journal_verbose.txt", "verbose", "journal_verbose"),
            ("journal_cat.txt", "cat", "dmesg_notime"),
        ):
            text = run("journalctl", "--file", str(journal), "--no-pager", "-o", form)
            yield Sample(name, text, framing, f"journalctl -k -o {form}", derived)


def exported(record: Record) -> str:
    """A record as journald keeps it. The wall clock is when journald started: after init."""
    read = int(BOOT_AT.timestamp()) * 10**6 + 30 * 10**6 + record.sequence
    fields = {
        "__REALTIME_TIMESTAMP": read, "__MONOTONIC_TIMESTAMP": 5 * 10**6 + record.sequence,
        "_BOOT_ID": "2" * 32, "_MACHINE_ID": "3" * 32, "_HOSTNAME": "fvp", "_TRANSPORT": "kernel",
        "_SOURCE_MONOTONIC_TIMESTAMP": record.us, "SYSLOG_FACILITY": 0,
        "SYSLOG_IDENTIFIER": "kernel", "PRIORITY": record.priority & 7, "MESSAGE": record.text,
    }  # fmt: skip
    return "".join(f"{key}={value}\n" for key, value in fields.items()) + "\n"


def wrapped(
    name: str, kept: list[Record], wrap: Callable[[Record], str], command: str, derived: str,
    *, head: list[str] | None = None, framing: str = "", end: str = "\n",
) -> Sample:  # fmt: skip
    """A sample of one line a record."""
    lines = [*(head or ()), *map(wrap, kept)]
    text = "".join(line + end for line in lines)
    return Sample(name, text, framing or name.partition(".")[0], command, derived)


def console_samples(kept: list[Record]) -> Iterator[Sample]:
    """What captures of a console add. The host is 250 µs late, a line's way on the wire."""
    late = 250
    since = [0, *(b.us - a.us for a, b in pairwise(kept))]
    steps = dict(zip(kept, since, strict=True))

    def grabbed(record: Record, text: str) -> str:
        elapsed = record.us + late
        return f"[{elapsed / 1e6:4.6f} {steps[record] / 1e6:2.6f}] {text}"

    head = [f"[0.{i:04d}00 0.000100] {line}" for i, line in enumerate(firmware())]
    form = "grabserial 2.1.0's format of -t around the console's lines"
    yield wrapped(
        "grabserial.txt", kept, lambda r: grabbed(r, r.line), "grabserial -t", form, head=head
    )
    yield wrapped(
        "grabserial_notime.txt", kept, lambda r: grabbed(r, r.text),
        "grabserial -t, the kernel with printk.time=0", form, head=head, framing="grabserial",
    )  # fmt: skip
    yield wrapped(
        "conserver.txt", kept, lambda r: f"[{r.at(late):%a %b %d %H:%M:%S UTC %Y}]{r.line}",
        'conserver, timestamp "1l"', "conserver's WriteLog around the console's lines",
        head=["[-- Console up -- Mon Nov 23 04:27:10 2026]"], end="\r\n",
    )  # fmt: skip
    yield wrapped(
        "host_clock.txt", kept, lambda r: f"[{r.at(late):%H:%M:%S.%f}"[:13] + f"] {r.line}",
        "tio -t -l", "tio 2.5's 24hour format around the console's lines", end="\r\n",
    )  # fmt: skip
    yield wrapped(
        "host_clock_tuxrun.txt", kept, lambda r: f"{r.at(late):%Y-%m-%dT%H:%M:%S} {r.line}",
        "tuxrun", "tuxrun's writer.py around the console's lines", framing="host_clock",
    )  # fmt: skip
    yield wrapped(
        "docker_json.txt", kept, lambda r: docker(r, r.at(late)),
        "docker run of QEMU with json-file logs", "Docker's json-file object around the lines",
    )  # fmt: skip
    yield wrapped(
        "lava.yaml", kept, lava,
        "the log of a LAVA job, as YAML", "LAVA's lava_common/log.py dump()",
        head=[lava_record("info", "start: 2.1 boot (timeout 00:05:00)")],
    )  # fmt: skip


def docker(record: Record, at: datetime) -> str:
    """Docker's object of one line of output, whose terminal adds a carriage return."""
    time = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
    entry = {"log": f"{record.line}\r\n", "stream": "stdout", "time": time}
    return json.dumps(entry, separators=(",", ":"))


def lava(record: Record) -> str:
    """The dispatcher's record of one line of the board."""
    return lava_record("target", record.line, record.at(250))


def lava_record(level: str, message: str, at: datetime = BOOT_AT) -> str:
    """One line of the job log, written by the YAML library that LAVA uses."""
    data = {"dt": at.replace(tzinfo=None).isoformat(), "lvl": level, "msg": message}
    dumped = yaml.safe_dump(data, default_flow_style=True, default_style='"', width=10**5)
    return "- " + dumped[:-1]


def other_samples(kept: list[Record]) -> Iterator[Sample]:
    """Kernel interfaces, syslog and Android."""
    numbers = {record: number for number, record in enumerate(kept)}
    yield wrapped(
        "kmsg.txt", kept, lambda r: f"{r.priority},{numbers[r]},{r.us},-;{r.text}",
        "cat /dev/kmsg", "the kept records of sample_logs/formats/kmsg.txt, numbered anew",
    )  # fmt: skip
    yield wrapped(
        "netconsole.txt", kept,
        lambda r: f"6.12.117-ffalab,{r.priority},{numbers[r]},{r.us},-;{r.text}",
        "nc -u -l 6666, netconsole=+r...", "the same records with the release in front",
    )  # fmt: skip
    yield wrapped(
        "printk_caller.txt", kept, lambda r: f"{r.stamp}[{'T1' if r.us else 'T0':>6}] {r.text}",
        "dmesg with CONFIG_PRINTK_CALLER", "print_caller's column; T0 at 0, then T1",
    )  # fmt: skip
    yield wrapped(
        "syslog.txt", kept,
        lambda r: f"<{r.priority}>1 {r.at(30 * 10**6).isoformat()} fvp kernel - - - {r.line}",
        "rsyslog, RSYSLOG_SyslogProtocol23Format", "RFC 5424 around dmesg's lines",
    )  # fmt: skip
    yield wrapped(
        "vendor_columns.txt", kept,
        lambda r: f"<{r.priority}>{r.stamp}  [0:{'swapper/0':>15}:{1 if r.us else 0:>5}] {r.text}",
        "adb shell dmesg", "the column of a vendor's printk, by its shape in public logs",
    )  # fmt: skip
    yield wrapped("logcat.txt", kept, logcat, "adb logcat -b kernel -v threadtime",
                  "LogKlog.cpp's tag and time for the kept records",
                  head=["--------- beginning of kernel"])  # fmt: skip
    raw = [f"<{record.priority}>{record.line}" for record in kept]
    report = [
        "=" * 56, "== dumpstate: 2026-11-23 04:30:00", "=" * 56, "",
        "------ UPTIME (uptime) ------",
        " 04:30:00 up 2 min,  0 users,  load average: 0.00, 0.00, 0.00",
        "------ KERNEL LOG (dmesg) ------", *raw,
        "------ 0.006s was the duration of 'KERNEL LOG (dmesg)' ------",
        "------ SYSTEM LOG (logcat -v threadtime -d *:v) ------",
        "11-23 04:29:00.000  1000  1000 I Telephony: [   99.000000] not the kernel",
    ]  # fmt: skip
    yield Sample(
        "bugreport.txt", "\n".join(report) + "\n", "bugreport", "adb bugreport",
        "dumpstate's section heads around dmesg -r's lines",
    )  # fmt: skip
    third = len(raw) // 3
    parts = [raw[2 * third :], raw[third : 2 * third], raw[:third]]
    text = "".join(
        f"Oops#1 Part{i}\n" + "".join(f"{x}\n" for x in p) for i, p in enumerate(parts, 1)
    )
    yield Sample(
        "pstore.txt", text, "pstore", "cat /sys/fs/pstore/dmesg-*",
        "pstore_dump's heads around dmesg -r's lines in three parts, newest first",
    )  # fmt: skip


def logcat(record: Record) -> str:
    """logd takes one or two words before a colon as a tag (LogKlog::log)."""
    match = re.match(r"(\S+(?: \S+)?): (?=.)", record.text)
    tag, text = (match[1], record.text[match.end() :]) if match else ("", record.text)
    level = {3: "E", 4: "W", 7: "D"}.get(record.priority & 7, "I")
    return f"{record.at():%m-%d %H:%M:%S.%f}"[:18] + f" {0:5d} {0:5d} {level} {tag:8}: {text}"


def run(*command: str) -> str:
    """What a tool prints, in English and UTC."""
    environment = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment)
    return done.stdout


def main() -> None:
    """Write every sample and the file that says where each comes from."""
    kept = records()
    samples = [
        sample
        for make in (dmesg_samples, journal_samples, console_samples, other_samples)
        for sample in make(kept)
    ]
    trace = lzma.decompress((SAMPLES / "trace" / "deb612-arm64-trace.trace.txt.xz").read_bytes())
    head = "\n".join(trace.decode().splitlines()[:60]) + "\n"
    samples.append(Sample("ftrace.txt", head, "ftrace", "cat /sys/kernel/tracing/trace",
                          "the first 60 lines of sample_logs/trace, another boot"))  # fmt: skip
    OUT.mkdir(exist_ok=True)
    for sample in samples:
        (OUT / sample.name).write_bytes(sample.text.encode())
    card = {
        "boot": "ff-rootfs-protected",
        "records": "those that tell FFA001's story; what stood between them is left out",
        "files": {
            s.name: {"framing": s.framing, "command": s.command, "derived": s.derived}
            for s in sorted(samples)
        },
    }
    text = yaml.safe_dump(card, sort_keys=False, width=98, allow_unicode=True)
    (OUT / "provenance.yaml").write_text(text, "utf-8")


if __name__ == "__main__":
    main()
