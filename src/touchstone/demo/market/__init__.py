"""A synthetic market with planted truth: sellers, listings, orders, after-sales, partners' records, and who is who.

    market = generate(seed=7, listings=50_000)
    market.write("var/market")

The same seed, size and date give the same bytes. docs/synthetic-market.md describes what is planted.
"""

from touchstone.demo.market.making import Market, generate, write_market

__all__ = ["Market", "generate", "write_market"]
