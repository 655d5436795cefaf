"""The outside services, played on this machine: no Odoo, no network, no dependency.

Answers have the shape that the services document; firms and places are invented. Used by the
tests of the module and, from ``tests/services.py`` at the top, by those that run without it.

    with OutsideServices() as services:
        services.add_company("81234567600017", "GARAGE LEO", city="BEGLES")
        services.add_place("12 rue des frenes", "33130", "Bègles", 44.808, -0.548)
        services.fail("companies", status=429, headers={"Retry-After": "3"}, times=1)
        services.companies_url, services.ban_url, services.tiles_url
"""

import csv
import io
import json
import re
import struct
import threading
import unicodedata
import zlib
from contextlib import contextmanager, suppress
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

MASKED = "[NON-DIFFUSIBLE]"
HALF = "half"  # a body cut in the middle
SLOW = "slow"  # no answer before the client gives up


class OutsideServices:
    """Directory of companies, directory of addresses and tiles on one local port."""

    def __init__(self):
        self.units = {}
        self.places = []
        self.requests = []  # (service, path with query)
        self._faults = {}
        self._stopping = threading.Event()
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.services = self
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def url(self):
        return f"http://127.0.0.1:{self.server.server_port}"

    @property
    def companies_url(self):
        return f"{self.url}/companies"

    @property
    def ban_url(self):
        return f"{self.url}/geocodage/search"

    @property
    def tiles_url(self):
        return self.url + "/tiles/{z}/{x}/{y}.png"

    @property
    def parameters(self):
        """Parameters of the Odoo server that send it here."""
        return {
            "bde.recherche_entreprises_url": self.companies_url,
            "bde.ban_url": self.ban_url,
            "bde.map_tiles_url": self.tiles_url,
            "bde.map_tiles_attribution": "© Test",
        }

    def close(self):
        self._stopping.set()
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *args):
        self.close()

    # ------------------------------------------------------------
    # What the services know
    # ------------------------------------------------------------

    def add_company(
        self, siret, name, *, masked=False, closed_on=None, brand=None, seat=None,
        legal_category=None, **more,
    ):  # fmt: skip
        """An establishment; of the unit of its SIREN when that is there already.

        :param legal_category: ``nature_juridique`` of the unit, four digits
        :param more: ``street`` (number, kind and name), ``zip``, ``city``, ``naf``, ``headcount``
        """
        unit = self.units.setdefault(siret[:9], _unit(siret[:9], name, masked))
        unit["nom_complet"] = unit["nom_raison_sociale"] = MASKED if masked else name
        unit["statut_diffusion"] = "P" if masked else "O"
        unit["nature_juridique"] = legal_category
        establishment = _establishment(siret, masked, closed_on, brand, **more)
        unit["activite_principale"] = establishment["activite_principale"]
        kept = [one for one in unit["all"] if one["siret"] != siret]
        unit["all"] = [*kept, establishment]
        if seat or unit["siege"] is None or unit["siege"]["siret"] == siret:
            unit["siege"] = establishment
        return establishment

    def remove_company(self, siret):
        """The directory no longer shows it."""
        unit = self.units.get(siret[:9])
        if unit:
            unit["all"] = [one for one in unit["all"] if one["siret"] != siret]
            if not unit["all"]:
                del self.units[siret[:9]]

    def add_place(
        self, street, postcode, city, latitude, longitude, kind="housenumber", score=0.97
    ):
        """An address; without a street it is the town."""
        self.places.append(
            {
                "key": _fold(f"{street} {postcode} {city}"),
                "postcode": postcode,
                "latitude": latitude,
                "longitude": longitude,
                "type": kind if street else "municipality",
                "score": score,
                "label": " ".join(part for part in (street, postcode, city) if part),
            }
        )

    # ------------------------------------------------------------
    # Faults
    # ------------------------------------------------------------

    def fail(self, service, status=200, headers=None, body=None, times=None, after=0):
        """The next answers of a service are wrong.

        :param service: ``companies``, ``ban``, ``ban_csv`` or ``tiles``
        :param body: bytes, ``HALF`` or ``SLOW``; nothing by default
        :param times: so many answers, then it works again; for ever by default
        :param after: so many right answers first
        """
        self._faults[service] = {
            "status": status, "headers": headers or {}, "body": body, "times": times,
            "after": after,
        }  # fmt: skip

    def recover(self):
        """All services work again."""
        self._faults.clear()

    @contextmanager
    def failing(self, service, **fault):
        """``fail`` for the time of a block."""
        self.fail(service, **fault)
        try:
            yield self
        finally:
            self._faults.pop(service, None)

    def count(self, service):
        """How many times a service was asked."""
        return sum(name == service for name, _path in self.requests)

    def _fault(self, service):
        fault = self._faults.get(service)
        if not fault:
            return None
        if fault["after"]:
            fault["after"] -= 1
            return None
        if fault["times"] is not None:
            fault["times"] -= 1
            if fault["times"] <= 0:
                del self._faults[service]
        return fault

    # ------------------------------------------------------------
    # Answers
    # ------------------------------------------------------------

    def _companies(self, query):
        text = query.get("q", [""])[0]
        if len(text) < 3:
            return 400, {"erreur": "3 caractères minimum pour les termes de la requête."}
        found = []
        for unit in self.units.values():
            if text.isdigit() and len(text) == 14:
                matching = [one for one in unit["all"] if one["siret"] == text]
            elif text.isdigit():
                matching = unit["all"] if unit["siren"] == text else []
            else:
                matching = unit["all"] if _fold(text) in _fold(unit["nom_complet"]) else []
            if matching:
                shown = {key: value for key, value in unit.items() if key != "all"}
                found.append(shown | {"matching_etablissements": matching})
        return 200, {
            "results": found, "total_results": len(found), "page": 1, "per_page": 10,
            "total_pages": 1,
        }  # fmt: skip

    def _find(self, text, postcode):
        words = set(_fold(text).split())
        best = None
        for place in self.places:
            if postcode and place["postcode"] != postcode:
                continue
            known = set(place["key"].split())
            share = len(words & known) / max(len(words | known), 1)
            if share >= 0.5 and (best is None or share > best[0]):
                best = share, place
        return best and best[1]

    def _ban(self, query):
        place = self._find(query.get("q", [""])[0], query.get("postcode", [""])[0])
        features = []
        if place:
            point = [place["longitude"], place["latitude"]]
            properties = {key: place[key] for key in ("label", "score", "type", "postcode")}
            features = [
                {
                    "type": "Feature",
                    "geometry": {"type": "Point", "coordinates": point},
                    "properties": properties,
                }
            ]
        return 200, {"type": "FeatureCollection", "features": features, "query": query["q"][0]}

    def _ban_csv(self, form):
        rows = list(csv.DictReader(io.StringIO(form["data"][0])))
        added = form["result_columns"]
        output = io.StringIO()
        writer = csv.DictWriter(output, [*rows[0], *added])
        writer.writeheader()
        for row in rows:
            text = " ".join(row[column] for column in form["columns"])
            place = self._find(f"{text} {row[form['postcode'][0]]}", row[form["postcode"][0]])
            values = dict.fromkeys(added, "")
            for column in added if place else ():
                values[column] = place[column.removeprefix("result_")]
            writer.writerow(row | values)
        return output.getvalue().encode()


def _unit(siren, name, masked):
    return {
        "siren": siren,
        "nom_complet": name,
        "nom_raison_sociale": name,
        "sigle": None,
        "etat_administratif": "A",
        "statut_diffusion": "P" if masked else "O",
        "activite_principale": None,
        "nature_juridique": None,
        "siege": None,
        "all": [],
    }


def _establishment(siret, masked, closed_on, brand, street="", zip="", city="", naf="43.32A",
                   headcount="02"):  # fmt: skip
    match = re.match(r"(\d+)\s+(\S+)\s+(.+)", street)
    number, kind, name = match.groups() if match else (None, None, street or None)
    line = " ".join(part for part in (street, zip, city) if part)
    return {
        "siret": siret,
        "activite_principale": naf,
        "adresse": MASKED if masked else line,
        "numero_voie": MASKED if masked and number else number,
        "type_voie": MASKED if masked and kind else kind,
        "libelle_voie": MASKED if masked and name else name,
        "code_postal": MASKED if masked else zip,
        "libelle_commune": city,
        "etat_administratif": "F" if closed_on else "A",
        "date_fermeture": closed_on,
        "statut_diffusion_etablissement": "P" if masked else "O",
        "tranche_effectif_salarie": headcount,
        "liste_enseignes": [brand] if brand else None,
        "nom_commercial": None,
    }


def _fold(text):
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(char for char in plain if not unicodedata.combining(char)).lower()
    return " ".join(re.findall(r"[a-z0-9]+", plain))


def _form(headers, body):
    """Fields of a multipart form: name -> list of texts."""
    head = f"Content-Type: {headers['Content-Type']}\r\n\r\n".encode()
    form = {}
    for part in BytesParser().parsebytes(head + body).get_payload():
        name = part.get_param("name", header="content-disposition")
        form.setdefault(name, []).append(part.get_payload(decode=True).decode())
    return form


def _tile(size=256):
    """A plain tile with a border, as PNG."""
    line = [b"\xd8\xdd\xe2" * size, b"\xd8\xdd\xe2" + b"\xf2\xf4\xf6" * (size - 1)]
    raw = b"".join(b"\x00" + line[min(row, 1)] for row in range(size))

    def chunk(kind, data):
        body = kind + data
        return struct.pack(">I", len(data)) + body + struct.pack(">I", zlib.crc32(body))

    header = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        (chunk(b"IHDR", header), chunk(b"IDAT", zlib.compress(raw)), chunk(b"IEND", b""))
    )


TILE = _tile()


class Handler(BaseHTTPRequestHandler):
    """One question; the server object knows the services."""

    def do_GET(self):
        services, url = self.server.services, urlsplit(self.path)
        query = parse_qs(url.query)
        if url.path == "/companies/search":
            self._answer("companies", lambda: services._companies(query))
        elif url.path == "/geocodage/search":
            self._answer("ban", lambda: services._ban(query))
        elif url.path.startswith("/tiles/"):
            self._answer("tiles", lambda: (200, TILE, "image/png"))
        else:
            self.send_error(404)

    def do_POST(self):
        services = self.server.services
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path == "/geocodage/search/csv":
            form = _form(self.headers, body)
            self._answer("ban_csv", lambda: (200, services._ban_csv(form), "text/csv"))
        else:
            self.send_error(404)

    def _answer(self, service, make):
        services = self.server.services
        services.requests.append((service, self.path))
        fault = services._fault(service)
        if fault and fault["body"] == SLOW:
            # the client gives up first; a test that forgets to ends with the server
            services._stopping.wait(30)
            return
        if fault and fault["body"] != HALF:
            self._send(fault["status"], fault["body"] or b"", "text/plain", fault["headers"])
            return
        status, content, *kind = make()
        if not kind:
            content, kind = json.dumps(content).encode(), ["application/json"]
        if fault:
            content = content[: len(content) // 2]
        self._send(status, content, kind[0], {})

    def _send(self, status, content, kind, headers):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        with suppress(ConnectionError):  # a page that is left takes no more tiles
            self.wfile.write(content)

    def log_message(self, *args):
        """Silent."""
