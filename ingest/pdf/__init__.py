"""PDF: what is drawn on a page becomes lines, columns, blocks, tables and headings, in reading order."""
