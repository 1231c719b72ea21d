"""What lies behind an address: chapters of participation platforms, annexes of council papers."""
