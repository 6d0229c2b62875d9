"""Local counterparts of what channels talk to: a mail server, a push service, FCM. Shipped, for tests and the demo."""
