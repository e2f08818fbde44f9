"""Price against reference."""
