"""Writes the pictures into a folder: `python -m templates.pictures channels/portal/assets`."""

import sys
from pathlib import Path

from templates.pictures.files import pictures

for name, body in pictures():
    (Path(sys.argv[1]) / name).write_bytes(body)
