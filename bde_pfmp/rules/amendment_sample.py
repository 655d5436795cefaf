"""An invented amendment, to look at the wording of a template on a full page. No import of Odoo."""

from datetime import date

from . import amendment, terms
from .convention_sample import DATE_END, DATE_START, PARTIES, WEEK, people
from .public_holidays import public_holidays

EFFECT = date(2026, 11, 16)
NEW_WEEK = WEEK | {"fri": [["08:00", "12:00"]], "sat": [["09:00", "12:00"]]}


def sample(template):
    """Content of an invented amendment, as ``bde.amendment`` and the engine would make it.

    :param dict template: wording, as given by ``bde.document.template._template_content``
    """
    said = people()
    before = [terms.Term(DATE_START, DATE_END, WEEK)]
    after = amendment.amended(before, "hours", True, date_effect=EFFECT, value=NEW_WEEK)
    return {
        "schema": 1,
        "kind": "amendment",
        "stay": "pfmp",
        "rank": 1,
        "number": "0330000A-2026-000000",
        "check_url": "https://example.org/bde/v/exemple",
        "school_year": "2026-2027",
        "tz": "Europe/Paris",
        "lang": "fr_FR",
        "template": template,
        "convention": {
            "number": "0330000A-2026-000000",
            "uuid": "",
            "content_sha256": "",
            "signed_on": "2026-10-12",
        },
        "previous": [],
        "school": said["school"],
        "host": said["host"],
        "student": said["student"],
        "training": said["training"],
        "guardians": said["guardians"],
        "referent": said["referent"],
        "tutor": said["tutor"],
        "change": {
            "type": "hours",
            "date_effect": EFFECT.isoformat(),
            "break": None,
            "off": [],
            "before": _side(before, said["tutor"], WEEK),
            "after": _side(after, said["tutor"], NEW_WEEK),
            "reason": "Ouverture de l’atelier le samedi matin.",
        },
        "parties": [
            {"uuid": role, "role": role, "name": name, "function": function, "required": required}
            for role, name, function, required in PARTIES
            if role != "referent"
        ],
    }


def _side(spans, tutor, schedule):
    counted = terms.presence(spans, public_holidays(DATE_START, DATE_END, "33"))
    return {
        "date_start": DATE_START.isoformat(),
        "date_end": DATE_END.isoformat(),
        "days": counted["days"],
        "minutes": counted["minutes"],
        "schedule": schedule,
        "tutor": tutor,
        "place": [],
    }
