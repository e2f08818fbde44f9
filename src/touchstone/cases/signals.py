"""What rooms above may hear of, inside the transaction in which it happens."""

from django.dispatch import Signal

# Sent with actor, now, changes (ring_store.Change) at the end of `actions.find_rings`. An error in a listener undoes
# the search: a ring that an agency should hear of is not stored without its alert.
rings_searched = Signal()
