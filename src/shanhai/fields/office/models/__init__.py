"""Tables of the office's day."""

from shanhai.fields.office.models.rounds import (
    Round,
    RoundAnswer,
    RoundColumn,
    RoundFigure,
    RoundLine,
    RoundValue,
)

__all__ = ["Round", "RoundAnswer", "RoundColumn", "RoundFigure", "RoundLine", "RoundValue"]
