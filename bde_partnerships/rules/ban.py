"""Thin client of the Base adresse nationale, geocoding of the Géoplateforme. No Odoo here.

One address: ``GET <url>?q=&postcode=&limit=1`` answers GeoJSON. Many: ``POST <url>/csv`` with
the file in ``data``, answers the same lines with their point. The older address
``https://api-adresse.data.gouv.fr/search`` speaks the same. Limit: 50 requests a second and
address, then 429 with Retry-After for five seconds.
"""

import csv
import io
import re
from dataclasses import dataclass

from . import outside
from .outside import Unavailable

DEFAULT_URL = "https://data.geopf.fr/geocodage/search"
RATE = 50  # requests a second and address
TIMEOUT = 5  # seconds; someone waits in front of the screen
BATCH_TIMEOUT = 60
# A file that takes longer than half a minute is given up by the service.
BATCH_SIZE = 500
# Below this likeness of the texts the point is somebody else's.
MIN_SCORE = 0.45
# What the base covers: France and its overseas departments and collectivities.
COUNTRIES = frozenset(("FR", "GF", "GP", "MF", "BL", "MQ", "PM", "RE", "YT"))
COLUMNS = ("latitude", "longitude", "result_score", "result_type", "result_label")

_POSTCODE = re.compile(r"(?<!\d)\d{5}(?!\d)")
_CEDEX = re.compile(r"\bcedex\b.*", re.IGNORECASE)


@dataclass(frozen=True)
class Address:
    """What is looked up; a CEDEX is a postcode of companies alone, which the base ignores."""

    street: str = ""
    zip: str = ""
    city: str = ""

    @property
    def town(self):
        """Town without its CEDEX.

        >>> Address(city="Bordeaux CEDEX 9").town
        'Bordeaux'
        """
        return _CEDEX.sub("", self.city or "").strip()

    @property
    def postcode(self):
        """Postcode to keep the search to, empty when it is a CEDEX or no French one."""
        code = (self.zip or "").replace(" ", "")
        return code if _POSTCODE.fullmatch(code) and not _CEDEX.search(self.city or "") else ""

    @property
    def query(self):
        """One line, as people write it.

        >>> Address("3 rue des Copeaux", "33000", "Bordeaux").query
        '3 rue des Copeaux 33000 Bordeaux'
        """
        parts = (self.street, self.postcode, self.town)
        return " ".join(" ".join(part.split()) for part in parts if part)


@dataclass(frozen=True)
class Point:
    """Where an address is: WGS 84 degrees, and how exactly the base knows it.

    ``kind``: ``housenumber`` (the door), ``street``, ``locality`` (hamlet), ``municipality``.
    """

    latitude: float
    longitude: float
    kind: str
    score: float
    label: str = ""


def search(address, base_url=DEFAULT_URL, timeout=TIMEOUT, throttle=None):
    """Point of an address; that of its town when the street is not known there.

    :param Address address: what is looked up
    :raise Unavailable: no network, an error of the service, or too many requests
    :rtype: Point or None
    """
    point = _search(address, base_url, timeout, throttle) if address.query else None
    if point is None and address.street and address.town:
        town = Address(zip=address.zip, city=address.city)
        point = _search(town, base_url, timeout, throttle)
    return point


def _search(address, base_url, timeout, throttle):
    params = {"q": address.query, "limit": 1, "autocomplete": 0}
    if address.postcode:
        params["postcode"] = address.postcode
    if throttle:
        throttle.wait()
    headers = {"Accept": "application/json"}
    response = outside.request("GET", _base(base_url), timeout, params=params, headers=headers)
    try:
        features = response.json()["features"]
        return _point_of(features[0]) if features else None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unavailable(f"answer not understood: {error}") from error


def _point_of(feature):
    longitude, latitude = feature["geometry"]["coordinates"][:2]
    properties = feature["properties"]
    return _point(
        latitude, longitude, properties["type"], properties["score"], properties.get("label")
    )


def _point(latitude, longitude, kind, score, label):
    point = Point(float(latitude), float(longitude), kind, float(score), label or "")
    return point if point.score >= MIN_SCORE else None


def search_many(addresses, base_url=DEFAULT_URL, timeout=BATCH_TIMEOUT):
    """Points of up to ``BATCH_SIZE`` addresses in one call, two when towns stand in.

    :param list[Address] addresses: what is looked up
    :return: a point or None for each address, in their order
    :raise Unavailable: no network, an error of the service, half an answer
    :rtype: list[Point | None]
    """
    points = _search_file(addresses, base_url, timeout)
    missing = [
        number
        for number, (address, point) in enumerate(zip(addresses, points, strict=True))
        if point is None and address.street and address.town
    ]
    towns = [Address(zip=addresses[i].zip, city=addresses[i].city) for i in missing]
    for number, point in zip(missing, _search_file(towns, base_url, timeout), strict=True):
        points[number] = point
    return points


def _search_file(addresses, base_url, timeout):
    if not addresses:
        return []
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(("number", "street", "town", "postcode"))
    for number, address in enumerate(addresses):
        street = " ".join((address.street or "").split())
        writer.writerow((number, street, address.town, address.postcode))
    response = outside.request(
        "POST",
        f"{_base(base_url)}/csv",
        timeout,
        data=[("columns", "street"), ("columns", "town"), ("postcode", "postcode")]
        + [("result_columns", column) for column in COLUMNS],
        files={"data": ("addresses.csv", file.getvalue().encode(), "text/csv")},
    )
    points = dict(_read_file(response.content))
    if points.keys() != set(range(len(addresses))):
        raise Unavailable(f"{len(points)} lines of {len(addresses)}")
    return [points[number] for number in range(len(addresses))]


def _read_file(content):
    """(number, point or None) of each line of an answer."""
    try:
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
            number = int(row["number"])
            if None in [row[column] for column in COLUMNS]:
                raise Unavailable("line cut off")
            if row["latitude"] and row["longitude"]:
                yield number, _point(*(row[column] for column in COLUMNS[:2]), row["result_type"],
                                     row["result_score"] or 0, row["result_label"])  # fmt: skip
            else:
                yield number, None
    except (ValueError, KeyError, TypeError, csv.Error) as error:
        raise Unavailable(f"answer not understood: {error}") from error


def _base(url):
    return url.rstrip("/")


def address_of(text):
    """Address of one line of text: only its postcode is told apart.

    >>> address_of("3 rue des Copeaux 33000 Bordeaux").postcode
    '33000'
    """
    codes = _POSTCODE.findall(text or "")
    if not codes:
        return Address(city=text or "")
    head, _code, tail = text.rpartition(codes[-1])
    return Address(street=head.strip(" ,"), zip=codes[-1], city=tail.strip(" ,"))
