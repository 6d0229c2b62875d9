"""How numbers are written in a locale: exact, however long."""

from __future__ import annotations

from dataclasses import dataclass

from babel import Locale

_LATIN = "0123456789"
_FIRST_DIGITS = {"arab": 0x660, "arabext": 0x6F0, "beng": 0x9E6, "deva": 0x966, "gujr": 0xAE6, "guru": 0xA66,
                 "khmr": 0x17E0, "knda": 0xCE6, "laoo": 0xED0, "mlym": 0xD66, "mymr": 0x1040, "orya": 0xB66,
                 "tamldec": 0xBE6, "telu": 0xC66, "thai": 0xE50, "tibt": 0xF20, "adlm": 0x1E950, "cakm": 0x11136,
                 "olck": 0x1C50, "mtei": 0xABF0, "rohg": 0x10D30}  # fmt: skip
"""The zero of each numbering system that some locale has as its default (CLDR numberingSystems.xml). Babel has none of
them: it writes the digits of all as 0 to 9."""
_FOUR_TOGETHER = frozenset({"bg", "es", "et", "lv", "pl", "pt_PT"})
"""Where a number of four digits stands without a separator (CLDR minimumGroupingDigits 2), which Babel leaves out."""
MINUS = "\N{MINUS SIGN}"


def is_known(system: str) -> bool:
    """Whether numbers can be written in a numbering system of the CLDR."""
    return system == "latn" or system in _FIRST_DIGITS


@dataclass(frozen=True, slots=True)
class Numerals:
    """The signs of a locale. `groups` are the sizes of the last group of digits and of those before it."""

    group: str
    point: str
    minus: str
    groups: tuple[int, int]
    least: int
    digits: dict[int, str]

    @classmethod
    def of(cls, locale: Locale, system: str = "") -> Numerals:
        """Take them from the CLDR, in a numbering system (`latn`), else in the locale's default one.

        One whose digits are not known has those of `latn`.
        """
        system = system if is_known(system) else locale.default_numbering_system
        zero = _FIRST_DIGITS.get(system)
        symbols = locale.number_symbols
        signs = symbols[system if zero and system in symbols else "latn"]
        first, other = locale.decimal_formats[None].grouping
        return cls(
            group=signs.get("group", ","),
            point=signs.get("decimal", "."),
            minus=str(signs.get("minusSign", "-")).replace("-", MINUS),
            groups=(first, other),
            least=first + (2 if {locale.language, str(locale)} & _FOUR_TOGETHER else 1),
            digits={ord(each): chr(zero + int(each)) for each in _LATIN} if zero else {},
        )

    def number(self, digits: str) -> str:
        """Write plain decimal text, digit for digit: `-1000.50` is `1,000.50` after a minus sign in English."""
        sign, rest = (self.minus, digits[1:]) if digits.startswith("-") else ("", digits)
        whole, point, fraction = rest.partition(".")
        return sign + self.native(self.grouped(whole) + (self.point + fraction if point else ""))

    def grouped(self, whole: str) -> str:
        """Return the digits before the point with their separators, without zeros in front."""
        plain = whole.lstrip("0") or "0"
        if len(plain) < self.least:
            return plain
        first, other = self.groups
        parts, rest = [plain[-first:]], plain[:-first]
        while rest:
            parts.append(rest[-other:])
            rest = rest[:-other]
        return self.group.join(reversed(parts))

    def native(self, text: str) -> str:
        """Return a text with its digits as the locale writes them."""
        return text.translate(self.digits) if self.digits else text
