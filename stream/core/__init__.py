"""The pure core: from a contact's events to milestones crossed. No Kafka, clock, randomness or log."""
