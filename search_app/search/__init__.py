"""Search over published items: catalogue, analyser, lexical and vector index, and the engine that joins them."""
