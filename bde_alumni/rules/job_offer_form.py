"""What an alumnus or a company may type to propose an offer. No Odoo models here."""

from urllib.parse import urlsplit

from odoo.addons.bde_partnerships.rules.identifiers import is_siret, normalize_siret
from odoo.addons.bde_partnerships.rules.offer_form import is_email, normalize_phone, plain_text

# longest text of each box
TEXTS = {
    "title": 120,
    "employer_text": 120,
    "city": 80,
    "text": 2000,
    "contact_text": 200,
    "url": 300,
}
# what a company says of itself beside
PROPOSER = {"siret": 20, "proposer_name": 120, "proposer_email": 120, "proposer_phone": 30}


def clean_url(text):
    """An address of the web as it is kept; empty when it is none.

    >>> clean_url("www.garage.example/emploi"), clean_url("HTTPS://Garage.example/a")
    ('https://www.garage.example/emploi', 'https://Garage.example/a')
    >>> clean_url("javascript:alert(1)"), clean_url("https://a b"), clean_url("emploi")
    ('', '', '')
    """
    text = (text or "").strip()
    if "://" not in text:
        text = f"https://{text}"
    scheme, _colon, rest = text.partition("://")
    if scheme.lower() not in ("http", "https") or any(one.isspace() for one in text):
        return ""
    try:
        host = urlsplit(text).hostname or ""
    except ValueError:
        return ""
    return f"{scheme.lower()}://{rest}" if "." in host.strip(".") else ""


def clean(form, kinds, trainings=()):
    """What was typed, as it is kept, and what is wrong with it.

    :param form: mapping of boxes; ``training_<id>`` are ticked ones
    :param kinds: codes that the page shows
    :param trainings: ids that the page shows
    :return: ``(values, trainings, errors)``; errors are ``{box: code of a sentence}``

    >>> good = {"kind": "job", "title": "Cuisinier", "employer_text": "Chez Léa",
    ...         "contact_text": "Léa, 05 56 01 02 03"}
    >>> clean(good, ["job"])[2]
    {}
    >>> clean({"kind": "gift", "url": "javascript:1"}, ["job"])[2]
    {'title': 'required', 'employer_text': 'required', 'kind': 'kind', 'url': 'url'}
    """
    values = {
        name: plain_text(form.get(name), limit, lines=name == "text")
        for name, limit in TEXTS.items()
    }
    values["kind"] = form.get("kind")
    errors = {name: "required" for name in ("title", "employer_text") if not values[name]}
    if values["kind"] not in kinds:
        errors["kind"] = "kind"
    if values["url"]:
        url = clean_url(values["url"])
        if not url:
            errors["url"] = "url"
        values["url"] = url or values["url"]
    elif not values["contact_text"]:
        errors["contact_text"] = "apply"
    ticked = [one for one in trainings if form.get(f"training_{one}")]
    return values, ticked, errors


def clean_proposer(form):
    """Who proposes it for a company: a name, and a way to answer.

    :return: ``(values, errors)``

    >>> clean_proposer({"proposer_name": "Léa", "proposer_email": "a@B.fr", "consent": "1"})
    ({'siret': '', 'proposer_name': 'Léa', 'proposer_email': 'a@b.fr', 'proposer_phone': ''}, {})
    >>> clean_proposer({"siret": "123"})[1]
    {'proposer_name': 'required', 'siret': 'siret', 'proposer_email': 'reach', 'consent': 'consent'}
    """
    values = {name: plain_text(form.get(name), limit) for name, limit in PROPOSER.items()}
    errors = {} if values["proposer_name"] else {"proposer_name": "required"}
    if values["siret"]:
        siret = normalize_siret(values["siret"])
        if is_siret(siret):
            values["siret"] = siret
        else:
            errors["siret"] = "siret"
    values["proposer_email"] = values["proposer_email"].lower()
    if values["proposer_email"] and not is_email(values["proposer_email"]):
        errors["proposer_email"] = "email"
    if values["proposer_phone"]:
        phone = normalize_phone(values["proposer_phone"])
        if not phone:
            errors["proposer_phone"] = "phone"
        values["proposer_phone"] = phone or values["proposer_phone"]
    if not values["proposer_email"] and not values["proposer_phone"]:
        errors["proposer_email"] = "reach"
    if not form.get("consent"):
        errors["consent"] = "consent"
    return values, errors
