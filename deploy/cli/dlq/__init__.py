"""`cairn dlq`: one file per verb over `letters` (the topic) and `letter` (one record of it)."""
