"""Search, comparison, web app and command line over a published generation."""
