"""The local copy of a partition's rows: one contract, two bodies, one suite over both."""
