"""`cairn languages`: which languages are written how far, and the file to write another one in."""
