"""The engine decides and knows nothing else: Arrow tables in, Arrow tables out. No database, no network, no clock."""
