"""Training on tensors."""
