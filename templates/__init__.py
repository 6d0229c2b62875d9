"""The words of celebrations: the shipped templates, the loader of them and of own ones, and the checks of own ones.

Begin with `context.py`: it is all that a template may say. `chain.py` says which folder a message takes its files
from, `library.py` compiles and renders them, `installed.py` loads those of an installation, once `checking/` finds no
mistake in own ones.
`languages/` has the words of each language, its numbers and its days. `mail/` makes one template of an email's MJML,
with all that it extends and includes. `shipped/` holds the files. Templates import no room.
"""
