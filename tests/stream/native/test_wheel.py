"""One project, one wheel: with the accelerator where cargo is, pure Python where it is not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from stream.native.build import NoCargoError, _ready

ROOT = Path(__file__).parents[3]


def wheel(out: Path, **environ: str) -> Path:
    """Build the project as `pip wheel .` does, with the builder that is installed."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "--quiet",
        "--no-deps",
        "--no-build-isolation",
        "-w",
        str(out),
        ".",
    ]
    subprocess.run(command, cwd=ROOT, env=os.environ | environ, check=True, capture_output=True)
    (found,) = out.glob("*.whl")
    return found


def test_without_cargo_it_is_pure_python(tmp_path: Path) -> None:
    """And holds no extension that somebody built beside it, which may be one of another system."""
    found = wheel(
        tmp_path,
        PATH=f"{Path(sys.executable).parent}:/usr/bin:/bin" if not shutil.which("cargo", path="/usr/bin:/bin") else "",
    )

    assert found.name.endswith("-py3-none-any.whl")
    assert not [name for name in zipfile.ZipFile(found).namelist() if name.endswith((".so", ".rs"))]


def test_with_cargo_it_has_the_extension(tmp_path: Path) -> None:
    try:
        _ready()
    except NoCargoError as error:
        pytest.skip(str(error))

    found = wheel(tmp_path)

    assert "-cp311-abi3-" in found.name
    names = zipfile.ZipFile(found).namelist()
    assert "stream/native/cairn_native.abi3.so" in names
    assert not [
        name for name in names if name.startswith("stream/native/") and not name.endswith((".py", ".pyi", ".so"))
    ]
