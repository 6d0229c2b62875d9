"""Settings from environment variables: the only place where Cairn reads the environment for them.

`CAIRN_TRACKER_STATE_DIR` is tracker.state_dir; `CAIRN_KAFKA_SASL_USERNAME` is the librdkafka property
sasl.username; `KAFKA_BOOTSTRAP_SERVERS` is kafka.bootstrap_servers. A name with `_FILE` added gives the
path of a file that holds the value, as Docker and Kubernetes mount secrets.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from stream.runtime.origins import Given, Origin, Problem
from stream.runtime.spelling import did_you_mean

PREFIX = "CAIRN_"
BROKERS = "KAFKA_BOOTSTRAP_SERVERS"
CONFIG = "CAIRN_CONFIG"

# Variables of Cairn that are no settings: the file to read, the cache of the embedded broker, the broker of
# the tests, and what a supervisor hands its workers.
_PUBLIC = (CONFIG, "CAIRN_CACHE_DIR", "CAIRN_TEST_KAFKA", "CAIRN_TEST_KAFKA_IMAGE", "CAIRN_TEST_POSTFIX")
_OTHERS = frozenset({*_PUBLIC, "CAIRN_CHILD"})

# Kubernetes puts these into every pod for each Service; one that is named cairn-something must not look like
# a setting.
_SERVICE_LINK = re.compile(r".*_(SERVICE_HOST|SERVICE_PORT(_.+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)")
_SERVICE_URL = re.compile(r"(tcp|udp|sctp)://")


def variable_of(key: str) -> str:
    """The environment variable of a settings key."""
    if key == "kafka.bootstrap_servers":
        return BROKERS
    return PREFIX + key.removeprefix("kafka.properties.").replace(".", "_").upper()


def from_environment(environ: Mapping[str, str], known: Iterable[str]) -> tuple[list[Given], list[Problem]]:
    """All settings found in `environ`, and what is wrong with the rest of our variables; `known` are the
    settings keys."""
    keys = {variable_of(key): key for key in known}
    found: list[Given] = []
    problems: list[Problem] = []
    for name, value in sorted(environ.items()):
        if not _is_ours(name, value):
            continue
        if _is_no_text(name + value):
            problems.append(Problem("its value is not UTF-8 text", f"env {name}", "write it in UTF-8"))
            continue
        key = _key_of(name, keys)
        if key is not None:
            found.append(Given(key, value, Origin("env", name)))
            continue
        base = name.removesuffix("_FILE")
        key = _key_of(base, keys) if base != name else None
        if key is None:
            problems.append(_unknown(name, keys))
        elif base in environ:
            problems.append(Problem(f"{base} and {name} are both set", f"env {name}", "keep one of them"))
        else:
            match _read(name, value, key):
                case Given() as given:
                    found.append(given)
                case problem:
                    problems.append(problem)
    return found, problems


def _is_ours(name: str, value: str) -> bool:
    if name in (BROKERS, f"{BROKERS}_FILE"):
        return True
    if not name.startswith(PREFIX) or name in _OTHERS:
        return False
    return not (_SERVICE_LINK.fullmatch(name) or (name.endswith("_PORT") and _SERVICE_URL.match(value)))


def _key_of(name: str, keys: Mapping[str, str]) -> str | None:
    if name in keys:
        return keys[name]
    property_ = name.removeprefix(f"{PREFIX}KAFKA_")
    if property_ == name or (property_.endswith("_FILE") and not property_.startswith("SASL_OAUTHBEARER_ASSERTION")):
        return None
    if property_ == "BOOTSTRAP_SERVERS":
        return None  # one name for it: KAFKA_BOOTSTRAP_SERVERS, as every other tool reads it
    return f"kafka.{property_.lower().replace('_', '.')}"


def _read(name: str, path: str, key: str) -> Given | Problem:
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        return Problem(f"cannot read {path}: {reason}", f"env {name}", "give the path of a file that holds the value")
    return Given(key, text.rstrip("\r\n"), Origin("env", name))


def _unknown(name: str, keys: Mapping[str, str]) -> Problem:
    known = [*keys, *_PUBLIC]
    return Problem(f"unknown variable {name}", "environment", did_you_mean(name, known) or "see cairn config show")


def _is_no_text(value: str) -> bool:
    """Whether it holds bytes that are not UTF-8, which Python keeps as lone surrogates."""
    return any("\ud800" <= each <= "\udfff" for each in value)
