"""What an author does with the course: load it, render it, prove it and publish it."""
