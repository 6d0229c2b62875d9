"""`cairn events`: one file per verb over `ndjson` (lines), `line_record` and `rejected_line` (the door's verdict)."""
