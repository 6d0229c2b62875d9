"""One local page of the demo: every message as it arrived, and why each contact got what they got."""
