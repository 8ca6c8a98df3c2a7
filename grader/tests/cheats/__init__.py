"""Ways to cheat, one a file, and the bench that tries them."""
