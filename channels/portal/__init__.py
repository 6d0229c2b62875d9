"""The public pages behind the links of a celebration: one to share, one to unsubscribe. They keep no state."""
