"""Reading images that strangers made, and banks of hashes."""
