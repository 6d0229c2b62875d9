"""`cairn doctor`: `machine`, `smtp` and `brokers` look, `records` judges, each giving a `Check`."""
