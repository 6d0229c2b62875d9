"""A Postfix of one's own on a loopback port; its configuration, queue and data are under one folder."""

from __future__ import annotations

import os
import shutil
import socket
import socketserver
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from tests.system.waiting import until

WITHIN = 30.0
POSTFIX = shutil.which("postfix", path="/usr/sbin:/usr/local/sbin:/usr/bin") or ""
_MASTER = """\
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""
_MAIN = """\
compatibility_level = 3.6
maillog_file = {home}/mail.log
maillog_file_prefixes = {home}
queue_directory = {home}/queue
data_directory = {home}/data
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mail.example.com
mydestination = example.com
mynetworks =
alias_maps =
local_recipient_maps = inline:{{ada=x, eve=x}}
local_transport = discard:
fast_flush_domains =
message_size_limit = 20000
smtpd_relay_restrictions = reject_unauth_destination
smtpd_sender_restrictions = check_sender_access inline:{{{{ stranger@acme.example = REJECT not owned by you }}}}
smtpd_recipient_restrictions = reject_unlisted_recipient, check_policy_service inet:127.0.0.1:{policy}
"""


class Greylist(socketserver.ThreadingTCPServer):
    """A policy service (postfix.org/SMTPD_POLICY_README.html) that defers the first try for each of `names`."""

    allow_reuse_address, daemon_threads = True, True

    def __init__(self, *names: str) -> None:
        self.waiting = set(names)
        super().__init__(("127.0.0.1", 0), _Asked)


class _Asked(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        server = self.server
        assert isinstance(server, Greylist)
        request: dict[str, str] = {}
        for line in self.rfile:
            name, _, value = line.decode().strip().partition("=")
            if name:
                request[name] = value
                continue
            recipient = request.get("recipient", "")
            deferred = recipient in server.waiting
            server.waiting.discard(recipient)
            action = "DEFER_IF_PERMIT Greylisted, try again in 1 seconds" if deferred else "DUNNO"
            self.wfile.write(f"action={action}\n\n".encode())


@contextmanager
def postfix(*greylisted: str) -> Iterator[int]:
    """The port of a running Postfix that knows ada@ and eve@example.com.

    Only root can start it: elsewhere the test is skipped, unless CAIRN_TEST_POSTFIX says that it must run, as CI does.
    """
    missing = "Postfix is not installed" if not POSTFIX else "only root can start Postfix" if os.geteuid() else ""
    if missing:
        if os.environ.get("CAIRN_TEST_POSTFIX"):
            pytest.fail(f"CAIRN_TEST_POSTFIX is set, and {missing}")
        pytest.skip(missing)
    # Not under pytest's folders: those are root's alone, and Postfix works as a user of its own.
    home = Path(tempfile.mkdtemp(prefix="cairn-postfix-"))
    home.chmod(0o755)
    with Greylist(*greylisted) as policy:
        thread = threading.Thread(target=policy.serve_forever)
        thread.start()
        try:
            with _running(home, policy.server_address[1]) as port:
                yield port
        finally:
            policy.shutdown()
            thread.join()
            shutil.rmtree(home, ignore_errors=True)


@contextmanager
def _running(home: Path, policy: int) -> Iterator[int]:
    config = home / "config"
    for each in (config, home / "queue", home / "data"):
        each.mkdir(mode=0o755)
    shutil.chown(home / "data", "postfix")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (config / "main.cf").write_text(_MAIN.format(home=home, policy=policy))
    (config / "master.cf").write_text(_MASTER.format(port=port))
    _postfix(config, "start")
    try:
        until(lambda: _listens(port), within=WITHIN, what="Postfix")
        yield port
    finally:
        _postfix(config, "stop")


def _postfix(config: Path, verb: str) -> None:
    done = subprocess.run([POSTFIX, "-c", str(config), verb], capture_output=True, text=True, timeout=60, check=False)
    log = config.parent / "mail.log"
    assert done.returncode == 0, f"{done.stdout}{done.stderr}{log.read_text() if log.exists() else ''}"


def _listens(port: int) -> bool:
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False
