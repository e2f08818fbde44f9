"""Listings in and verdicts out of files and streams, in batches of bounded size."""
