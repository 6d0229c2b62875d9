"""Builds the extension into this folder, with cargo and nothing else; `check` holds it to rustfmt and clippy.

`hatch_build.py` builds when a wheel is made; `make native`, `make test` and `make check` call this module. Where there
is no cargo, or where it cannot get its crates, they go on without: Python counts the same.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
LOCK = HERE / "crates.lock"
TARGET = HERE / "cairn_native.abi3.so"

_SOURCE = re.compile(r"^source = .*\n", re.MULTILINE)


class BuildError(Exception):
    """The extension cannot be built; the message says why."""


class NoCargoError(BuildError):
    """There is no cargo here, or it cannot get the crates: nothing is wrong with the extension."""


def build() -> Path:
    """Build the extension and return where it lies.

    Raises:
        BuildError: `NoCargoError`, or the compiler refused.
    """
    cargo = _ready()
    # The extension is for any Python from 3.11 on (abi3), whichever builds it.
    _run(cargo, "build", "--release", "--locked", "--features", "extension-module")
    suffix = "dylib" if sys.platform == "darwin" else "so"
    fresh = TARGET.with_suffix(f".{os.getpid()}")
    shutil.copyfile(HERE / "target" / "release" / f"libcairn_native.{suffix}", fresh)
    fresh.replace(TARGET)  # a process that has the old one loaded keeps it
    return TARGET


def check() -> None:
    """Hold the sources to rustfmt and clippy, and pass their own tests.

    Raises:
        BuildError: `NoCargoError`, or what they say.
    """
    cargo = _ready()
    for tool in ("fmt", "clippy"):
        try:
            _run(cargo, tool, "--version")
        except BuildError as error:
            raise NoCargoError(f"this cargo has no {tool}") from error
    _run(cargo, "fmt", "--check")
    _run(cargo, "clippy", "--release", "--locked", "--all-targets", "--", "--deny", "warnings")
    if sysconfig.get_config_var("Py_ENABLE_SHARED"):  # else there is no libpython that a program of its own could link
        _run(cargo, "test", "--release", "--locked")


def _ready() -> str:
    """Return cargo, with all locked crates at hand."""
    cargo = shutil.which("cargo")
    if cargo is None:
        raise NoCargoError("there is no cargo")
    try:
        _lock(cargo)
        _run(cargo, "fetch", "--locked")
    except BuildError as error:
        raise NoCargoError(str(error)) from error
    return cargo


def _lock(cargo: str) -> None:
    """Write Cargo.lock: the crates of `crates.lock` with their SHA-256, from wherever this cargo gets its crates.

    A lock of cargo names its registry with every crate; ours names none, so what cargo calls it is asked first.
    """
    wanted, lock = LOCK.read_text("utf-8"), HERE / "Cargo.lock"
    if lock.exists() and _SOURCE.sub("", lock.read_text("utf-8")) == wanted:
        return
    lock.unlink(missing_ok=True)
    _run(cargo, "generate-lockfile")
    source = _SOURCE.search(lock.read_text("utf-8"))
    if source is None:
        raise BuildError("cargo names no source of its crates")
    lock.write_text(wanted.replace("checksum = ", f"{source[0]}checksum = "), "utf-8")


def _run(cargo: str, *arguments: str) -> None:
    libraries = os.pathsep.join(filter(None, (sysconfig.get_config_var("LIBDIR"), os.environ.get("LD_LIBRARY_PATH"))))
    environ = os.environ | {"PYO3_PYTHON": sys.executable, "LD_LIBRARY_PATH": libraries}
    done = subprocess.run(  # noqa: S603 - cargo, with words of this file
        [cargo, *arguments], cwd=HERE, env=environ, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BuildError(f"cargo {arguments[0]} failed:\n{done.stdout}{done.stderr}".strip())


def main(arguments: list[str]) -> int:
    """Build, or check where the word is given; 1 if the sources are at fault."""
    checks = arguments == ["check"]
    try:
        check() if checks else build()
    except NoCargoError as error:
        done = "checked" if checks else "built, and Python counts all events"
        print(f"The native accelerator was not {done}: {error}", file=sys.stderr)  # noqa: T201
        return 0
    except BuildError as error:
        print(error, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
