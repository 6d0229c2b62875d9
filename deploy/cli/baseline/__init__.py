"""`cairn baseline`: what contacts had done before their events came.

sheet        a CSV file and its lines; row: one line, checked and made an event
verb         the command
"""
