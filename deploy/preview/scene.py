"""Everything sound that messages are made of, at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from channels.render.content import Renderer
from channels.render.make import make_renderer
from deploy.preview.choices import Choices
from deploy.preview.languages import languages_of
from deploy.preview.person import Person
from deploy.preview.portals import Portals
from schemas.milestones.document import Document
from stream.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Scene:
    """The rules, who reads, in which languages; the real renderer and the real portal, with throw-away keys."""

    settings: Settings
    document: Document
    people: Mapping[str, Person]
    languages: tuple[str, ...]
    renderer: Renderer
    portals: Portals

    @classmethod
    def make(cls, settings: Settings, document: Document, people: Mapping[str, Person]) -> Scene:
        """Load the templates and the portal.

        Raises:
            CairnError: templates have mistakes, or a setting cannot be used.
        """
        renderer = make_renderer(settings)
        return cls(settings, document, people, languages_of(settings), renderer, Portals(settings, document.product))

    @property
    def choices(self) -> Choices:
        """What can be chosen."""
        return Choices.of(self.document, self.people, self.languages)

    def with_words_of(self, document: Document, people: Mapping[str, Person]) -> Scene:
        """Return the scene with these rules and people, its templates as they are."""
        return replace(self, document=document, people=people, portals=Portals(self.settings, document.product))
