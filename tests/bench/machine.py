"""The machine and the release that the figures hold for."""

from __future__ import annotations

import os
import platform
import subprocess
from importlib import metadata
from pathlib import Path

import confluent_kafka
import psutil

from deploy.broker.locked_jar import JarsLock


def machine() -> str:
    """Return cores, memory and versions in one sentence."""
    memory = psutil.virtual_memory().total / 2**30
    return (
        f"{os.cpu_count()} cores ({_processor()}), {memory:.0f} GB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, Kafka {JarsLock.committed().kafka_version} on the same machine, "
        f"librdkafka {confluent_kafka.libversion()[0]}"
    )


def release() -> str:
    """Return the version, and the commit where this is a checkout."""
    version = f"release {metadata.version('cairn-milestones')}"
    asked = ["git", "-C", str(Path(__file__).parent), "describe", "--always", "--dirty"]
    try:
        commit = subprocess.run(asked, check=True, capture_output=True, text=True, timeout=30).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return version
    return f"{version} ({commit})"


def _processor() -> str:
    """The model's name, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown model"
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "unknown model")
