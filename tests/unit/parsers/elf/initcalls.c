/* A stand-in for a kernel's initcall table, with the names that include/linux/init.h
 * makes (5.12 and later). README.md says how it becomes vmlinux-arm64.elf. */

#define ENTRY(section, symbol, function)                    \
	asm(".section " section ", \"a\"\n" symbol ":\n"    \
	    ".long " #function " - .\n.previous\n")
#define INITCALL(id, module, place, function)               \
	int function(void) { return 0; }                    \
	ENTRY(".initcall" #id ".init",                      \
	      "__initcall__kmod_" module "__" place "_" #function #id, function)

/* Not in the order in which they run. */
INITCALL(7s, "clk", "601_1517", clk_disable_unused);
INITCALL(6, "kvm", "995_2946", kvm_arm_init);
INITCALL(6, "ffa_module", "991_1971", ffa_init);
INITCALL(6s, "kvm", "624_270", finalize_pkvm);
INITCALL(rootfs, "initramfs", "599_779", populate_rootfs);
INITCALL(4, "vdso", "12_31", init_vdso_image_64);
INITCALL(4s, "cpufeature", "680_4129", init_32bit_el0_mask);
INITCALL(0, "shm", "689_156", ipc_ns_init);
INITCALL(early, "ptrace", "578_42", trace_init_flags_sys_enter);

int con_init(void) { return 0; }
ENTRY(".con_initcall.init", "__initcall__kmod_vt__9_3549_con_initcon", con_init);

/* As rust/macros/module.rs names a built-in module of Rust. */
int __rust_minimal_init(void) { return 0; }
ENTRY(".initcall6.init", "__rust_minimal_initcall", __rust_minimal_init);

int __initstub__kmod_kvm__995_2946_kvm_arm_init6(void) { return kvm_arm_init(); }
int __initcall_blacklist_parse(void) { return 0; }
void _start(void) { }
