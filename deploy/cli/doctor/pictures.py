"""Whether the portal can draw every text that milestones need here."""

from __future__ import annotations

from importlib.util import find_spec

from deploy.cli.doctor.check import Check, Mark, failed
from schemas.errors import CairnError
from stream.runtime.settings import Templates

_NAME = "pictures"
_CURE = "install FriBidi where the portal runs (Debian: libfribidi0; macOS: brew install fribidi)"


def pictures(settings: Templates, *, shaping: bool | None = None) -> Check:
    """Whether own fonts can be read, and right-to-left texts be drawn where a language needs it.

    `shaping` is as `Typefaces` takes it.
    """
    if find_spec("PIL") is None:
        return Check(_NAME, Mark.SKIP, "its libraries are not installed here", "install the extra `channels`")
    from channels.artwork.typefaces import Typefaces
    from templates.languages.languages import Languages, known

    try:
        typefaces = Typefaces(settings.folder, shaping=shaping)
        languages = Languages(known(settings.languages), settings.folder)
    except CairnError as error:
        return failed(_NAME, error)
    if typefaces.shaping:
        return Check(_NAME, Mark.OK, "texts of every script that the fonts have can be drawn")
    lacking = [each.name for each in languages if each.direction == "rtl"]
    says = "the library FriBidi is not here: texts that run from right to left are left out of pictures"
    return Check(_NAME, Mark.WARN if lacking else Mark.OK, says, _CURE)
