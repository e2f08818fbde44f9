"""Which listings sell one product: title, codes, sizes, GTIN and image; for reference prices and for rings."""
