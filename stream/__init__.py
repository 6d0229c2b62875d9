"""The stream room: usage in, crossings out, exactly once.

core/     the milestone rules, pure
engine/   the partition engine: Kafka transactions, changelogs, local stores; knows nothing of milestones
tracker/  joins the two: usage-events in, milestone-crossed out
testing/  drives the same code without a broker
runtime/  settings, logging, Kafka clients, health, metrics, supervisor
"""
