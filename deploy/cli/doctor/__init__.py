"""`cairn doctor`: `machine` and `brokers` look, `records` judges, each giving a `Check`."""
