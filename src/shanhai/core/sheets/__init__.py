"""Spreadsheets in and out, one module for each idea.

A file comes in through ``bringing`` (kept by ``kept``, read in a child by ``parsing``, which runs ``recognise`` over
``reading`` and ``cells``), is compared with the register (``comparing``) into staged rows (``staged``), settled by a
person (``settling``), written (``committing``) and taken back (``undoing``). ``loading`` does all of it at once and
refuses what is not entirely clear. Tables of several registers come together as ``batches``: ``sorting`` says which sheet
is of which register, ``batch_reading`` reads them and ``trying`` compares them. ``exporting`` goes the other way;
``columns`` and ``units`` serve both.
"""
