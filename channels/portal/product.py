"""The product whose milestones the pages speak of."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Product:
    """Its name and address, as the rules in force have them."""

    name: str
    url: str
