"""What people will read: the texts of celebrations, with their loader beside them. Empty until the channels come.

Templates import no room. They will lie in a folder for each channel, and whoever renders asks the loader here.
"""
