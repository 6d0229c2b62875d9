"""The milestones file: types, a reader that reports every mistake with its place, a schema for editors."""

from schemas.milestones.document import Document, MilestoneEntry
from schemas.milestones.editors import json_schema
from schemas.milestones.expand import Milestone, expand
from schemas.milestones.lint import lint
from schemas.milestones.metric import Kind, Metric
from schemas.milestones.problem import Position, Problem, Severity
from schemas.milestones.reader import read_document

__all__ = [
    "Document",
    "Kind",
    "Metric",
    "Milestone",
    "MilestoneEntry",
    "Position",
    "Problem",
    "Severity",
    "expand",
    "json_schema",
    "lint",
    "read_document",
]
