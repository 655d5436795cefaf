"""Thin client of the API Recherche d'entreprises (open data of SIRENE, no key). No Odoo here.

Limits of the service: 7 requests a second and address, then 429 with Retry-After. Firms that
refuse publication are absent or masked. A screen waits for the answer: nothing is retried
here, the caller falls back on typing by hand; the nightly job waits and goes on.
"""

import re
from dataclasses import dataclass
from datetime import date

from . import identifiers, outside
from .outside import Unavailable

DEFAULT_URL = "https://recherche-entreprises.api.gouv.fr"
RATE = 7  # requests a second and address
TIMEOUT = 5  # seconds; someone waits in front of the screen
PER_PAGE = 10
MASKED = "[NON-DIFFUSIBLE]"


@dataclass(frozen=True)
class Establishment:
    """An establishment as SIRENE publishes it; empty strings for what it does not say.

    ``closed``: no longer active, ``closed_on`` since when (not always known). ``masked``: it
    refuses publication, so that what is empty may well exist.
    """

    siret: str
    name: str
    brand: str
    naf: str
    headcount: str
    street: str
    zip: str
    city: str
    closed_on: date | None
    closed: bool = False
    masked: bool = False
    legal_category: str = ""


def search(query, base_url=DEFAULT_URL, timeout=TIMEOUT, throttle=None):
    """Establishments for a SIRET, a SIREN or a name, the best match first.

    :param str query: fourteen digits find that establishment alone
    :param Throttle throttle: waits for its turn before it asks
    :raise Unavailable: no network, an error of the service, or too many requests
    :rtype: list[Establishment]
    """
    siret = identifiers.normalize_siret(query)
    query = siret if siret.isdigit() else query.strip()
    if throttle:
        throttle.wait()
    response = outside.request(
        "GET",
        f"{base_url.rstrip('/')}/search",
        timeout,
        params={"q": query, "page": 1, "per_page": PER_PAGE},
        headers={"Accept": "application/json"},
    )
    try:
        # half a page is no JSON, or lacks what every answer has
        results = response.json()["results"]
        return parse(results, siret if identifiers.is_siret(siret) else None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(f"answer not understood: {error}") from error


def parse(results, siret=None):
    """Establishments of the answer; only the one of ``siret`` when it is given."""
    found = {}
    for unit in results:
        for raw in [*(unit.get("matching_etablissements") or []), unit.get("siege") or {}]:
            establishment = _establishment(unit, raw)
            if establishment and siret in (None, establishment.siret):
                found.setdefault(establishment.siret, establishment)
    return list(found.values())


def _establishment(unit, raw):
    siret = raw.get("siret") or ""
    if not identifiers.is_siret(siret):
        return None
    zip_code, city = _text(raw.get("code_postal")), _text(raw.get("libelle_commune"))
    brands = raw.get("liste_enseignes") or []
    naf = raw.get("activite_principale") or unit.get("activite_principale")
    naf = identifiers.normalize_naf(naf)
    closed = raw.get("etat_administratif") in ("F", "C")
    return Establishment(
        siret=siret,
        name=_text(unit.get("nom_raison_sociale")) or _text(unit.get("nom_complet")),
        brand=_text(raw.get("nom_commercial")) or _text(brands[0] if brands else ""),
        naf=naf if identifiers.is_naf(naf) else "",
        headcount=raw.get("tranche_effectif_salarie") or "",
        street=_street(raw, zip_code),
        zip=zip_code,
        city=city,
        closed_on=_date(raw.get("date_fermeture")) if closed else None,
        closed=closed,
        masked=_is_masked(unit, raw),
        legal_category=_digits(unit.get("nature_juridique"), 4),
    )


def _is_masked(unit, raw):
    """``P`` is a partial publication, ``N`` none: the entity or this place asked for it."""
    status = unit.get("statut_diffusion"), raw.get("statut_diffusion_etablissement")
    texts = (unit.get("nom_complet"), raw.get("adresse"))
    return bool({"P", "N"} & set(status)) or any(MASKED in (text or "") for text in texts)


def _street(raw, zip_code):
    """Number and street; the establishments that matched carry one line for all."""
    parts = [raw.get(key) for key in ("numero_voie", "type_voie", "libelle_voie")]
    if raw.get("libelle_voie"):
        return " ".join(_text(part) for part in parts if _text(part))
    line = _text(raw.get("adresse"))
    return re.split(rf"\s+{re.escape(zip_code)}\s", line)[0] if zip_code else line


def _text(value):
    return "" if not value or MASKED in value else value.strip()


def _digits(value, count):
    text = str(value or "")
    return text if len(text) == count and text.isdecimal() else ""


def _date(value):
    try:
        return date.fromisoformat(value or "")
    except ValueError:
        return None
