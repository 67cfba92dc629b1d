"""The tables of the field."""

from shanhai.fields.office.models.instructions import Instruction
from shanhai.fields.office.models.problems import Problem, ProblemStep
from shanhai.fields.office.models.proposals import Proposal, ProposalEffect

__all__ = ["Instruction", "Problem", "ProblemStep", "Proposal", "ProposalEffect"]
