"""`cairn preview`: every message on every channel, on a local page that follows each save; without Kafka.

workspace.py    reads milestones, templates and contacts again and again; the last sound ones stay
scene.py        what messages are made of at one time: rules, people, the real renderer, the real portal
state.py        what is shown, as the address says it; choices.py what there is to choose
performance.py  one state, rendered by what would send it
checks/         what is looked at beside each message
looks/          how programs cut a notification
app.py          the page; watch.py and news.py keep it live; server.py serves it
folder.py       everything as files, for review
"""
