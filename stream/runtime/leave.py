"""The end of a worker process: its exit code, whatever threads of C libraries still run."""

import os
import sys
from typing import NoReturn

from stream.runtime.exits import Exit


def leave(code: Exit) -> NoReturn:
    """End this process with `code` at once: streams are flushed, nothing else of the interpreter is taken down.

    Call it when all that must be closed is closed. `sys.exit` would take the interpreter down around the threads of
    librdkafka and around calls that `bounded` left behind; one such worker ended with signal 11 instead of its exit
    code, and its supervisor restarts by that code.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            try:
                stream.flush()
            except (OSError, ValueError):  # a reader that is gone, a stream that is closed: the code still counts
                continue
    os._exit(code)
