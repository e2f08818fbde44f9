from tests.small_market import load, market, ring, verdict

__all__ = ["load", "market", "ring", "verdict"]
