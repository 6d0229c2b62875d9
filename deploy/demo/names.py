"""Names of the people of the simulated product, and the language that each of them reads."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

_ORDER = ("en", "fr", "en", "pl", "en", "ar")
"""The languages of people as they sign up, round and round."""


def named(number: int) -> tuple[str, str]:
    """Return name and language of the `number`th person, counted from 0."""
    rounds, place = divmod(number, len(_ORDER))
    language = _ORDER[place]
    # The how manieth of this language.
    index = rounds * _ORDER.count(language) + _ORDER[:place].count(language)
    first, last = _NAMES[language]
    return f"{first[index % len(first)]} {last[index % len(last)]}", language


# The two lengths of a language have no common factor, so counting through both pairs every first name with every last
# one: 1,722 names of people who read English, 306 of each other language. Polish surnames are those that a woman and a
# man have alike.
_NAMES: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = MappingProxyType({
    "en": ((
        "Mina", "Jonas", "Aisha", "Mateo", "Yuki", "Ingrid", "Tariq", "Chloe", "Pavel", "Lucía", "Kwame", "Hana",
        "Oscar", "Priya", "Sven", "Amara", "Diego", "Noor", "Felix", "Leilani", "Marek", "Zoe", "Idris", "Freya",
        "Rafael", "Mei", "Anders", "Salma", "Theo", "Nadia", "Emil", "Ximena", "Kofi", "Elin", "Ravi", "Clara",
        "Bashir", "Maya", "Luka", "Odile", "Samir",
    ), (
        "Okafor", "Lindqvist", "Rahman", "Fernández", "Tanaka", "Haugen", "Aziz", "Dubois", "Novák", "Moreno",
        "Mensah", "Kimura", "Weber", "Nair", "Eriksson", "Diallo", "Castro", "Haddad", "Braun", "Kealoha",
        "Kowalski", "Martin", "Bello", "Solberg", "Silva", "Chen", "Berg", "Farouk", "Laurent", "Petrova", "Holm",
        "Vargas", "Asante", "Nyström", "Iyer", "Schmidt", "Yusuf", "Cohen", "Horvat", "Girard", "Osei", "Park",
    )),
    "fr": ((
        "Camille", "Antoine", "Élise", "Baptiste", "Inès", "Mathieu", "Océane", "Thibault", "Manon", "Hugo", "Anaïs",
        "Corentin", "Maëlle", "Étienne", "Solène", "Yann", "Margaux",
    ), (
        "Lefèvre", "Garnier", "Rousseau", "Fontaine", "Mercier", "Blanchet", "Chevalier", "Perrin", "Marchand",
        "Gauthier", "Lemoine", "Renaud", "Barbier", "Arnaud", "Colin", "Vidal", "Besson", "Tessier",
    )),
    "pl": ((
        "Agnieszka", "Piotr", "Katarzyna", "Paweł", "Magdalena", "Tomasz", "Ewa", "Marcin", "Joanna", "Michał",
        "Aleksandra", "Łukasz", "Małgorzata", "Grzegorz", "Weronika", "Jan", "Hanna",
    ), (
        "Wójcik", "Mazur", "Krawczyk", "Kaczmarek", "Zając", "Król", "Wróbel", "Wieczorek", "Dudek", "Stępień",
        "Adamczyk", "Pawlak", "Walczak", "Sikora", "Baran", "Duda", "Szewczyk", "Pietrzak",
    )),
    "ar": ((
        "سارة", "محمد", "نور", "يوسف", "مريم", "خالد", "هدى", "سمير", "فاطمة", "عمر", "أمل", "طارق", "زينب", "حسن",
        "رنا", "كريم", "سلمى",
    ), (
        "منصور", "الخطيب", "درويش", "النجار", "سليمان", "الشامي", "خليل", "المصري", "عباس", "الحسن", "قاسم",
        "بشير", "الزهراني", "صالح", "العلي", "ناصر", "حمدان", "يعقوب",
    )),
})  # fmt: skip
