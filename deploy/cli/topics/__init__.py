"""`cairn topics`: one file per verb over `difference` (what is not as it should be) and `wanted` (what should be)."""
