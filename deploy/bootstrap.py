"""Makes the virtual environment that everything runs in: `bootstrap.py local` or `dev`.

Needs Python's standard library only, and says in a sentence what a machine lacks. It is written
so that an old Python can read it, to be told that it is too old.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import time

OLDEST = (3, 11)
NEEDED_MB = 1500
CHECKOUT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOME = os.path.abspath(os.environ.get("INTERCOOP_HOME") or os.path.join(CHECKOUT, ".intercoop"))
VENV = os.path.join(HOME, "venv")
SETS = {"local": ("local",), "dev": ("dev", "local")}
PACKAGES = ("shared/contracts", "shared/chassis", "services/directory", "deploy/local")


class SetUpError(Exception):
    """What the machine lacks, and what to do about it."""


def find_python(candidates):
    """The first of these interpreters that is new enough; this one where it is."""
    if sys.version_info[:2] >= OLDEST:
        return sys.executable
    for name in candidates:
        found = shutil.which(name)
        if found:
            return found
    raise SetUpError(
        "Python 3.11 or newer is needed; this is {}.{}. Install one (python3.11 or newer) "
        "and run make again.".format(*sys.version_info[:2])
    )


def check_machine():
    """Raise `SetUpError` for a missing venv module or a full disk."""
    try:
        __import__("ensurepip")
        __import__("venv")
    except ImportError:
        raise SetUpError(
            "Python's venv module is missing. On Debian and Ubuntu: apt install python3-venv"
        ) from None
    os.makedirs(HOME, exist_ok=True)
    free_mb = shutil.disk_usage(HOME).free // 1000000
    if free_mb < NEEDED_MB:
        raise SetUpError(
            "The disk of {} has {} MB left and {} MB are needed: free some space, or set "
            "INTERCOOP_HOME to a folder on another disk.".format(HOME, free_mb, NEEDED_MB)
        )


def requirements(name):
    return os.path.join(CHECKOUT, "requirements", name + ".txt")


def fingerprint(name):
    """Changes when what has to be installed does."""
    digest = hashlib.sha256()
    paths = [requirements(name), requirements("bootstrap")]
    paths += [os.path.join(CHECKOUT, package, "pyproject.toml") for package in PACKAGES]
    for path in paths:
        with open(path, "rb") as file:
            digest.update(file.read())
    digest.update(CHECKOUT.encode())
    return digest.hexdigest()


def stamp(name):
    return os.path.join(VENV, "installed-" + name)


def installed(name):
    """Whether this set, or one that includes it, is installed as it is now."""
    for one in (name, "dev"):
        if os.path.exists(stamp(one)):
            with open(stamp(one)) as file:
                if file.read() == fingerprint(one):
                    return True
    return False


def run(what, arguments):
    """Run a step; show how long it takes, and what it said only when it fails."""
    print("  {} …".format(what), flush=True)
    began = time.time()
    log = os.path.join(HOME, "install.log")
    with open(log, "ab") as out:
        out.write("\n$ {}\n".format(" ".join(arguments)).encode())
        out.flush()
        code = subprocess.call(arguments, stdout=out, stderr=subprocess.STDOUT, cwd=CHECKOUT)
    if code:
        with open(log, "rb") as file:
            last = [line for line in file.read().decode(errors="replace").splitlines() if line]
        raise SetUpError(
            "{} failed: {}\nIs this machine connected, and may it reach a Python package index? "
            "Everything it said is in {}.".format(what, last[-1].strip(), log)
        )
    print("  {}: {:.1f} s".format(what, time.time() - began), flush=True)


def install(name, python):
    """Make the environment, and install a set of locked packages and the workspace into it."""
    began = time.time()
    print("Installing into {}".format(HOME), flush=True)
    inside = os.path.join(VENV, "bin", "python")
    if not os.path.exists(inside):
        run("Virtual environment", [python, "-m", "venv", VENV])
    quietly = ["--disable-pip-version-check", "--no-input", "--require-hashes"]
    run("Installer", [inside, "-m", "pip", "install"] + quietly + ["-r", requirements("bootstrap")])
    uv = [os.path.join(VENV, "bin", "uv"), "pip", "install", "--python", inside]
    run("Packages ({})".format(name), uv + ["--require-hashes", "-r", requirements(name)])
    editable = [word for package in PACKAGES for word in ("-e", package)]
    run("Intercoop", uv + ["--no-deps", "--no-build-isolation"] + editable)
    for one in SETS[name]:
        with open(stamp(one), "w") as file:
            file.write(fingerprint(one))
    print("Installed in {:.1f} s".format(time.time() - began), flush=True)


def main():
    name = sys.argv[1]
    try:
        python = find_python(["python3.14", "python3.13", "python3.12", "python3.11"])
        if python != sys.executable:
            os.execv(python, [python] + sys.argv)
        if not installed(name):
            check_machine()
            install(name, python)
    except SetUpError as error:
        sys.exit("\n{}".format(error))
    except KeyboardInterrupt:
        sys.exit("\nInterrupted. Run the same command again to go on.")
    except OSError as error:
        sys.exit("\nThe machine does not let Intercoop be installed: {}".format(error))


if __name__ == "__main__":
    main()
