"""What buyers did and said after the sale."""
