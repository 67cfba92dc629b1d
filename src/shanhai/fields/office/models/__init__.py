"""The tables of the field."""

from shanhai.fields.office.models.factors import (
    FactorGrant,
    FactorPassing,
    FactorPool,
    FactorRequest,
    FactorStep,
)
from shanhai.fields.office.models.instructions import Instruction
from shanhai.fields.office.models.problems import Problem, ProblemStep
from shanhai.fields.office.models.proposals import Proposal, ProposalEffect
from shanhai.fields.office.models.rounds import (
    Round,
    RoundAnswer,
    RoundColumn,
    RoundFigure,
    RoundLine,
    RoundValue,
)

__all__ = [
    "FactorGrant",
    "FactorPassing",
    "FactorPool",
    "FactorRequest",
    "FactorStep",
    "Instruction",
    "Problem",
    "ProblemStep",
    "Proposal",
    "ProposalEffect",
    "Round",
    "RoundAnswer",
    "RoundColumn",
    "RoundFigure",
    "RoundLine",
    "RoundValue",
]
