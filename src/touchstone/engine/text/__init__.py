"""Finding names in text: fold to a skeleton, match literals, map the hits back to the original characters."""
