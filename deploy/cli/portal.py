"""`cairn run portal`: checks what the pages rest on, then supervises their process."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from deploy.cli.invocation import Invocation
from deploy.cli.run_options import HttpPort
from deploy.cli.supervised import common_options, supervise_role
from deploy.cli.topics.verified import verify_topics
from stream.runtime.exits import Exit

if TYPE_CHECKING:
    from channels.portal.product import Product
    from stream.runtime.child import Child
    from stream.runtime.layers import Loaded
    from stream.runtime.settings import Settings

_LAST_SECONDS = 5.0
"""Between the end of `portal.drain` and SIGKILL: cancelled requests end, and the producer has a second to flush."""


def portal(
    invocation: Invocation,
    port: Annotated[
        str | None,
        typer.Option(metavar="PORT", help="Port of the pages (portal.port); 0 picks a free one.", show_default=False),
    ] = None,
    http_port: HttpPort = None,
) -> Exit:
    """Serve the public pages behind the links of messages: one to share, one to unsubscribe.

    An unsubscription is answered with 200 once it is on contact-changes, else with 503. The pages name the product of
    the milestones in force, and follow changes within a minute; before the first rules they wait. SIGTERM or Ctrl-C
    lets open requests end.
    """
    from stream.runtime.settings import Group
    from templates.languages.languages import load as load_languages

    options = {"portal.port": port, **common_options(invocation, http_port)}
    loaded = invocation.loaded(options)
    _check_section(loaded)
    load_languages(loaded.settings.templates.languages, loaded.settings.templates.folder)
    verify_topics(invocation, loaded.settings, "portal")
    # One process: it waits for browsers and brokers, not for a core.
    alone = Group(workers=1, drain=loaded.settings.portal.drain + _LAST_SECONDS)
    return supervise_role(invocation, loaded, options, "portal", alone)


def serve_portal(settings: Settings, child: Child) -> Exit:
    """Be the process of the portal. Raises as `channels.portal.run.run_portal`."""
    from channels.portal.run import run_portal

    return run_portal(settings, child, lambda: read_product(settings))


def read_product(settings: Settings) -> Product | None:
    """Return the product of the newest rules, None while there are none. Raises `CairnError` as `read_rules`."""
    from channels.portal.product import Product
    from deploy.cli.clients import Clients
    from deploy.cli.rules_log import read_rules

    version = read_rules(Clients(settings), settings).in_force
    if version is None:
        return None
    return Product(version.document.product.name, version.document.product.url)


def _check_section(loaded: Loaded) -> None:
    """Refuse a section that cannot be served, with all of its faults."""
    from channels.portal.settings import faults_of
    from stream.runtime.environment import variable_of
    from stream.runtime.origins import DEFAULT, Problem, SettingsError

    problems = []
    for name, fault in faults_of(loaded.settings.portal).items():
        key = f"portal.{name}"
        origin = loaded.origin(key)
        where = f"{key}, not set" if origin == DEFAULT else f"{key}, {origin}"
        problems.append(Problem(fault.what, where, f"{fault.fix}; in cairn.toml or {variable_of(key)}"))
    if problems:
        raise SettingsError(tuple(problems))
