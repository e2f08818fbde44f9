"""What rooms above may hear of, inside the transaction in which it happens."""

from django.dispatch import Signal

# Sent with keys (primary keys of sellers) and now, when an import brought sellers that are new or have changed.
sellers_written = Signal()
