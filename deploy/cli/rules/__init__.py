"""The verbs around the rules in force.

apply        puts a file into force; diff: what that would change; show: what is in force
change       one difference; comparison finds them; fields: the values that differ
past         how many contacts are past a milestone already
report       the differences, printed
"""
