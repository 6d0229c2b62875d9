"""How one program shows a notification. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from deploy.preview.inbox import cut_at


@dataclass(frozen=True, slots=True)
class Bound:
    """How much of a text is shown: characters, and lines at most."""

    characters: int
    lines: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One program on one system.

    - `id` stands in addresses, `name` on the page; `system` chooses the drawing.
    - `title`, `body`: what fits of each.
    - `icon`, `image`, `badge`: whether it shows the message's own icon, large picture, monochrome badge.
    - `animates`: whether a GIF moves there.
    - `says`: one sentence on what else is particular.
    """

    id: str
    name: str
    system: str
    title: Bound
    body: Bound
    icon: bool = False
    image: bool = False
    badge: bool = False
    animates: bool = False
    says: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """A notification in one program: what is read, and what is cut off."""

    look: Look
    title: str
    title_cut: str
    body: str
    body_cut: str

    @property
    def whole(self) -> bool:
        """Whether nothing is cut."""
        return not self.title_cut and not self.body_cut


def shown(look: Look, title: str, body: str) -> Shown:
    """Return what a program shows of a title and a body."""
    return Shown(look, *cut_at(title, look.title.characters), *cut_at(body, look.body.characters))
