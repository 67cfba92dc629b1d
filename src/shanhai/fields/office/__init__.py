"""The office's day: what waits for whom, notices, notes, reporting rounds, problems, proposals and instructions."""
