"""What is kept of conversations, and what their owner can learn from it."""
