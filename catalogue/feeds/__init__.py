"""The catalogue as programs follow it: Atom, OPDS, OpenSearch, and OAI-PMH for harvesters."""
