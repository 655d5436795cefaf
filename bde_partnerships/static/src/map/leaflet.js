/** What every map of the suite shares: the library, its ground, distances. */

import { loadBundle } from "@web/core/assets";
import { _t } from "@web/core/l10n/translation";
import { escape } from "@web/core/utils/strings";

const IMAGES = "/bde_partnerships/static/lib/leaflet/images/";
const EARTH_RADIUS = 6371; // km
const TILES_GIVEN_UP = 3; // failures before any success: the server is out of reach
// Mainland France, where nothing better is known.
const FRANCE = [
    [42.3, -4.8],
    [51.1, 8.2],
];

/**
 * Loads Leaflet, which comes with the module: no other server is asked.
 * @returns {Promise<Object>} the library
 */
export async function loadLeaflet() {
    await loadBundle("bde_partnerships.assets_leaflet");
    const L = window.L;
    L.Icon.Default.imagePath = IMAGES;
    return L;
}

/**
 * A map in an element, with zoom buttons and scale, on France until told otherwise.
 */
export function makeMap(L, element, options = {}) {
    const map = L.map(element, { zoomControl: false, ...options });
    L.control.zoom({ zoomInTitle: _t("Zoom in"), zoomOutTitle: _t("Zoom out") }).addTo(map);
    L.control.scale({ imperial: false }).addTo(map);
    map.attributionControl.setPrefix("Leaflet");
    map.fitBounds(FRANCE);
    return map;
}

/**
 * Puts the tiles under a map. Without an address, or when none arrives, the ground stays plain.
 * @param {Object} settings of `bde.services.get_map_settings`
 * @param {Function} onPlain called when there are no tiles
 */
export function addGround(L, map, settings, onPlain = () => {}) {
    map.getContainer().classList.add("o_bde_map_ground");
    if (!settings.tiles) {
        onPlain();
        return;
    }
    let failures = 0;
    const tiles = L.tileLayer(settings.tiles, {
        attribution: escape(settings.attribution),
        maxZoom: 19,
    });
    tiles.on("tileload", () => (failures = -Infinity));
    tiles.on("tileerror", () => {
        failures += 1;
        if (failures === TILES_GIVEN_UP) {
            map.removeLayer(tiles);
            onPlain();
        }
    });
    tiles.addTo(map);
}

/** Keeps a map as large as its element, which tabs and side panels hide and show. */
export function followSize(map, element) {
    const observer = new ResizeObserver(() => map.invalidateSize({ animate: false }));
    observer.observe(element);
    return () => observer.disconnect();
}

/** Kilometres between two {lat, lng} as the crow flies. */
export function distance(one, other) {
    const rad = Math.PI / 180;
    const dLat = (other.lat - one.lat) * rad;
    const dLng = (other.lng - one.lng) * rad;
    const a =
        Math.sin(dLat / 2) ** 2 +
        Math.cos(one.lat * rad) * Math.cos(other.lat * rad) * Math.sin(dLng / 2) ** 2;
    return 2 * EARTH_RADIUS * Math.asin(Math.min(1, Math.sqrt(a)));
}

/** The rectangle {south, north, west, east} around a circle of so many kilometres. */
export function boxAround(center, km) {
    const dLat = ((km / EARTH_RADIUS) * 180) / Math.PI;
    const dLng = dLat / Math.max(Math.cos((center.lat * Math.PI) / 180), 0.01);
    return {
        south: center.lat - dLat,
        north: center.lat + dLat,
        west: center.lng - dLng,
        east: center.lng + dLng,
    };
}
