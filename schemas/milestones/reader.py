"""Read a milestones file: the document, or every mistake in it with its place and its cure."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from schemas.milestones.checks import check
from schemas.milestones.document import Document
from schemas.milestones.draft import outline
from schemas.milestones.mistakes import MISTAKES
from schemas.milestones.problem import Mistake, Path, Position, Problem
from schemas.milestones.shape import KEY, explain
from schemas.milestones.tree import Tree, read_tree

FILE = "milestones.yaml"


def read_document(text: str, file: str = FILE) -> Document | list[Problem]:
    """Read the text of a milestones file.

    Returns the document, which knows where its values stand (`Document.problem`), or every problem, sorted
    by place. ``file`` is the name that problems carry. Never raises for anything in the text.
    """
    tree = read_tree(text, file)
    if tree.broken:
        return sorted(tree.problems, key=_place)
    document: Document | None = None
    mistakes: list[Mistake] = []
    try:
        document = Document.model_validate(tree.plain)
    except ValidationError as error:
        mistakes = [mistake for details in _deepest(error) for mistake in _mistakes(details, tree.plain)]
    mistakes += check(outline(tree.plain, [mistake.at for mistake in mistakes]))
    noted = {problem.position for problem in tree.problems}  # a trap explains what its misreading leads to
    found = [Problem(file, _locate(tree, each.at), each.message, each.hint) for each in mistakes]
    problems = [*tree.problems, *(problem for problem in found if problem.position not in noted)]
    if problems or document is None:
        return sorted(problems, key=_place)
    return document.located(file, tree.values)


def _deepest(error: ValidationError) -> list[ErrorDetails]:
    """Return the findings without "too short" for a list whose items were all found wrong one by one."""
    found = error.errors(include_url=False)
    inside = {each["loc"][:-1] for each in found}
    return [each for each in found if each["type"] != "too_short" or each["loc"] not in inside]


def _mistakes(details: ErrorDetails, plain: Any) -> Iterator[Mistake]:
    at = details["loc"]
    if details["type"] == MISTAKES:
        for mistake in details["ctx"]["found"]:
            yield Mistake((*at, *mistake.at), mistake.message, mistake.hint)
    else:
        yield explain(details, at, plain)


def _locate(tree: Tree, at: Path) -> Position:
    """Return the place of the value at a path or nearest above it; of the key, if the path ends in `KEY`."""
    if at and at[-1] == KEY:
        return tree.keys.get(at[:-1]) or _locate(tree, at[:-1])
    while at and at not in tree.values:
        at = at[:-1]
    return tree.values.get(at, Position(1, 1))


def _place(problem: Problem) -> Position:
    return problem.position
