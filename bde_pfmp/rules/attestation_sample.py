"""An invented attestation, to look at the wording of a template. No import of Odoo."""

from .convention_sample import DATE_END, DATE_START, PARTIES, people


def sample(template):
    """Content of an invented attestation, as ``bde.attestation`` and the engine would make it.

    :param dict template: wording, as given by ``bde.document.template._template_content``
    """
    said = people()
    return {
        "schema": 1,
        "kind": "attestation",
        "stay": "pfmp",
        "number": "0330000A-2026-000000",
        "check_url": "https://example.org/bde/v/exemple",
        "school_year": "2026-2027",
        "tz": "Europe/Paris",
        "lang": "fr_FR",
        "template": template,
        "convention": {"number": "0330000A-2026-000000", "uuid": "", "content_sha256": ""},
        "school": said["school"],
        "host": said["host"],
        "student": said["student"],
        "training": said["training"],
        "period": {"date_start": DATE_START.isoformat(), "date_end": DATE_END.isoformat()},
        "course": {"interrupted": False, "amendments": []},
        "done": {"days": "18.5", "minutes": 7770},
        "gratification": {"agreed": True, "total": "612.50"},
        "parties": [
            {"uuid": role, "role": role, "name": name, "function": function, "required": True}
            for role, name, function, _required in PARTIES
            if role == "host"
        ],
    }
