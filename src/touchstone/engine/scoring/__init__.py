"""From signals to a score and its reasons."""
