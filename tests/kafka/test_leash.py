"""What ends a container behind its owner, without a container engine: the program is run here, on a socket of ours."""

from __future__ import annotations

import socket
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

from tests.kafka.leash import Leash


class Engine:
    """As much of docker-py's client as a leash uses: the program reads from the other end of a socket."""

    def __init__(self, first: int) -> None:
        """`first` stands for the container's first process."""
        self._first = first
        self.program: subprocess.Popen[bytes] | None = None

    def exec_create(self, _container: str, command: tuple[str, ...], **wanted: bool) -> dict[str, Any]:
        assert wanted == {"stdin": True, "stdout": False, "stderr": False}
        return {"Id": tuple(each.replace("kill -TERM 1", f"kill -TERM {self._first}") for each in command)}

    def exec_start(self, command: tuple[str, ...], *, socket: bool) -> Any:
        assert socket
        ours, theirs = _pair()
        self.program = subprocess.Popen(command, stdin=theirs.fileno())
        theirs.close()
        return SimpleNamespace(_sock=ours, close=ours.close)


def _pair() -> tuple[socket.socket, socket.socket]:
    return socket.socketpair()


def _container(engine: Engine) -> Any:
    return SimpleNamespace(id="c", client=SimpleNamespace(api=engine))


def test_it_ends_the_first_process_when_it_is_let_go() -> None:
    first = subprocess.Popen(["sleep", "600"])
    try:
        engine = Engine(first.pid)
        held = Leash(_container(engine))
        assert first.poll() is None
        held.let_go()
        assert first.wait(30) == -15
        assert engine.program is not None
        engine.program.wait(30)
    finally:
        first.kill()
        first.wait()


def test_it_ends_the_first_process_when_its_owner_is_killed() -> None:
    """The kernel closes what a killed process had open: nothing of ours has to run for it."""
    first = subprocess.Popen(["sleep", "600"])
    command = [sys.executable, "-c", _OWNER.format(first=first.pid)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as owner:
        try:
            assert owner.stdout is not None
            assert owner.stdout.readline() == b"held\n"
            assert first.poll() is None
            owner.kill()
            assert first.wait(30) == -15
        finally:
            owner.kill()
            first.kill()
            first.wait()


_OWNER = """
import sys
from tests.kafka.leash import Leash
from tests.kafka.test_leash import Engine, _container
held = Leash(_container(Engine({first})))
print("held", flush=True)
sys.stdin.read()
"""
