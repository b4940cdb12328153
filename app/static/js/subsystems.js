// Which part of the kernel an initcall or probe belongs to, as far as its name tells.
// A log names functions, modules and drivers, never source files. By convention a name
// begins with its subsystem (tpm_init, pci_driver_init): the longest known beginning
// decides, of the module or driver first, then of the function. Where none is known, a word
// that only one subsystem uses decides (mtk_pinctrl_init). What has neither is unknown:
// nothing is guessed. It is a convention and no proof, for two may share a beginning.

/** @type {[string, string][]} a subsystem, and the beginnings of its names; the order sets its colour for good */
const TABLE = [
  ["security", `apparmor evm ima init_ima integrity key_proc keyring landlock safesetid security securityfs selinux sel
    selnl smack tomoyo load_system_certificate system_trusted_keyring platform_keyring machine_keyring
    init_evm big_key encrypted trusted`],
  ["firmware", `arm_ffa dmi efi efivar efivars esrt ffa of psci scmi scpi smccc sysfb qcom_scm optee tee register_efi
    arm_dmi arm64_efi device_tree`],
  ["virtualisation", `finalize_pkvm hyp kvm kvm_arm pvclock xen hv vfio`],
  ["tpm", `tpm init_tis crb_acpi`],
  ["pci", `pci pcie pcibios pciehp pcied pcieport`],
  ["acpi and pnp", `acpi acpica pnp pnpacpi thinkpad_acpi`],
  ["usb", `dwc2 dwc3 ehci gadget hid_usb ohci typec ucsi udc uhci usb usbcore usbhid usblp xhci musb ulpi`],
  ["network", `af_unix arp bridge br cfg80211 cubictcp devlink eth ethtool fib fou genl gre ieee80211 igmp inet inet6
    init_p9 ip ip6 ipip ipv4 ipv6 ipsec llc mac80211 macvlan mdio mii mpls net netdev netfilter netlink
    netpoll netprio nf nfnetlink packet phy_init ping ppp raw6 rfkill sctp sit sock sunrpc tcp tun udp udp4
    udp6 veth virtio_net vlan vsock wireguard wireless xfrm xsk xt skb fib_notifier neigh loopback rtnetlink
    e1000 e1000e igb ixgbe r8169 stmmac smsc fixed_mdio`],
  ["crypto", `aead aes aesni algif arc4 asymmetric_key blake2b blake2s cbc ccm chacha chacha20 cmac crc32 crc32c
    crc_t10dif crct10dif cryptd crypto cryptomgr ctr cts deflate des dh drbg ecb ecdh ecdsa echainiv essiv
    gcm ghash hmac jent lrw lz4 lzo lzorle md4 md5 null_algs pcrypt pkcs1pad pkcs7 rsa seqiv sha1 sha256
    sha3 sha512 sm3 sm4 x509 xcbc xts xor zstd raid6 libaes libcrc32c polyval neon_aes ce_aes`],
  ["graphics", `amdgpu backlight drm fb fbcon fbmem gpu i915 nouveau panel radeon simplefb vga vgacon simpledrm agp
    host1x`],
  ["sound", `alsa hda snd sound ac97`],
  ["storage", `ahci ata blk blkdev block brd bsg cdrom dm elevator iolatency ioc iosched kyber libata loop md mmc
    mmcblk mtd mq_deadline deadline bfq nbd null_blk nvme nvmem piix raid scsi sd sdhci sg sr ubi ufs ufshcd
    virtio_blk zram spi_nor genhd partition`],
  ["filesystems", `anon_inode aio autofs binfmt bdev btrfs ceph cifs configfs cramfs debugfs devpts dnotify ecryptfs elf
    eventfd eventpoll exfat exportfs ext2 ext3 ext4 f2fs fanotify fasync fat fcntl filelock file_locks fs
    fscrypt fsnotify fsverity fuse gfs2 hugetlbfs init_fs init_ext4 init_fat init_misc_binfmt init_nfs
    init_nls init_pipe init_ramfs init_romfs init_script_binfmt init_vfat init_elf init_devpts
    init_hugetlbfs init_mbcache init_squashfs inotify io_uring io_wq iomap isofs jbd2 journal kernfs locks
    mbcache mount msdos netfs nfs nfsd nls ntfs overlay ovl pipe proc pstore quota dquot ramfs ramoops romfs
    seqfile shmem squashfs sysctl sysfs tracefs userfaultfd vfat xfs fscache efivarfs cachefiles
    populate_rootfs cgroup_writeback virtio_fs default_rootfs`],
  ["memory", `cma compaction damon dma_buf dmabuf hugepage hugetlb khugepaged kcompactd kfence kasan kmemleak kswapd
    ksm mem_cgroup memcg memory memory_tier mm oom page pageblock per_cpu percpu procswaps readahead slab
    slub swap vmalloc vmscan vmstat workingset zbud zpool zs zswap z3fold zsmalloc bdi extfrag init_per_zone
    init_admin_reserve init_user_reserve init_reserve memblock dma_atomic iommu_dma`],
  ["tracing", `bpf btf event_trace ftrace init_annotated_branch init_blk_tracer init_events init_function_trace
    init_graph init_irqsoff init_kprobe init_kprobes init_trace init_trampoline init_uprobe
    init_dynamic_event init_wakeup_tracer init_hw_perf kprobe kprobes kdb kgdb perf register_trigger
    stack_trace trace tracer tracing uprobe uprobes hwlat osnoise arm_perf armv8_pmu armpmu arm_pmu arm_spe
    cci_pmu coresight synth_event rv user_events`],
  ["kernel core", `cgroup cgroup1 cpuset cpu_stop freezer futex housekeeping kthread lockdep lockup migration nohz numa pid
    pids posix psi rcu rcupdate rcutorture sched sched_clock sched_core sched_init softirq spawn_ksoftirqd
    srcu srcutree stop_machine workqueue wq cpu_hotplug cpuhp async uid_cache user_namespace user_namespaces
    utsname ipc mqueue msg sem shm`],
  ["time", `alarmtimer arch_timer clockevents clocksource clockevent hrtimer hpet ntp rtc tick time timekeeping
    timer tsc posix_clocks hctosys sp804 timens`],
  ["interrupts", `gic gicv2m gicv3 irq irqchip its plic imx_irqsteer ioapic`],
  ["power", `cpufreq cpuidle dev_pm devfreq energy genpd hibernate opp pm pmu power powercap psci_cpuidle restart
    reboot suspend thermal wakeup governor haltpoll rapl intel_pstate`],
  ["clocks and pins", `axp20x of_fixed clk fixed_clk gpio gpiolib gpiomem of_clk pinctrl pinmux pwm regulator reset mfd regmap
    syscon pl061 bgpio fixed_regulator`],
  ["buses", `amba bus component devlink_class devres driver deferred_probe fw_devlink i2c i3c i8042 iio interconnect
    ipmi mailbox mbox misc phy platform rapidio rio rpmsg serio siox slimbus soc spi spmi vexpress virtio w1
    auxiliary nvmem_core topology cacheinfo cpu_dev container_dev simple_pm_bus hwspinlock remoteproc
    firmware_class software_node`],
  ["dma and iommu", `arm_smmu dma dma_bus dma_channel iommu iova pl330 swiotlb dmatest`],
  ["input", `atkbd evdev gpio_keys hid input joydev kbd keyboard mouse mousedev psmouse vt_kbd`],
  ["terminals", `8250 chr_dev con console earlycon hvc n_null pl011 printk pty serial serial8250 sysrq tty uart vcs vt
    vtconsole virtio_console amba_pl011 univ8250 nvram hwrng rng`],
];
/** @type {Record<string, string>} */
const WORDS = {
  clk: "clocks and pins",
  cpufreq: "power",
  gpio: "clocks and pins",
  iommu: "dma and iommu",
  pcie: "pci",
  pinctrl: "clocks and pins",
  regulator: "clocks and pins",
  usb: "usb",
};
const NAMES = TABLE.map(([name]) => name);
export const SUBSYSTEMS = [...NAMES, "unknown"];
export const UNKNOWN = NAMES.length;
const LONGEST = 4; // words of a beginning

/** @type {Map<string, number>} */
const PLACES = new Map(TABLE.flatMap(([, beginnings], place) => (
  beginnings.split(/\s+/).map((one) => /** @type {[string, number]} */ ([one, place])))));

/** @param {string} name */
function wordsOf(name) {
  return name.slice(0, 80).toLowerCase().match(/[a-z0-9]+/g) ?? [];
}

/** The place in SUBSYSTEMS of the longest beginning that is known. @param {string} name */
export function subsystemOfName(name) {
  const words = wordsOf(name);
  for (let count = Math.min(words.length, LONGEST); count > 0; count -= 1) {
    const found = PLACES.get(words.slice(0, count).join("_"));
    if (found !== undefined) return found;
  }
  return UNKNOWN;
}

/** @param {string} name @param {string} owner its module or driver; empty: none */
export function subsystemOf(name, owner) {
  const byOwner = owner ? subsystemOfName(owner) : UNKNOWN;
  const byName = byOwner === UNKNOWN ? subsystemOfName(name) : byOwner;
  if (byName !== UNKNOWN) return byName;
  const telling = wordsOf(name).find((word) => Object.hasOwn(WORDS, word));
  return telling ? NAMES.indexOf(WORDS[telling]) : UNKNOWN;
}
