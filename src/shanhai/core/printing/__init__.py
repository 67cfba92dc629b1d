"""Records and lists as official papers: one content, set as Word (``docxtpl``) or PDF (Typst), with a code to know it by."""
