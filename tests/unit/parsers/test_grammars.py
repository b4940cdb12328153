"""What messages mean, one family after the other."""

import pytest

from parsers.grammars import (
    GRAMMARS,
    AsyncCalled,
    AsyncContinued,
    AsyncReturned,
    AsyncWaited,
    Blacklisted,
    Called,
    Described,
    Dropped,
    Entered,
    Marked,
    Pending,
    Probed,
    Record,
    Returned,
)


def read(text: str) -> tuple[Record, ...]:
    """All that the grammars make of a message, as the pipeline offers it to them."""
    found: list[Record] = []
    for grammar in GRAMMARS:
        offered = text.partition(" ")[0] in grammar.first_words
        if offered or any(literal in text for literal in grammar.literals):
            found.extend(grammar.read(text))
    return tuple(found)


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("calling  ffa_init+0x0/0x820 @ 1", Called("ffa_init", None, "1")),
        ("calling ffa_init+0x0/0x820 @ 1 ", Called("ffa_init", None, "1")),
        ("calling  ffa_init+0x0/0x820 [ffa_module] @ 64", Called("ffa_init", "ffa_module", "64")),
        ("calling  f+0x0/0x8 [ffa_module d34db33f] @ 64", Called("f", "ffa_module", "64")),
        ("calling  0xffff800080732118 @ 1", Called("0xffff800080732118", None, "1")),
        ("calling  eventpoll_init+0x0/0x9a", Called("eventpoll_init", None, None)),
        ("calling  a.cfi_jt+0x0/0x8 @ 1", Called("a", None, "1")),
        ("calling  a.isra.0+0x0/0x8 @ 1", Called("a", None, "1")),
        ("initcall a+0x0/0x8 returned 0 after 57323 usecs", Returned("a", None, 0, 57323)),
        ("initcall a+0x0/0x8 [m] returned -19 after 4 usecs ", Returned("a", "m", -19, 4)),
        ("initcall a+0x0/0x9a returned 0 after 3 msecs", Returned("a", None, 0, 3000)),
        ("initcall a returned 196 after 0 usecs, irqs_disabled() 0", Returned("a", None, 196, 0)),
        ("initcall kvm_arm_init blacklisted", Blacklisted("kvm_arm_init")),
        ("entering initcall level: fs", Entered("fs")),
        ("probe of arm-ffa-1 returned 22 after 2056 usecs", Probed("arm-ffa-1", None, 22, 2056)),
        (
            "probe of arm-ffa with driver arm-ffa returned 517 after 136 usecs",
            Probed("arm-ffa", "arm-ffa", 517, 136),
        ),
        ("probe of X MDIO bus returned -517 after 1 usecs", Probed("X MDIO bus", None, -517, 1)),
        (
            "platform arm-ffa: deferred probe pending: (reason unknown)",
            Pending("arm-ffa", "(reason unknown)"),
        ),
        ("platform arm-ffa: deferred probe pending", Pending("arm-ffa", None)),
        ("Kernel command line: quiet ro ", Described("cmdline", "quiet ro")),
        ("Command line: quiet", Described("cmdline", "quiet")),
        ("Machine model: linux,dummy-virt", Described("machine", "linux,dummy-virt")),
        ("DMI: QEMU Standard PC, BIOS 1.16 04/01/2014", None),
        ("Booting Linux on physical CPU 0x0000000000 [0x000f0510]", Described("arch", "arm64")),
        ("** 12 printk messages dropped **", Dropped(12)),
        ("printk: log buffer: dropped 7 messages", Dropped(7)),
        ("systemd-journald[112]: Missed 5 kernel messages", Dropped(5, "the journal")),
        ("Kernel panic - not syncing: HYP panic:", None),
        ("Run /init as init process", Marked("userspace.start")),
        ("Freeing unused kernel memory: 2112K", Marked("userspace.start")),
        ("systemd[1]: systemd 252 running", Marked("userspace.start")),
        ("CPU features: detected: Protected KVM", Marked("pkvm.requested")),
        ("kvm [1]: Hyp nVHE mode initialized successfully", Marked("kvm.initialised")),
        ("kvm [1]: VHE mode initialized successfully", Marked("kvm.initialised")),
        ("kvm [1]: Hyp mode initialized successfully", Marked("kvm.initialised")),
        ("kvm [1]: HYP mode not available", Marked("pkvm.failed")),
        ("KVM is not available. Ignoring kvm-arm.mode", Marked("pkvm.failed")),
        ("Failed to finalize Hyp protection: -22", Marked("pkvm.failed")),
        ("ARM FF-A: Driver version 1.1", Marked("ffa.up")),
        ("ARM FF-A: Firmware version 1.2 found", Marked("ffa.version")),
        ("ARM FF-A: FFA_VERSION returned not supported", Marked("ffa.absent")),
        ("ARM FF-A: failed to setup partitions", Marked("ffa.failed")),
        ("optee: Unexpected error -22", Marked("ffa.client_failed")),
        (
            "optee arm-ffa-1: probe with driver optee failed with error -22",
            Marked("ffa.client_failed"),
        ),
        ("optee: probe of arm-ffa-1 failed with error -22", Marked("ffa.client_failed")),
        (
            "ffa-crb arm-ffa-2: failed to get crb interface version. rc:-22",
            Marked("ffa.client_failed"),
        ),
        ("tpm_tis c000000.tpm_tis: 2.0 TPM (device-id 0x1, rev-id 1)", Marked("tpm.registered")),
        ("ima: Allocated hash algorithm: sha256", Marked("ima.start")),
        ("LSM: running ima late_sync initcall", Marked("ima.start")),
    ],
)  # fmt: skip
def test_one_message_one_record(text: str, record: Record | None) -> None:
    if record is None:
        record = {
            "DMI:": Described("machine", "QEMU Standard PC, BIOS 1.16 04/01/2014"),
            "Kernel": Marked("kernel.panic"),
        }[text.split()[0]]
        assert record in read(text)
    else:
        assert read(text) == (record,)


@pytest.mark.parametrize(
    ("text", "markers"),
    [
        (
            "kvm [1]: Protected hVHE mode initialized successfully",
            ["pkvm.requested", "pkvm.initialised"],
        ),
        ("optee: initialized driver", ["optee.up", "ffa.client_bound"]),
        (
            "ffa-crb arm-ffa-2: ABI version 1.0",
            ["ffa.client_bound", "tpm.over_ffa", "tpm.registered"],
        ),
        ("ima: No TPM chip found, activating TPM-bypass!", ["ima.start", "ima.bypass"]),
        ("Kernel panic - not syncing: HYP panic:", ["kernel.panic", "pkvm.failed"]),
        ("Kernel panic - not syncing: VFS: Unable to mount root fs", ["kernel.panic"]),
    ],
)  # fmt: skip
def test_one_message_several_markers(text: str, markers: list[str]) -> None:
    assert [record.marker for record in read(text) if isinstance(record, Marked)] == markers


@pytest.mark.parametrize(
    ("text", "record"),
    [
        ("calling  5_async_init+0x0/0x1 @ 45", AsyncCalled(5, "async_init", None, "45")),
        ("calling  17_do_scan [scsi] @ 7", AsyncCalled(17, "do_scan", "scsi", "7")),
        (
            "initcall 5_async_init+0x0/0x1 returned after 9 usecs",
            AsyncReturned(5, "async_init", None, 9),
        ),
        (
            "initcall 1_sd_probe_async+0x0/0x1a0 [sd_mod] returned 0 after 68132 usecs",
            AsyncReturned(1, "sd_probe_async", "sd_mod", 68132),
        ),
        ("async_waiting @ 1", AsyncWaited("1")),
        ("async_continuing @ 1 after 12 usec", AsyncContinued("1", 12)),
    ],
)
def test_asynchronous_calls(text: str, record: object) -> None:
    assert read(text) == (record,)


@pytest.mark.parametrize(
    "text",
    [
        "calling  5_async_init+0x0/0x1",
        "initcall 5_async_init+0x0/0x1 returned 0",
        "async_waiting",
        "async_continuing @ 1 after a while",
        "calling pci_pm_suspend+0x0/0x1 @ 123, parent: pci0000:00",
        "pci 0000:00:00.0: calling  quirk_x+0x0/0x20 @ 1",
        "pci 0000:00:00.0: quirk_x+0x0/0x20 took 22 usecs",
        "PM: Calling kvm_shutdown+0x0/0x4c",
        "call usb1+ returned 0 after 1 usecs",
        "initcall a+0x0/0x8 returned with preemption imbalance ",
        "initcall a+0x0/0x8 returned 0 after",
        "entering initcall level: nonsense",
        "calling home",
        "probe of something else",
        "probe of x returned maybe after 1 usecs",
        "deferred probe pending",
        "Linux is a registered trademark",
        "Linux version ",
        "Kernel memory protection disabled.",
        "DMI not present or invalid.",
        "DMI: Memory slots populated: 1 of 1",
        "Booting paravirtualized kernel",
        "Run out of memory",
        "Freeing initrd memory: 2012K",
        "CPU features: detected: RAS Extension Support",
        "CPU: 0 UID: 0 PID: 1 Comm: swapper/0",
        "kvm [1]: IPA Size Limit: 52 bits",
        "kvm [1]: Quantum mode initialized successfully",
        "ARM architected timer",
        "ARM FF-A: Notification setup failed -95, not enabled",
        "optee: mem_reclaim: 0x100000000001 -95",
        "optee: Failed to initialize async notifications: -95",
        "optee arm-ffa-2: probe with driver optee failed with error -19",
        "tpm tpm0: A TPM error (256) occurred attempting the self test",
        "some TPM (device-id, they said",
        "LSM: initializing lsm=capability,ima,evm",
        "usb: dropped 0 of them, 0 messages dropped",
    ],
)
def test_look_alikes_mean_nothing(text: str) -> None:
    assert read(text) == ()


@pytest.mark.parametrize(
    ("compiler", "arch"),
    [
        ("aarch64-linux-gnu-gcc", "arm64"),
        ("x86_64-linux-gnu-gcc-12", "x86_64"),
        ("arm-linux-gnueabihf-gcc", "arm"),
    ],
)
def test_the_banner_names_release_and_architecture(compiler: str, arch: str) -> None:
    text = f"Linux version 6.12.117-x (lab@qemu) ({compiler} 12.2.0) #2 SMP"
    assert read(text) == (
        Described("release", "6.12.117-x"),
        Described("banner", text),
        Described("arch", arch),
    )


def test_a_banner_without_a_known_compiler_names_no_architecture() -> None:
    assert [r.field for r in read("Linux version 6.12 (cc)") if isinstance(r, Described)] == [
        "release",
        "banner",
    ]
