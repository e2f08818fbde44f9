"""Which sellers are run by the same people: shared attributes, links, rings, roles."""
