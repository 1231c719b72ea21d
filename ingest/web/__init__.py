"""Web pages: their structure as blocks, the pages of participation platforms, council papers."""
