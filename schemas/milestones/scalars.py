"""What an unquoted word of the file means by YAML 1.2's core schema, and the traps of older versions."""

from __future__ import annotations

import re
from decimal import Decimal

_INT = re.compile(r"[-+]?[0-9]+")
_DECIMAL = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+|[0-9]+)(?:[eE][-+]?[0-9]{1,4})?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9]+")
_OTHER_BASE = re.compile(r"[-+]?0[xXoObB][0-9a-fA-F_]+")
_SEPARATED = re.compile(r"[-+]?[0-9]{1,3}(?:_[0-9]+)+(?:\.[0-9]+)?")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_TRUE = frozenset({"true", "True", "TRUE"})
_FALSE = frozenset({"false", "False", "FALSE"})
_WORDS = {"yes": "true", "on": "true", "no": "false", "off": "false"}
_NOT_A_NUMBER = frozenset({".inf", "-.inf", "+.inf", ".nan"})

Plain = str | int | Decimal | bool | None


def resolve(text: str) -> Plain:
    """Return the value of an unquoted scalar; numbers are exact, a Decimal where there is a point."""
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    if _INT.fullmatch(text) and len(text) <= 40:
        return int(text)
    if _DECIMAL.fullmatch(text) and len(text) <= 80:
        return Decimal(text)
    return text


def trap(text: str) -> tuple[str, str] | None:
    """Return (message, hint) for an unquoted scalar that YAML readers read differently, else None."""
    if text.lower() in _WORDS:
        meant = _WORDS[text.lower()]
        if text.lower() == "off":
            meant = "none to turn something off, false for no"
        return (
            f"{text} without quotes is true or false to some YAML readers and text to others",
            f'write {meant}, or "{text}" in quotes for the text',
        )
    if _LEADING_ZERO.fullmatch(text):
        digits = text.lstrip("+-0") or "0"
        return (
            f"{text} is an octal number to some YAML readers and decimal to others",
            f'write {digits}, or "{text}" in quotes for the text',
        )
    if _OTHER_BASE.fullmatch(text):
        return (
            f"{text} is a number to some YAML readers and text to others",
            f'write it in decimal, or "{text}" in quotes for the text',
        )
    if _SEPARATED.fullmatch(text):
        return f"{text} is a number to some YAML readers and text to others", f"write {text.replace('_', '')}"
    if text.lower() in _NOT_A_NUMBER:
        return f"{text} is not a number that can be counted", f'write "{text}" in quotes for the text'
    return None
