"""`cairn doctor`: `machine`, `smtp`, `vapid`, `fcm` and `brokers` look, `records` judges, each giving a `Check`."""
