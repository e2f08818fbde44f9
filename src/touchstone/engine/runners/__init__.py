"""Where a screening runs. `local` is one process on this machine."""
