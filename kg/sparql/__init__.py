"""The SPARQL door: what may be asked (`guard`), how it is run (`run`), how it is answered (`formats`)."""
