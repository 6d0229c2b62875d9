"""`cairn doctor`: `machine`, `vapid` and `brokers` look, `records` judges, each giving a `Check`."""
