"""Events and kinds of objects in the reader's words.

A new event type gets a line in SENTENCES; until it has one, `sentence` makes a readable one out of the type itself.
"""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "accounts:organisation:registered": _("The organisation was registered."),
    "accounts:person:registered": _("The person was given an account."),
    "accounts:person:settings-changed": _("The person changed their settings."),
    "accounts:certificate:granted": _("The person was given a certificate."),
    "accounts:key:issued": _("A key for a program was issued."),
    "accounts:key:revoked": _("A key for a program was revoked."),
    "market:import:finished": _("A file was imported."),
    "market:listing:removed": _("The listing was taken off the market."),
    "market:listing:restored": _("The listing was put back on the market."),
    "market:seller:linked": _("The seller was linked to an organisation."),
    "market:seller:restricted": _("The seller was restricted."),
    "market:seller:closed": _("The shop was closed."),
    "market:seller:restriction-lifted": _("The seller's restriction was lifted."),
    "rights:brands:imported": _("Brands were imported."),
    "rights:right:registered": _("A right was registered."),
    "rights:authorisation:granted": _("A rights holder authorised the seller."),
    "rights:authorisation:withdrawn": _("A rights holder withdrew the seller's authorisation."),
    "rights:mark:added": _("A mark was given: pictures are searched for it."),
    "rights:mark:withdrawn": _("The mark was withdrawn."),
    "rights:term:proposed": _("A term was proposed."),
    "rights:term:approved": _("The term was approved."),
    "rights:term:refused": _("The term was refused."),
    "rights:term:withdrawn": _("The term was withdrawn."),
    "screening:run:finished": _("A screening run finished."),
    "screening:verdict:stored": _("The listing was given a verdict."),
    "screening:label:recorded": _("The listing was labelled."),
    "screening:image:added": _("The image was put into the bank."),
    "screening:image:confirmed": _("The image was confirmed: listings are compared with it."),
    "screening:image:set_aside": _("The image was set aside: it matched too much, or somebody stopped it."),
    "screening:image:withdrawn": _("The image was taken out of the bank."),
    "screening:picture:read": _("Text was read in a picture."),
    "screening:picture:marked": _("A rights holder's mark was found in a picture."),
    "screening:model:drafted": _("A learnt score was offered."),
    "screening:model:approved": _("The learnt score was approved."),
    "screening:model:started": _("The learnt score was put into force or into shadow."),
    "screening:model:stopped": _("The learnt score was stopped."),
    "screening:model:retired": _("The learnt score was given up."),
    "screening:rule:drafted": _("A version of the rule was written."),
    "screening:rule:changed": _("The draft of the rule was changed."),
    "screening:rule:tried": _("The rule was tried on history and market."),
    "screening:rule:approved": _("The version of the rule was approved."),
    "screening:rule:started": _("The rule was put into force or into shadow."),
    "screening:rule:stopped": _("The rule was stopped."),
    "screening:rule:retired": _("The version of the rule was given up."),
    "screening:rule:rolled-back": _("The rule was rolled back to an earlier version."),
    "screening:rules:imported": _("A file of rules was imported."),
    "review:task:enqueued": _("The listing was put into the review queue."),
    "review:task:claimed": _("The task was claimed."),
    "review:task:released": _("The task was released."),
    "review:decision:made": _("A decision was made."),
    "penalties:penalty:imposed": _("A penalty was imposed."),
    "penalties:penalty:reversed": _("The penalty was reversed."),
    "penalties:measure:started": _("A measure came into force."),
    "penalties:measure:ended": _("A measure ended."),
    "cases:rings:searched": _("The market was searched for rings."),
    "cases:ring:found": _("A ring was found."),
    "cases:ring:changed": _("The ring's members changed."),
    "cases:case:opened": _("The case was opened."),
    "cases:item:added": _("An item was added to the case."),
    "cases:note:added": _("A note was added to the case."),
    "cases:case:lead_sent": _("The case was handed over as a lead."),
    "cases:case:closed": _("The case was closed."),
    "agencies:agreement:proposed": _("The agreement was proposed."),
    "agencies:agreement:signed": _("The agreement was signed."),
    "agencies:agreement:ended": _("The agreement was ended."),
    "agencies:alert:sent": _("An alert was sent."),
    "agencies:alert:seen": _("The alert was seen."),
    "agencies:lead:drafted": _("A lead was drafted."),
    "agencies:lead:approved": _("The lead was approved."),
    "agencies:lead:sent": _("A lead was sent."),
    "agencies:lead:accepted": _("The lead was accepted."),
    "agencies:lead:returned": _("The lead was returned."),
    "agencies:outcome:reported": _("An outcome was reported."),
    "agencies:record:shared": _("A record was shared."),
    "disclosure:index:computed": _("The seller index was computed."),
    "demo:chain:finished": _("The demonstration ran."),
    "ledger:bundle:exported": _("An evidence bundle was taken out."),
    "ledger:payload:erased": _("What an event said was erased."),
    "ledger:key:rotated": _("The ledger's signing key was changed."),
}

KINDS: dict[str, str | Promise] = {
    "seller": _("Seller"),
    "listing": _("Listing"),
    "task": _("Review task"),
    "decision": _("Decision"),
    "penalty": _("Penalty"),
    "ring": _("Ring"),
    "case": _("Case"),
    "lead": _("Lead"),
    "alert": _("Alert"),
    "agreement": _("Agreement"),
    "outcome": _("Outcome"),
    "record": _("Shared record"),
    "run": _("Run"),
    "rule": _("Rule"),
    "model": _("Learnt score"),
    "import": _("Import"),
    "brand": _("Brand"),
    "right": _("Right"),
    "authorisation": _("Authorisation"),
    "term": _("Term"),
    "image": _("Image"),
    "organisation": _("Organisation"),
    "user": _("Person"),
    "event": _("Event"),
    "ledger": _("Ledger"),
    "ledger_key": _("Signing key"),
}


def sentence(type: str) -> str | Promise:
    """What happened, for a person. Of an unknown type, its words: `a:small_thing:made` is "Small thing: made"."""
    if type in SENTENCES:
        return SENTENCES[type]
    subject, _colon, verb = type.partition(":")[2].partition(":")
    words = f"{subject}: {verb}".replace("_", " ").replace("-", " ")
    "picture": _("Picture"),
    "mark": _("Mark"),
    return words[:1].upper() + words[1:]


def kind_name(kind: str) -> str | Promise:
    """The name of a kind of object; of an unknown one, its own word."""
    return KINDS.get(kind) or kind.replace("_", " ").capitalize()
