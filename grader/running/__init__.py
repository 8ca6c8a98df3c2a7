"""Running student code: what the child does, how the parent listens, and the wire between them."""
