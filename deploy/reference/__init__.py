"""The parts of the guides that are made from the code: `python -m deploy.reference`.

metrics       the tables of metrics and of their labels, in docs/operations.md
labels        what each label can be, and what bounds it
publishers    which role publishes a metric, found in the code of the rooms
markers       where in a guide a made part stands
"""
