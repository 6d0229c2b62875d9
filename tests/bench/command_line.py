"""The command `cairn`, in a process that outlives nobody: `python -m tests.bench.command_line run tracker …`."""

from __future__ import annotations

from deploy.cli.__main__ import main
from tests.bench.guard import end_with_parent

if __name__ == "__main__":
    end_with_parent()
    main()
