"""Records that are one and the same person, firm or place, where no two of them need agree in every field."""
