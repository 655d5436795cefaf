/**
 * Names of towns on a plain ground: each at the middle of its points, the largest first, and
 * none over another.
 */

const LETTER = 7; // px, about
const HEIGHT = 16;

/** @returns {Array<{name: string, lat: number, lng: number, count: number}>} largest first */
export function townsOf(points) {
    const towns = {};
    for (const { subtitle, lat, lng } of points) {
        if (!subtitle) {
            continue;
        }
        const key = subtitle.toLowerCase();
        const town = (towns[key] ||= { name: subtitle, lat: 0, lng: 0, count: 0 });
        town.lat += lat;
        town.lng += lng;
        town.count += 1;
    }
    return Object.values(towns)
        .map((town) => ({ ...town, lat: town.lat / town.count, lng: town.lng / town.count }))
        .sort((one, other) => other.count - one.count);
}

/**
 * Those that have room, on the pixels of a map.
 * @param {Array} towns of `townsOf`
 * @param {Function} project town -> {x, y}
 */
export function withoutOverlap(towns, project) {
    const boxes = [];
    return towns.filter((town) => {
        const { x, y } = project(town);
        const half = (town.name.length * LETTER) / 2;
        const box = { left: x - half, right: x + half, top: y, bottom: y + HEIGHT };
        const taken = boxes.some(
            (other) =>
                box.left < other.right &&
                box.right > other.left &&
                box.top < other.bottom &&
                box.bottom > other.top
        );
        if (!taken) {
            boxes.push(box);
        }
        return !taken;
    });
}

/** Layer of Leaflet that holds the names, drawn again at each zoom. */
export function makeTowns(L, map) {
    const layer = L.layerGroup().addTo(map);
    let towns = [];
    const draw = () => {
        layer.clearLayers();
        for (const town of withoutOverlap(towns, (one) => map.latLngToLayerPoint(one))) {
            const span = document.createElement("span");
            span.textContent = town.name;
            L.marker(town, {
                icon: L.divIcon({ className: "o_bde_map_town", html: span, iconSize: null }),
                interactive: false,
                keyboard: false,
            }).addTo(layer);
        }
    };
    map.on("zoomend", draw);
    return {
        show(points) {
            towns = townsOf(points);
            draw();
        },
    };
}
