"""Usage events as applications write them: mostly plain ones, and among them whatever JSON can say."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from random import Random

from tests.stream.native.files import EVENTS, PROPERTIES, ZONES

CONTACTS = (
    *(f"c-{number}" for number in range(40)),
    "kontakt-ü",
    "联系人",
    "👩‍🚀",
    'a"b',
    "back\\slash",
    " ",
    "c/1",
    "x" * 256,
    "é" * 128,
    "\u2028",
)
ODD_NUMBERS = (
    *("-0", "-0.0", "0.0", "1.0", "1e2", "1E-2", "1.50", "2.500000", "0.0000001", "1e400", "1e-400", "01", "1.", ".5"),
    *("+1", "NaN", "Infinity", "0x1", "9223372036854775807", "9223372036854775808", "-9223372036854775808"),
    *("-9223372036854775809", "1152921504606846976", "1152921504606846977", "1000000000000", "1000000000000.5"),
    *("999999999999.999999", "12345678901234567.8", "123456789012345678.9", "0." + "1" * 36, "0." + "1" * 37, "1_0"),
    *("9" * 30, "1" + "0" * 400, "99999999999999999.9", "-5", "-2.25", "-100000", "3.141592", "3.1415926"),
)
ODD = ("null", "true", "false", '""', '"1"', "[]", "{}", "[1]", '{"a":1}', "tru", "", '"\\ud800"', '"\\u0000"', "nul")
ODD_TEXTS = (
    *(
        '""',
        '" "',
        '"a\\u0062"',
        '"\\u0063airn.x"',
        '"x\x7f"',
        '"x\u0085"',
        '"' + "y" * 257 + '"',
        '"' + "é" * 129 + '"',
    ),
    *('"a\\/b"', '"tab\t"', '"\\n"', '"\ufeff"', "'a'", '"\u2028"', '"\\ud83d\\ude00"', '"\\ude00"'),
)
ODD_ZONES = (
    "europe/paris",
    " Europe/Paris",
    "Mars/Base",
    "UTC+2",
    "",
    " ",
    "Z",
    "x" * 65,
    "../etc/passwd",
    "GMT",
    "EST",
)
ODD_MOMENTS = (
    *('"2026-01-02"', '"2026-01-02T03:04:05"', '"2026-13-02T03:04:05Z"', '"2026-02-29T03:04:05Z"', "0", "-1", "1.5"),
    *('"2026-01-02 03:04:05Z"', '"2026-01-02t03:04:05z"', '"2026-01-02T03:04:60Z"', '"2026-01-02T24:00:00Z"', "1e12"),
    *('"9999-12-31T23:59:59.999Z"', '"0001-01-01T00:00:00+01:00"', '"0000-01-01T00:00:00Z"', "253402300799999"),
    *('"2026-01-02T03:04:05+24:00"', '"2026-01-02T03:04:05-00:00"', '"2026-01-02T03:04:05.Z"', "946684799999"),
    *('"2026-01-02T03:04:05.1234567Z"', '"2026-01-02T03:04:05+0100"', '"2026-01-02T03:04:05.123456789Z"', "null"),
    *('"٢٠٢٦-01-02T03:04:05Z"', '"2026-1-2T3:4:5Z"', '"2026-01-02T03:04:05.5+05:45"', "1767225600000.0", "true"),
)

Member = tuple[str, str]
"""A name and what stands behind its colon, both as JSON."""


@dataclass
class Wire:
    """Writes usage events; `odds` of a hundred parts are odd, and `late` of one event are not of now."""

    random: Random
    odds: float
    late: float
    ids: int = 0
    sent: dict[str, list[bytes]] = field(default_factory=dict)

    def event(self, contact: str, now_ms: int) -> bytes:
        """One event of a contact, near this time."""
        random = self.random
        sent = self.sent.setdefault(contact, [])
        if sent and random.random() < 0.06:
            return random.choice(sent[-20:])
        members = self._members(contact, now_ms)
        if self._is_odd(2):
            random.shuffle(members)
        if self._is_odd():
            members.append(random.choice(members))
        if self._is_odd():
            members.insert(random.randrange(len(members) + 1), (*random.choice(self._more()),))
        if self._is_odd():
            members.pop(random.randrange(len(members)))
        value = self._joined(members).encode("utf-8", "surrogatepass")
        sent.append(mutated(random, value) if self._is_odd() else value)
        return sent[-1]

    def _members(self, contact: str, now_ms: int) -> list[Member]:
        random, choice = self.random, self.random.choice
        found: list[Member] = [('"id"', self._id())]
        if random.random() < 0.4:
            found.append(
                ('"source"', choice(('"web"', '"import"', '""', '"größe"')) if not self._is_odd() else self._text())
            )
        found.append(('"contact_id"', self._quoted(contact)))
        found.append(('"event"', self._quoted(choice((*EVENTS, "unknown")))))
        if self._is_odd():
            found[-1] = ('"event"', choice(('"cairn.baseline"', '"cairn.x"', '"cairn"', *ODD_TEXTS)))
        if random.random() < 0.6:
            found.append(('"value"', self._number() if not self._is_odd() else choice(ODD)))
        if random.random() < 0.8:
            found.append(('"at"', self._moment(now_ms)))
        if random.random() < 0.7:
            found.append(('"properties"', self._properties()))
        if random.random() < 0.1:
            found.append(('"backfill"', choice(("true", "false")) if not self._is_odd() else choice(ODD)))
        if random.random() < 0.15:
            found.append(('"time_zone"', self._quoted(choice(ZONES))))
            if self._is_odd(4):
                found[-1] = ('"time_zone"', choice((*map(json.dumps, ODD_ZONES), *ODD)))
        return found

    def _id(self) -> str:
        self.ids += 1
        return f'"e-{self.ids}"' if not self._is_odd() else self._text()

    def _text(self) -> str:
        return self.random.choice((*ODD_TEXTS, *ODD))

    def _quoted(self, text: str) -> str:
        """A text as JSON: raw where that can be, with escapes sometimes."""
        if self._is_odd():
            return json.dumps(text)
        return json.dumps(text, ensure_ascii=False)

    def _number(self) -> str:
        random = self.random
        if self._is_odd(2):
            return random.choice(ODD_NUMBERS)
        kind = random.random()
        if kind < 0.6:
            return str(random.choice((1, 1, 2, 3, 5, 10, 250)))
        if kind < 0.7:
            return str(-random.randint(1, 20))
        if kind < 0.95:
            return f"{random.randint(-500, 5000) / 100:.{random.choice((1, 2, 3))}f}"
        return str(random.randint(-(2**62), 2**62))

    def _moment(self, now_ms: int) -> str:
        random = self.random
        if self._is_odd(2):
            return random.choice(ODD_MOMENTS)
        at_ms = now_ms
        if random.random() < self.late:
            back = random.choice((0, 60_000, 3_600_000, 86_400_000, 3 * 86_400_000, 30 * 86_400_000))
            at_ms += random.choice((0, 0, 0, 0, 599_000, 600_001)) - random.randint(0, back)
        if random.random() < 0.5:
            return str(at_ms)
        offset = random.choice((0, 0, 60, -300, 345, 765, -570, 1439, -1439))
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=at_ms)
        text = moment.astimezone(timezone(timedelta(minutes=offset))).isoformat(
            timespec=random.choice(("seconds", "milliseconds", "microseconds"))
        )
        if random.random() < 0.3 and "." in text:
            head, _, tail = text.partition(".")
            digits = random.randint(1, 9)
            text = f"{head}.{(tail[:-6] + '987654')[:digits]}{tail[-6:]}"
        return f'"{text.replace("+00:00", "Z") if random.random() < 0.8 else text}"'

    def _properties(self) -> str:
        random, choice = self.random, self.random.choice
        if self._is_odd():
            return choice(ODD)
        names: Sequence[str] = random.sample((*PROPERTIES, "other"), random.randint(0, 4))
        found = []
        for name in ("amount", "größe", *names, *names[:1]):
            kind = random.random()
            if kind < 0.6 or name in ("amount", "größe"):
                token = self._number()
            elif kind < 0.9:
                token = choice(('"team"', '"ü"', '""', '"solo"', "true", "false", "null"))
            else:
                token = choice((*ODD, *ODD_TEXTS)) if self._is_odd(4) else '"team"'
            found.append((self._quoted(name), token))
        return self._joined(found)

    def _more(self) -> tuple[Member, ...]:
        return (
            ('"later"', "1"),
            ('"later"', self.random.choice((*ODD_NUMBERS, *ODD, *ODD_TEXTS))),
            ('"specversion"', '"1.0"'),
            ('"schema"', '{"a":[{}]}'),
            ('"contact_id"', '"somebody"'),
            ('"\\u0069d"', '"escaped"'),
            ('"deep"', "[" * self.random.choice((2, 15, 17)) + "]" * 15),
        )

    def _joined(self, members: Sequence[Member]) -> str:
        if not self._is_odd(2):
            return "{" + ",".join(f"{name}:{value}" for name, value in members) + "}"

        def space() -> str:
            return self.random.choice(
                ("", "", " ", "\n", "\t", "\r\n", " " * 9, "\x0b", "\xa0") if self._is_odd(9) else ("", " ")
            )

        inner = ",".join(f"{space()}{name}{space()}:{space()}{value}{space()}" for name, value in members)
        return f"{space()}{{{inner}}}{space()}"

    def _is_odd(self, times: float = 1) -> bool:
        return self.random.random() * 100 < self.odds * times


def mutated(random: Random, value: bytes) -> bytes:
    """The value with some bytes changed, doubled, taken out or cut off."""
    found = bytearray(value)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        at = random.randrange(len(found) + 1)
        until = min(len(found), at + random.choice((1, 1, 2, 5, 20)))
        match random.randrange(6):
            case 0:
                del found[at:until]
            case 1:
                found[at:at] = random.choice(_PIECES)
            case 2:
                found[at:until] = random.choice(_PIECES)
            case 3:
                found[at:at] = found[at:until]
            case 4 if at < len(found):
                found[at] = random.randrange(256)
            case _:
                other = random.randrange(len(found) + 1)
                found[other:other] = found[at:until]
    return bytes(found)


_PIECES = (
    *(b'"', b"\\", b"{", b"}", b"[", b"]", b",", b":", b"-", b"+", b".", b"0", b"e", b"E5", b"\x00", b"\xff", b"\xc3"),
    *(b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xc2\x85", b"\x7f", b"\xef\xbb\xbf", b"\\u0041", b"\\ud800", b"null"),
    *(b"true", b"1", b"9" * 20, b"1.5", b"1e9", b'""', b'"id":"x",', b'"value":2,', b"{}", b"[]", b" ", b"\t", b"\n"),
    *(b'"cairn.', b'"properties":{"a":1},', b"-0", b"0.0", b"00", b"/", b"\x1f", b"'", b"//", b"NaN", b'"at":null,'),
)
