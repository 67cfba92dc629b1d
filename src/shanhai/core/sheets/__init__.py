"""Spreadsheets in and out, one module for each idea.

A file comes in through ``bringing`` (kept by ``kept``, read in a child by ``parsing``, which runs ``recognise`` over
``reading`` and ``cells``), is compared with the register (``comparing``) into staged rows (``staged``), settled by a
person (``settling``), written (``committing``) and taken back (``undoing``). ``loading`` does all of it at once and
refuses what is not entirely clear. ``exporting`` goes the other way; ``columns`` and ``units`` serve both.
"""
