"""The demo's word lists: what is mined from its blocked listings, and phrases that only sound like a brand."""

from __future__ import annotations

from datetime import datetime

from touchstone.accounts.actor import Actor
from touchstone.rights import terms
from touchstone.rights.models import TermKind
from touchstone.screening.effects import measure_terms
from touchstone.screening.mining import mine_terms

# Fish oil and a child's song: everyday goods whose names hold Omega's and Tiger's.
_SAFE = {"欧米伽3鱼油": "Omega-3 is a fatty acid.", "两只老虎绘本": "A nursery rhyme."}


def learn(now: datetime, *, reviewer: Actor, supervisor: Actor) -> None:
    """Mine candidates, propose two safe phrases, count what all of them change, and approve the first of the phrases."""
    mine_terms(Actor.system("mining"), now)
    proposed = [terms.propose(reviewer, now, kind=TermKind.SAFE, text=t, reason=why) for t, why in _SAFE.items()]
    measure_terms(reviewer, now, term_ids=[term.id for term in proposed])
    terms.approve(supervisor, now, term_ids=[proposed[0].id])
