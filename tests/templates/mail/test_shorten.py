"""HTML is written shorter, and means what it meant."""

from __future__ import annotations

import pytest

from templates.mail.shorten import shortened

CASES = (
    ('<p style="color: red; margin: 0 1px;">a: b; c</p>', '<p style="color:red;margin:0 1px">a: b; c</p>'),
    ("""<p style="font-family: 'A: B; C', x; ">""", """<p style="font-family:'A: B; C', x">"""),
    ('<p style="a: url(x; y); b: &quot;c&quot; d">', '<p style="a:url(x; y);b:&quot;c&quot; d">'),
    ('<p title="style=: x">', '<p title="style=: x">'),
    (
        "<style> .a  > b { color: red !important; }\n c :hover { d: e } </style>",
        "<style>.a>b{color:red!important}c :hover{d:e}</style>",
    ),
    (
        "<style>@media (x: dark) and (y: 1) { a { b: 'c;  d' } }</style>",
        "<style>@media (x: dark) and (y: 1){a{b:'c;  d'}}</style>",
    ),
    ("<style>a,\nb\nc { d: e }</style>", "<style>a,b c{d:e}</style>"),
    ("<!--[if mso | IE]>a<![endif]--> <!--[if mso | IE]>b<![endif]-->", "<!--[if mso | IE]>ab<![endif]-->"),
)
STAYS = (
    "<!--[if mso]>a<![endif]--><!--[if IE]>b<![endif]-->",
    "<!--[if mso]>a<![endif]-->.<!--[if mso]>b<![endif]-->",
    "<!--[if !mso]><!-->a<!--<![endif]--><!--[if !mso]><!-->b<!--<![endif]-->",
)


@pytest.mark.parametrize(("long", "short"), [*CASES, *((each, each) for each in STAYS)])
def test_what_no_program_needs_is_gone(long: str, short: str) -> None:
    """Space in styles, and the ends of comments that begin again; texts, strings and all else stay."""
    assert shortened(long) == short
    assert shortened(short) == short
