"""`cairn doctor`: `machine`, `brokers` and `fcm` look, `records` judges, each giving a `Check`."""
