"""The elements of MJML with their attributes, and where each may stand (documentation.mjml.io, 4.15 and 5)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

EVERYWHERE = frozenset({"css-class", "mj-class"})
"""Attributes of every element in the body."""

_PADDING = "padding padding-top padding-right padding-bottom padding-left"
_BORDER = "border border-top border-right border-bottom border-left border-radius"
_BACKGROUND = (
    "background-color background-url background-repeat background-size background-position background-position-x "
    "background-position-y"
)
_FONT = "color font-family font-size font-style font-weight letter-spacing line-height text-decoration text-transform"
_LINK = "href target rel title name"


@dataclass(frozen=True, slots=True)
class Element:
    """What may stand in an element: `attributes`, and the `parents` in which it may stand itself.

    `holds` says what it holds: other elements (`elements`), HTML (`html`), text alone (`text`) or `nothing`.
    """

    parents: frozenset[str]
    attributes: frozenset[str]
    holds: str


def _element(parents: str, attributes: str, holds: str) -> Element:
    return Element(frozenset(parents.split()), frozenset(attributes.split()), holds)


_ROW = "mj-body mj-wrapper"
_IN_COLUMN = "mj-column mj-hero"
_DEFAULTS = "mj-attributes"

ELEMENTS: Mapping[str, Element] = MappingProxyType(
    {
        "mjml": _element("", "lang dir owa", "elements"),
        "mj-head": _element("mjml", "", "elements"),
        "mj-body": _element("mjml", "width background-color id", "elements"),
        "mj-attributes": _element("mj-head", "", "elements"),
        "mj-all": _element(_DEFAULTS, "", "nothing"),
        "mj-class": _element(_DEFAULTS, "name", "elements"),
        "mj-breakpoint": _element("mj-head", "width", "nothing"),
        "mj-font": _element("mj-head", "name href", "nothing"),
        "mj-html-attributes": _element("mj-head", "", "elements"),
        "mj-selector": _element("mj-html-attributes", "path", "elements"),
        "mj-html-attribute": _element("mj-selector", "name", "text"),
        "mj-preview": _element("mj-head", "", "text"),
        "mj-style": _element("mj-head", "inline", "text"),
        "mj-title": _element("mj-head", "", "text"),
        "mj-wrapper": _element(
            "mj-body", f"{_BACKGROUND} {_BORDER} {_PADDING} direction full-width gap text-align", "elements"
        ),
        "mj-section": _element(
            _ROW,
            f"{_BACKGROUND} {_BORDER} {_PADDING} direction full-width text-align text-padding",
            "elements",
        ),
        "mj-group": _element("mj-section", "width vertical-align background-color direction", "elements"),
        "mj-column": _element(
            "mj-section mj-group",
            f"{_BORDER} {_PADDING} background-color direction width vertical-align inner-background-color inner-border "
            "inner-border-top inner-border-right inner-border-bottom inner-border-left inner-border-radius",
            "elements",
        ),
        "mj-hero": _element(
            _ROW,
            "background-color background-height background-position background-position-x background-position-y "
            f"background-url background-width border-radius height mode vertical-align width {_PADDING} "
            "inner-background-color inner-padding inner-padding-top inner-padding-right inner-padding-bottom "
            "inner-padding-left container-background-color",
            "elements",
        ),
        "mj-text": _element(
            _IN_COLUMN, f"{_FONT} {_PADDING} align container-background-color height vertical-align", "html"
        ),
        "mj-button": _element(
            _IN_COLUMN,
            f"{_FONT} {_BORDER} {_PADDING} {_LINK} align background-color container-background-color height "
            "inner-padding text-align vertical-align width",
            "html",
        ),
        "mj-image": _element(
            _IN_COLUMN,
            f"{_BORDER} {_PADDING} {_LINK} align alt container-background-color fluid-on-mobile font-size height "
            "max-height sizes src srcset usemap width",
            "nothing",
        ),
        "mj-divider": _element(
            _IN_COLUMN,
            f"{_PADDING} align border-color border-style border-width container-background-color width",
            "nothing",
        ),
        "mj-spacer": _element(
            _IN_COLUMN,
            f"{_PADDING} border border-top border-right border-bottom border-left container-background-color height "
            "vertical-align width",
            "nothing",
        ),
        "mj-table": _element(
            _IN_COLUMN,
            f"{_PADDING} align border cellpadding cellspacing color container-background-color font-family font-size "
            "font-style font-weight line-height role table-layout vertical-align width",
            "html",
        ),
        "mj-raw": _element(
            "mjml mj-head mj-body mj-wrapper mj-section mj-group mj-column mj-hero mj-accordion mj-accordion-element "
            "mj-carousel mj-navbar mj-social",
            "position",
            "html",
        ),
        "mj-accordion": _element(
            _IN_COLUMN,
            f"{_PADDING} border container-background-color font-family icon-align icon-height icon-position "
            "icon-unwrapped-alt icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url",
            "elements",
        ),
        "mj-accordion-element": _element(
            "mj-accordion",
            "background-color border font-family icon-align icon-height icon-position icon-unwrapped-alt "
            "icon-unwrapped-url icon-width icon-wrapped-alt icon-wrapped-url",
            "elements",
        ),
        "mj-accordion-title": _element(
            "mj-accordion-element",
            f"{_PADDING} background-color color font-family font-size font-weight",
            "html",
        ),
        "mj-accordion-text": _element(
            "mj-accordion-element",
            f"{_PADDING} background-color color font-family font-size font-weight letter-spacing line-height",
            "html",
        ),
        "mj-carousel": _element(
            _IN_COLUMN,
            f"{_PADDING} align border-radius container-background-color icon-width left-icon right-icon tb-border "
            "tb-border-radius tb-hover-border-color tb-selected-border-color tb-width thumbnails",
            "elements",
        ),
        "mj-carousel-image": _element(
            "mj-carousel", f"{_LINK} alt border-radius src tb-border tb-border-radius thumbnails-src", "nothing"
        ),
        "mj-navbar": _element(
            _IN_COLUMN,
            "align base-url hamburger ico-align ico-close ico-color ico-font-family ico-font-size ico-line-height "
            "ico-open ico-padding ico-padding-top ico-padding-right ico-padding-bottom ico-padding-left "
            "ico-text-decoration ico-text-transform",
            "elements",
        ),
        "mj-navbar-link": _element("mj-navbar", f"{_FONT} {_PADDING} {_LINK}", "html"),
        "mj-social": _element(
            _IN_COLUMN,
            f"{_PADDING} align border-radius color container-background-color font-family font-size font-style "
            "font-weight icon-height icon-padding icon-size inner-padding line-height mode table-layout "
            "text-decoration text-padding vertical-align",
            "elements",
        ),
        "mj-social-element": _element(
            "mj-social",
            f"{_PADDING} {_LINK} align alt background-color border-radius color font-family font-size font-style "
            "font-weight icon-height icon-padding icon-position icon-size line-height sizes src srcset text-decoration "
            "text-padding vertical-align",
            "html",
        ),
    }
)

STYLED = frozenset(
    attribute for element in ELEMENTS.values() for attribute in element.attributes if attribute not in ("name", "href")
)
"""Attributes that `mj-all` and `mj-class` may set, for they fit some element."""
