"""Amounts of money as English writes them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

SIGNS: Mapping[str, str] = MappingProxyType(
    {
        "USD": "$",
        "EUR": "€",
        "GBP": "£",
        "JPY": "¥",
        "INR": "₹",
        "KRW": "₩",
        "ILS": "₪",
        "VND": "₫",
        "PHP": "₱",
        "BRL": "R$",
        "CNY": "CN¥",
        "AUD": "A$",
        "CAD": "CA$",
        "NZD": "NZ$",
        "HKD": "HK$",
        "TWD": "NT$",
        "MXN": "MX$",
    }
)
"""As the Unicode CLDR has them for English."""
_IN_USE = (
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY "
    "COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR "
    "ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK "
    "MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF "
    "SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU "
    "UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG"
)
CODES = frozenset(_IN_USE.split())
"""ISO 4217, those in use. Other units of three capitals (API, PDF) are no money."""


def money(number: str, code: str) -> str:
    """Return an amount with its currency: `$10,250.40`, `CHF 10,000`; a minus comes first.

    Args:
        number: with separators, `10,250.4`; a fraction is filled up to two digits, and left out when it is zero.
        code: one of `CODES`.
    """
    minus = number[:1] if number[:1] == "\N{MINUS SIGN}" else ""
    whole, _, fraction = number[len(minus) :].partition(".")
    fraction = fraction.rstrip("0")
    amount = f"{whole}.{fraction:0<2}" if fraction else whole
    sign = SIGNS.get(code) or f"{code}\N{NO-BREAK SPACE}"
    return f"{minus}{sign}{amount}"
