"""The parts that pages are made of. docs/pages.md shows each with the line that includes it; /style/ draws them all."""
