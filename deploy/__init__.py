"""The deploy room: what a person starts. The top: it may import every room, and none imports it.

cli/      the command `cairn`, one file per verb
demo/     a product, its Kafka and the tracker on one screen, with a worker killed before your eyes
broker/   a real Apache Kafka without Java or Docker on the machine, for demo, tests and trying things
"""
