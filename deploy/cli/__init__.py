"""The `cairn` command: one file per verb, a folder where verbs share three files.

A verb is a function that takes an `Invocation` (the global options) and its own options, and returns an exit code;
`verb` registers it. It imports what it needs when it runs, so that `cairn --help` stays quick. A `CairnError` ends the
command with three lines (`failure`) and its exit code. Results go to standard output, remarks to standard error; with
--json, standard output is one JSON document.
"""
