"""What is looked at beside each message.

finding.py    one thing that was looked at: green, amber or red, with a sentence and a cure
email.py      size, subject, first words, headings, pictures, contrast, one thing to do
words.py      whether the text part says what the HTML says
links.py      where each link leads, and what is wrong with it
push.py       sizes, and what is cut where
share.py      the page to share and its card
rules.py      advice on the milestone, and settings that are not set yet
asked.py      whether links answer; only when somebody asks
everything.py all of them for one state
"""
