"""Shanhai: the platform that runs a cooperation zone of a mountain region and a sea region."""

__version__ = "0.1.0"
