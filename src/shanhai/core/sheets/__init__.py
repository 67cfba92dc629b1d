"""Spreadsheets in and out: one declaration of columns per register feeds template, import, export, list and command."""
