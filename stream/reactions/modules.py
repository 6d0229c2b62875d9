"""Finds the apps in a user's modules."""

from __future__ import annotations

import importlib
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import structlog
from faust import App as FaustApp

from schemas.errors import CairnError
from stream.reactions.app import App
from stream.runtime.exits import Exit
from stream.runtime.spelling import did_you_mean

log = structlog.get_logger(__name__)


def apps_of(names: Sequence[str], directory: Path | None = None) -> list[App]:
    """Import the modules and return their apps, each once.

    `directory` (by default the working one) is looked in last: a file of a user's must not stand in for one of ours.

    Raises:
        CairnError: USAGE, when there is no such module, it raises, it has no app, or two apps have one name.
    """
    place = str((directory or Path()).absolute())
    if place not in sys.path:
        sys.path.append(place)
    found: dict[int, App] = {}
    for name in names:
        module = _imported(name, place)
        own = {id(each): each for each in vars(module).values() if isinstance(each, App)}
        if not own:
            raise _nothing(module, place)
        found |= own
    apps = list(found.values())
    for app in apps:
        _check(app, apps)
    return apps


def _imported(name: str, place: str) -> ModuleType:
    if name.endswith(".py") or "/" in name:
        module = name.removesuffix(".py").replace("/", ".").strip(".")
        raise CairnError(
            f"--with takes a module's name, not a file: {name}", "the command line", f"--with {module}", exit=Exit.USAGE
        )
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is None or not (name == error.name or name.startswith(f"{error.name}.")):
            raise _raised(name, error) from error
        near = sorted(each.stem for each in Path(place).glob("*.py"))
        raise CairnError(
            f"there is no module {name}",
            f"--with {name}, looked for in {place} and the installed packages",
            did_you_mean(name, near) or "run it from the directory that the module is in",
            exit=Exit.USAGE,
        ) from error
    except (Exception, SystemExit) as error:
        raise _raised(name, error) from error


def _raised(name: str, error: BaseException) -> CairnError:
    if isinstance(error, CairnError):
        return error
    log.error("module_raised", module=name, error=type(error).__name__, exc_info=error)
    if isinstance(error, SyntaxError) and error.filename is not None:
        at, what = f"{error.filename}:{error.lineno}", error.msg
    else:
        at, what = _last_line(name, error), str(error)
    return CairnError(
        f"the module {name} cannot be imported: {type(error).__name__}: {what}",
        at,
        f"mend it until `python -c 'import {name}'` is quiet; the log has the traceback",
        exit=Exit.USAGE,
    )


def _last_line(name: str, error: BaseException) -> str:
    """Where it was raised, as far as the frames say."""
    frames = [each for each in traceback.extract_tb(error.__traceback__) if "importlib" not in each.filename]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if len(frames) > 1 else name


def _nothing(module: ModuleType, place: str) -> CairnError:
    name, file = module.__name__, module.__file__
    fix = 'give it one at its top level: `app = App("its-name")`, with `from stream.reactions import App`'
    own = Path(place, *name.split(".")).with_suffix(".py")
    if own.exists() and (file is None or not own.samefile(file)):
        fix = f"it is not {own}: an installed package has that name and comes first; give your file another"
    elif any(isinstance(each, FaustApp) for each in vars(module).values()):
        fix = "its app is Faust's own, which is handed aborted records: take `from stream.reactions import App`"
    return CairnError(f"the module {name} has no app", f"--with {name}, which is {file or name}", fix, exit=Exit.USAGE)


def _check(app: App, apps: Sequence[App]) -> None:
    if not app.reactions:
        raise CairnError(
            f"the app {app.name} has no agent",
            f"App({app.name!r})",
            "declare one with `@app.agent(app.milestone_crossed)`",
            exit=Exit.USAGE,
        )
    if any(each.name == app.name for each in apps if each is not app):
        raise CairnError(
            f"two apps are called {app.name}",
            f"App({app.name!r})",
            "give each a name of its own: it is their consumer group, and they would share out what both want whole",
            exit=Exit.USAGE,
        )
