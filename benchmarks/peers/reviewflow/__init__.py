"""A small application of Viewflow: the same four items as in our benchmark, and a wide file."""
