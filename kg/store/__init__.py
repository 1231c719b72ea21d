"""Where published graphs lie."""
