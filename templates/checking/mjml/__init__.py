"""Our own check of MJML: the compiler lets every misspelled element and attribute pass, and they vanish.

Begin with `lint.py`. `elements.py` is the language as its documentation has it (documentation.mjml.io, 4.15 and 5),
`values.py` what values look like, `nesting.py` which element may stand in which, and `content.py` what people need who
hear an email instead of seeing it.
"""
