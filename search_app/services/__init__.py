"""The wiring: the one place, beside the command line, that knows ingest, kg and search_app together."""
