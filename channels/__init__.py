"""The dispatchers: one folder for each channel, and what they share. They know of `stream` its runtime only."""
