"""Rules: conditions over signals that set a verdict."""
