"""Makes the virtual environment that everything runs in: `local`, `dev`, `browser` or `bench`.

Needs Python's standard library only, and says in a sentence what a machine lacks. It is written
so that an old Python can read it, to be told that it is too old.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEWER = ("python3.14", "python3.13", "python3.12", "python3.11")
NEEDED_MB = 2000
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOME = os.path.abspath(os.environ.get("INTERCOOP_HOME") or os.path.join(CHECKOUT, ".intercoop"))
VENV = os.path.join(HOME, "venv")
INSIDE = os.path.join(VENV, "bin", "python")
LOG = os.path.join(HOME, "install.log")
SETS = {
    "local": ("local",),
    "dev": ("dev", "local"),
    "browser": ("browser", "dev", "local"),
    "bench": ("bench", "browser", "dev", "local"),
}
TERMINAL = sys.stdout.isatty()
PACKAGES = (
    "shared/contracts",
    "shared/chassis",
    "services/directory",
    "services/events",
    "services/advice",
    "services/notifications",
    "deploy/network",
    "deploy/local",
)


class SetUpError(Exception):
    """What the machine lacks, and what to do about it."""


def find_python():
    """The interpreter that reads this, or a newer one of this machine where it is too old."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in NEWER:
        found = shutil.which(name)
        if found and runs(found):
            return found
    raise SetUpError(
        "Python 3.11 or newer is needed; found {}.{}. Install a newer one "
        "and run make again.".format(*sys.version_info[:2])
    )


def runs(python):
    """Whether it is a new enough Python, and not the name of one that is not there (pyenv)."""
    code = "import sys; sys.exit(sys.version_info[:2] < {})".format(OLDEST)
    with open(os.devnull, "w") as nowhere:
        return subprocess.call([python, "-c", code], stdout=nowhere, stderr=nowhere) == 0


def check_machine():
    """Raise `SetUpError` for a missing venv module or a full disk."""
    try:
        __import__("ensurepip")
        __import__("venv")
    except ImportError:
        raise SetUpError(
            "This Python ({}) has no venv module. On Debian and Ubuntu: "
            "apt install python3-venv".format(sys.executable)
        ) from None
    free_mb = shutil.disk_usage(HOME).free // 1000000
    if free_mb < NEEDED_MB:
        raise SetUpError(
            "The disk of {} has {} MB left and {} MB are needed: free some space, or set "
            "INTERCOOP_HOME to a folder on another disk.".format(HOME, free_mb, NEEDED_MB)
        )


def requirements(name):
    return os.path.join(CHECKOUT, "requirements", name + ".txt")


def interpreter():
    return "{} {}".format(os.path.realpath(sys.executable), sys.version)


def fingerprint(name):
    """Changes when what has to be installed does, or what it is installed for."""
    digest = hashlib.sha256()
    paths = [requirements(name), requirements("bootstrap")]
    paths += [os.path.join(CHECKOUT, package, "pyproject.toml") for package in PACKAGES]
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    digest.update((CHECKOUT + VENV + interpreter()).encode())
    return digest.hexdigest()


def stamp(name):
    return os.path.join(VENV, "installed-" + name)


def read(path):
    """A file's text; nothing when it is not there."""
    if not os.path.exists(path):
        return ""
    with open(path, encoding="utf-8", errors="replace") as file:
        return file.read()


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def holding(name):
    """The sets that include this one, the largest first."""
    return [one for one in ("bench", "browser", "dev", "local") if name in SETS[one]]


def installed(name):
    """Whether this set, or one that includes it, is installed as it is now."""
    return os.path.exists(INSIDE) and any(
        read(stamp(one)) == fingerprint(one) for one in holding(name)
    )


def run(what, arguments):
    """Run a step; show how long it takes, and what it said only when it fails."""
    began = time.time()
    with open(LOG, "w") as out:
        process = subprocess.Popen(arguments, stdout=out, stderr=subprocess.STDOUT, cwd=CHECKOUT)
        show("  {} …{}".format(what, "" if TERMINAL else "\n"))
        while process.poll() is None:
            time.sleep(0.05)
            if TERMINAL:
                show("\r  {} … {:.0f} s ".format(what, time.time() - began))
    if process.returncode:
        raise SetUpError(reason(what))
    show("{}  {}: {:.1f} s   \n".format("\r" if TERMINAL else "", what, time.time() - began))


def show(text):
    print(text, end="", flush=True)


def reason(what):
    """Why a step failed, from what it said."""
    said = read(LOG)
    lines = [line.strip() for line in said.splitlines() if line.strip()] or ["no word"]
    last = ([line for line in lines if "Hash mismatch" in line] or lines)[-1]
    if "No space left" in said:
        remedy = "The disk of {} is full: free some space, or set INTERCOOP_HOME to a folder on "
        remedy = remedy.format(HOME) + "another disk."
    elif "Hash mismatch" in said or "DO NOT MATCH THE HASHES" in said:
        remedy = "A package is not the file that was locked: something on the way changes files."
    else:
        remedy = "Is this machine connected, and may it reach a Python package index?"
    return "{} failed: {}\n{} Everything it said is in {}.".format(what, last, remedy, LOG)


def make_environment():
    """A new environment, unless one that was made whole by this interpreter is there."""
    made = os.path.join(VENV, "made-by")
    if os.path.exists(INSIDE) and read(made) == interpreter():
        return
    run("Virtual environment", [sys.executable, "-m", "venv", "--clear", VENV])
    write(made, interpreter())


def install(name):
    """Install a set of locked packages, remove what left it, and link the workspace."""
    # A smaller set never takes the tools of a larger one away.
    name = next((one for one in holding(name) if read(stamp(one))), name)
    began = time.time()
    show("Installing into {}\n".format(HOME))
    make_environment()
    for one in SETS[name]:
        write(stamp(one), "begun")
    pip = [INSIDE, "-m", "pip", "install", "--disable-pip-version-check", "--no-input"]
    run("Installer", pip + ["--require-hashes", "-r", requirements("bootstrap")])
    uv = [os.path.join(VENV, "bin", "uv"), "pip"]
    locked = ["sync", "--python", INSIDE, "--require-hashes", requirements(name)]
    run("Packages ({})".format(name), uv + locked)
    editable = [word for package in PACKAGES for word in ("-e", package)]
    linked = ["install", "--python", INSIDE, "--no-deps", "--no-build-isolation"]
    run("Intercoop", uv + linked + editable)
    for one in SETS[name]:
        write(stamp(one), fingerprint(one))
    show("Installed in {:.1f} s\n".format(time.time() - began))


def ensure(name):
    """Install a set where it is missing; two that try at once take turns."""
    os.umask(0o022)  # PostgreSQL, when root starts it, runs as somebody else and has to read this
    os.makedirs(HOME, exist_ok=True)
    with open(os.path.join(HOME, "install.lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not installed(name):
            check_machine()
            install(name)


def main():
    try:
        python = find_python()
        if python != sys.executable:
            os.execv(python, [python] + sys.argv)
        if not installed(sys.argv[1]):
            ensure(sys.argv[1])
    except SetUpError as error:
        sys.exit("\n{}".format(error))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the same command again to go on.")
    except OSError as error:
        sys.exit("\nThe machine does not let Intercoop be installed: {}".format(error))


if __name__ == "__main__":
    main()
