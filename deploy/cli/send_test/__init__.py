"""`cairn send-test`: one celebration of a milestone to one contact, by the real renderer and the real sender.

verb.py        what is asked, who may be written to, what is said
person.py      the contact's profile, and what it has said about messages, read from the topics
marked.py      a renderer that says so before the title
sending.py     the channel's own renderer and sender, asked once for each place
answer.py      what became of it, in words, with the cure
"""
