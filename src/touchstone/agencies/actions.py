"""The room's verbs; each lives in the file of its subject."""

from touchstone.agencies.agreements import end, propose, sign
from touchstone.agencies.alerts import see_alert, send_alert, tell_partners
from touchstone.agencies.leads import answer_lead, approve_lead, report_outcome, send_lead
from touchstone.agencies.record_files import import_records
from touchstone.agencies.records import match_records, share_record, share_records

__all__ = [
    "answer_lead",
    "approve_lead",
    "end",
    "import_records",
    "match_records",
    "propose",
    "report_outcome",
    "see_alert",
    "send_alert",
    "send_lead",
    "share_record",
    "share_records",
    "sign",
    "tell_partners",
]
