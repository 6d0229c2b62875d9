"""A user's modules: found, or said why not."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.errors import CairnError
from stream.reactions.modules import apps_of
from stream.runtime.exits import Exit

_NUMBERS = itertools.count()
SOUND = """
from stream.reactions import App
app = App("{name}")
@app.agent(app.milestone_crossed)
async def tell(crossings):
    async for crossing in crossings:
        print(crossing.milestone)
"""


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(sys, "path", list(sys.path))
    yield tmp_path
    for name, module in list(sys.modules.items()):
        if tmp_path in Path(getattr(module, "__file__", None) or "/").parents:
            del sys.modules[name]


def module(place: Path, text: str) -> str:
    name = f"own_module_{next(_NUMBERS)}"
    (place / f"{name}.py").write_text(text.replace("{name}", name))
    return name


def test_its_apps_are_found(place: Path) -> None:
    one, two = module(place, SOUND), module(place, SOUND)
    assert [each.name for each in apps_of([one, two, one], place)] == [one, two]


def test_an_app_that_two_modules_name_runs_once(place: Path) -> None:
    one = module(place, SOUND)
    two = module(place, f"from {one} import app")
    assert len(apps_of([one, two], place)) == 1


def test_a_file_of_a_user_does_not_stand_in_for_one_of_ours(place: Path) -> None:
    (place / "stream.py").write_text("raise RuntimeError")
    (place / "json.py").write_text("raise RuntimeError")
    assert apps_of([module(place, "import json\n" + SOUND)], place)


@pytest.mark.parametrize(
    ("text", "said", "where"),
    [
        ("import nothing_like_it", "cannot be imported: ModuleNotFoundError", ":1"),
        ("x = 1\ny = x / 0", "ZeroDivisionError: division by zero", ":2"),
        ("raise SystemExit(3)", "SystemExit", ":1"),
        ("x = 1\ny = (", "SyntaxError: '\\(' was never closed", ":2"),
        ("from stream.reactions import App\n@App('x').agent\nasync def f(_): ...", "wants to know what", ":2"),
        ("x = 1", "has no app", "--with"),
        ("from stream.reactions import App\napp = App('lonely')", "has no agent", "lonely"),
        ("from stream.reactions import App\nApp('a b')", "no name of an app", "App(name)"),
    ],
)
def test_what_is_wrong_with_it_is_said(place: Path, text: str, said: str, where: str) -> None:
    with pytest.raises(CairnError, match=said) as raised:
        apps_of([module(place, text)], place)
    assert raised.value.exit == Exit.USAGE
    assert where in str(raised.value.where)


def test_a_module_that_is_not_there(place: Path) -> None:
    (place / "tell_sales.py").write_text("")
    with pytest.raises(CairnError, match="there is no module tell_sails") as raised:
        apps_of(["tell_sails"], place)
    assert "tell_sales" in str(raised.value.fix)


def test_an_installed_package_of_the_same_name_is_named(place: Path) -> None:
    """It comes first, so that no file of a user's stands in for one of ours; and would be looked at for an app."""
    (place / "yarl.py").write_text(SOUND)
    with pytest.raises(CairnError, match="the module yarl has no app") as raised:
        apps_of(["yarl"], place)
    assert "site-packages" in str(raised.value.where)
    assert f"it is not {place / 'yarl.py'}" in str(raised.value.fix)


def test_an_app_of_faust_itself_is_none_of_ours(place: Path) -> None:
    with pytest.raises(CairnError, match="has no app") as raised:
        apps_of([module(place, "import faust\napp = faust.App('x')")], place)
    assert "aborted records" in str(raised.value.fix)


def test_a_file_in_place_of_a_name(place: Path) -> None:
    with pytest.raises(CairnError) as raised:
        apps_of(["reactions/tell.py"], place)
    assert raised.value.fix == "--with reactions.tell"


def test_two_apps_of_one_name(place: Path) -> None:
    with pytest.raises(CairnError, match="two apps are called same"):
        apps_of([module(place, SOUND.replace("{name}", "same")) for _ in range(2)], place)
