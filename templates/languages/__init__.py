"""The languages of an installation, by the Unicode CLDR (Babel): words, plural forms, numbers, money, days.

    tags.py        what a BCP 47 tag says, and from which to which it falls back
    wording.py     one string of a catalogue, with its placeholders
    plural.py      the plural categories of a language
    catalogue.py   the strings of one language, as `languages/TAG.yaml` has them
    reader.py      reads such a file: the catalogue, and every mistake in its form
    source.py      a catalogue with the plural rule of its language
    milestones.py  the words of the milestones of a file
    numerals.py    how numbers are written; money.py amounts; periods.py units of time; days.py days
    isolation.py   holds together what runs from left to right in a text that runs from right to left
    language.py    one language ready for use: its own strings, behind them those that it falls back to
    languages.py   all of an installation, and which of them a contact gets
    pseudo.py      English made strange, to see what was never translated and what does not fit

Nothing here reads a clock or a setting; `languages.py` and `reader.py` read files when they are told to.
"""
