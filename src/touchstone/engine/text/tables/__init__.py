"""Tables that say what a character may stand for: built once a process, from dependencies and small committed lists."""
