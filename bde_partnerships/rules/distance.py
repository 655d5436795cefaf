"""Distances as the crow flies. Pure functions, no Odoo: degrees in, kilometres out."""

from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS = 6371.0088  # km, mean radius of the IUGG
KM_PER_DEGREE = 111.195  # of latitude, on that sphere


def km(latitude, longitude, other_latitude, other_longitude):
    """Great-circle distance (haversine): exact enough for "within 15 km"."""
    lat, other_lat = radians(latitude), radians(other_latitude)
    d_lat, d_lon = other_lat - lat, radians(other_longitude - longitude)
    half = sin(d_lat / 2) ** 2 + cos(lat) * cos(other_lat) * sin(d_lon / 2) ** 2
    return 2 * EARTH_RADIUS * asin(sqrt(min(1.0, half)))


def box(latitude, longitude, distance):
    """(south, north, west, east) of a rectangle that holds the circle of ``distance`` km.

    An index finds the rectangle, the exact formula is then asked of few.
    """
    # a hair wider, so that rounding never cuts the rim of the circle
    d_lat = distance / KM_PER_DEGREE * 1.001
    # meridians are closest at the side of the circle that is nearest to a pole
    narrowest = cos(radians(min(89.9, abs(latitude) + d_lat)))
    d_lon = min(180.0, d_lat / narrowest)
    return latitude - d_lat, latitude + d_lat, longitude - d_lon, longitude + d_lon
