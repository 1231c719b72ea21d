"""What answers over HTTP: blueprints that talk, with records, charts and negotiation beside them."""
