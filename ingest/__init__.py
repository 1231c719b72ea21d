"""From a published plan to typed goals and measures: reading and extraction. Stands on `kg` only."""
