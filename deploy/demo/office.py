"""The rest of the demo's Cairn: planner, dispatchers, portal and a reaction, each a `cairn run` beside the tracker."""

from __future__ import annotations

import json
import secrets
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from deploy.broker.kept_process import KeptProcess
from deploy.broker.ports import HOST, free_port
from deploy.demo.counterparts import Counterparts
from deploy.demo.followed import Followed
from schemas.errors import CairnError
from stream.runtime.exits import Exit

CELEBRATING = ("planner", "email", "web-push", "mobile-push", "portal")
REACTING = "reactions"
ROLES = (*CELEBRATING, REACTING)
REACTION = "reaction"
"""The module that `reactions` runs: a file in its directory, as a user's would be."""
_TAIL = 12


class Office:
    """One process for each role; `command_of` gives the command line of a role, `folder` holds their logs."""

    def __init__(self, folder: Path, command_of: Callable[[str], Sequence[str]]) -> None:
        self._logs = {role: folder / role / "log" for role in ROLES}
        self._processes: dict[str, KeptProcess] = {}
        self._started: set[str] = set()
        self._followed = {role: Followed(log) for role, log in self._logs.items()}
        for role in ROLES:
            (folder / role).mkdir()
            self._processes[role] = KeptProcess(command_of(role), folder / role, self._logs[role])
        shutil.copy(Path(__file__).with_name(f"{REACTION}.py"), folder / REACTING)

    def start(self, *roles: str) -> None:
        """Start some of them."""
        for each in roles:
            self._processes[each].start()
            self._started.add(each)

    def look(self) -> None:
        """See that they run. Raises `CairnError` with the last words of one that has ended."""
        for role, process in self._processes.items():
            if role in self._started and process.pid is None:
                raise CairnError(
                    f"`cairn run {role}` of the demo ended by itself",
                    where="its last words:\n" + "\n".join(self.last_words(role)),
                    fix="please report it, with these lines",
                    exit=Exit.INTERNAL,
                )

    def last_words(self, role: str) -> list[str]:
        """Return the last lines that a role wrote."""
        try:
            return self._logs[role].read_text("utf-8", "replace").splitlines()[-_TAIL:]
        except FileNotFoundError:
            return []

    def news(self, role: str) -> bytes:
        """Read what a role has written since the last call."""
        return self._followed[role].news()

    def drain(self, grace: float) -> None:
        """SIGTERM to all at once, and SIGKILL after `grace` seconds; returns when all are gone."""
        with ThreadPoolExecutor(len(ROLES)) as ending:
            for each in [ending.submit(process.end, grace) for process in self._processes.values()]:
                each.result()

    def close(self) -> None:
        """Make sure that nothing is left."""
        for each in self._processes.values():
            each.close()


Sections = dict[str, dict[str, object]]
"""Of cairn.toml: values by name, by section."""


def office_command(role: str) -> list[str]:
    """The words behind `cairn` that run a role."""
    return ["run", role, *(["--with", REACTION] if role == REACTING else []), "--http-port", "off"]


def office_sections(folder: Path, outside: Counterparts, vapid_private_key: str) -> Sections:
    """Return what these roles need in cairn.toml, and write the files that it names into the folder."""
    account = folder / "service-account.json"
    outside.write_service_account(account)
    port = free_port()
    return {
        # The one that was killed is missed sooner, and its partitions go to the one that comes after it.
        "reactions": {"session_timeout": "5 s"},
        "planner": {
            "state_dir": str(folder / "state"),
            "membership": "static",
            "host": "demo",
            "session_timeout": "20 s",
            # Everybody's profile is there before they do anything: who is not reachable now will not be.
            "grace": "3 s",
        },
        "email": {
            "smtp_host": outside.mail.host,
            "smtp_port": outside.mail.port,
            "smtp_ca_file": str(outside.mail.ca_file),
            "smtp_user": "cairn",
            "smtp_password": "demo",
            "sender": "hello@acme.example",
            "sender_name": "Acme Boards",
            "postal_address": "Acme Boards, 1 Cairn Way, 75001 Paris, France",
        },
        "web_push": {
            "vapid_private_key": vapid_private_key,
            "vapid_subject": "mailto:ops@acme.example",
            "loopback_endpoints": True,
            "loopback_ca_file": str(outside.push_ca_file),
        },
        "mobile_push": {"service_account": str(account), "fcm_url": outside.fcm.url},
        "portal": {
            "public_url": f"http://{HOST}:{port}",
            "port": port,
            "keys": [secrets.token_hex(32)],
        },
    }


def as_toml(sections: Sections) -> str:
    """Write sections as TOML: a text, a number, a boolean or a list of texts is written there as in JSON."""
    return "".join(
        f"[{name}]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
        for name, values in sections.items()
    )
