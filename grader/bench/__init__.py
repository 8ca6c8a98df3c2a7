"""What things cost, in CPU time beside a peer: grading a module, and the course's library itself."""
