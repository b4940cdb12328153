"""What several commands say."""

EXIT_CODES = """\
exit codes: 0 clean; 1 findings that gate (--fail-on, --fail-on-fragile,
--require-evidence); 2 usage or rule file; 3 unreadable input; 4 internal
error; 5 nothing was decided, or no initcall was read
"""
