"""The accelerator of the tracker: plain usage events of a batch, counted in one call of a native extension.

The pattern is that of PEP 399: the Python core (`stream.core`, `stream.tracker`) is the reference and does everything;
the extension does the usual events on the same rows, and hands back what it does not do. What either answers is the
same, byte for byte; `tests/stream/native` holds them to it. Without the extension everything works, at Python's speed.

    extension   finds the extension, if it is built (`make native`)
    accelerator what the tracker uses of it
    spec        the compiled rules, as the extension takes them
    days        days of zones: the Python core alone reads the zone database
    rows        the table of contacts' rows, with its memory in the extension
    src/        the extension, in Rust
"""
