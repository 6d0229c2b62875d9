"""Everything sound that messages are made of, at one time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from channels.artwork.studio import Studio
from channels.portal.gallery import Gallery
from channels.render.content import Renderer
from channels.render.make import places_of
from channels.render.renderer import TemplateRenderer
from deploy.preview.choices import Choices
from deploy.preview.person import Person
from deploy.preview.portals import Portals
from deploy.undrawable import undrawable
from schemas.milestones.document import Document
from schemas.milestones.problem import Problem
from stream.runtime.settings import Settings
from templates.checking.missing import missing
from templates.installed import load
from templates.languages.languages import Languages
from templates.languages.pseudo import PSEUDO
from templates.mistake import Mistake


@dataclass(frozen=True)
class Scene:
    """The rules, who reads, in which languages; the real renderer and the real portal, with throw-away keys."""

    settings: Settings
    document: Document
    people: Mapping[str, Person]
    languages: Languages
    renderer: Renderer
    gallery: Gallery
    portals: Portals

    @classmethod
    def make(cls, settings: Settings, document: Document, people: Mapping[str, Person]) -> Scene:
        """Load the templates and the portal.

        Raises:
            MistakesError: templates or catalogues have mistakes.
            CairnError: the folder cannot be read, or a setting cannot be used.
        """
        templates = settings.templates
        library = load(templates.folder, templates.languages, with_pseudo=True, whole=templates.missing == "whole")
        languages, renderer = library.languages, TemplateRenderer(library, places_of(settings))
        gallery = Gallery([Studio(templates.folder)], memory=settings.portal.picture_memory)
        portals = Portals(settings, document.product, languages, gallery)
        return cls(settings, document, people, languages, renderer, gallery, portals)

    @cached_property
    def choices(self) -> Choices:
        """What can be chosen."""
        return Choices.of(self.document, self.people, (*self.languages.names, *PSEUDO))

    @cached_property
    def lacking(self) -> list[Mistake]:
        """The strings that a language lacks. Messages fall back, so they are a finding and no fault."""
        return missing(self.languages, self.document, self.settings.templates.folder)

    @cached_property
    def undrawable(self) -> list[Problem]:
        """The texts that pictures leave out, for no font has their characters."""
        return undrawable(self.document, self.languages, self.settings.templates.folder)

    def with_words_of(self, document: Document, people: Mapping[str, Person]) -> Scene:
        """Return the scene with these rules and people; its templates, and the pictures drawn, as they are."""
        portals = Portals(self.settings, document.product, self.languages, self.gallery)
        return replace(self, document=document, people=people, portals=portals)
