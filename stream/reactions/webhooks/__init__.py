"""The shipped reaction: every milestone-crossed record, signed and posted to endpoints of yours."""
