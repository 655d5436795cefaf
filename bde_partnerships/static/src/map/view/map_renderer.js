import { Component, onMounted, onWillStart, onWillUnmount, useEffect, useRef } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { addGround, followSize, loadLeaflet, makeMap } from "../leaflet";
import { makeTowns } from "./map_towns";

const POINT = { radius: 6, weight: 1.5, color: "#ffffff", fillOpacity: 0.9 };
const CLOSED = { color: "#6c757d", fillOpacity: 0.1, dashArray: "2 2" };
const CHOSEN = { radius: 7, weight: 2, color: "#212529" };
const AREA = { color: "#0072b2", weight: 1.5, fillOpacity: 0.06, interactive: false };

/** Points on their ground, and the areas that choose among them. It knows no record. */
export class MapRenderer extends Component {
    static template = "bde_partnerships.MapRenderer";
    static props = {
        points: Array,
        selected: Set,
        settings: Object,
        loads: Number,
        center: { type: [Object, { value: null }], optional: true },
        radius: Number,
        drawing: Boolean,
        statusLabel: Function,
        onRectangle: Function,
        onToggle: Function,
        onOpen: Function,
    };

    setup() {
        this.mapRef = useRef("map");
        this.markers = new Map();
        onWillStart(async () => {
            this.L = await loadLeaflet();
        });
        onMounted(() => this.start());
        onWillUnmount(() => {
            this.stopFollowing?.();
            this.map?.remove();
        });
        useEffect(
            () => this.drawPoints(),
            () => [this.props.points]
        );
        useEffect(
            () => this.fit(),
            () => [this.props.loads]
        );
        useEffect(
            () => this.drawSelection(),
            () => [this.props.selected, this.props.points]
        );
        useEffect(
            () => this.drawCircle(),
            () => [this.props.radius, this.props.center?.lat, this.props.center?.lng]
        );
        useEffect(
            (drawing) => this.setDrawing(drawing),
            () => [this.props.drawing]
        );
    }

    start() {
        const { L } = this;
        const element = this.mapRef.el;
        this.map = makeMap(L, element);
        // one canvas for all, or the upper one would keep the presses for itself;
        // a finger is larger than a point
        this.canvas = L.canvas({ tolerance: 8, padding: 0.3 });
        this.group = L.layerGroup().addTo(this.map);
        addGround(L, this.map, this.props.settings, () => {
            this.towns = makeTowns(L, this.map);
            this.towns.show(this.props.points);
        });
        const school = this.props.settings.school;
        if (school) {
            L.marker([school.latitude, school.longitude], {
                alt: school.name,
                title: school.name,
                keyboard: false,
            }).addTo(this.map);
        }
        this.stopFollowing = followSize(this.map, element);
    }

    drawPoints() {
        this.group.clearLayers();
        this.markers.clear();
        for (const point of this.props.points) {
            const marker = this.L.circleMarker(point, {
                renderer: this.canvas,
                ...this.style(point),
            });
            marker.bindPopup(() => this.bubble(point), { minWidth: 200, maxWidth: 280 });
            marker.addTo(this.group);
            this.markers.set(point.id, marker);
        }
        this.drawn = new Set();
        this.towns?.show(this.props.points);
    }

    style(point) {
        return { ...POINT, dashArray: null, fillColor: point.color, ...(point.closed && CLOSED) };
    }

    drawSelection() {
        const { selected, points } = this.props;
        for (const point of points) {
            const chosen = selected.has(point.id);
            if (chosen !== this.drawn.has(point.id)) {
                const marker = this.markers.get(point.id);
                marker.setStyle(chosen ? { ...this.style(point), ...CHOSEN } : this.style(point));
                marker.setRadius(chosen ? CHOSEN.radius : POINT.radius);
                if (chosen) {
                    marker.bringToFront();
                }
            }
        }
        this.drawn = new Set(selected);
    }

    drawCircle() {
        this.circle?.remove();
        this.circle = null;
        const { center, radius } = this.props;
        if (center && radius) {
            const options = { ...AREA, radius: radius * 1000, renderer: this.canvas };
            this.circle = this.L.circle(center, options).addTo(this.map).bringToBack();
            this.map.fitBounds(this.circle.getBounds());
        }
    }

    fit() {
        const { points, center } = this.props;
        if (points.length) {
            this.map.fitBounds(this.L.latLngBounds(points).pad(0.05), { maxZoom: 14 });
        } else if (center) {
            this.map.setView(center, 11);
        }
    }

    /** Shows one point: chosen in the list beside the map. */
    show(point) {
        this.map.setView(point, Math.max(this.map.getZoom(), 14));
        this.markers.get(point.id)?.openPopup();
    }

    // ------------------------------------------------------------
    // A rectangle, drawn with mouse, pen or finger
    // ------------------------------------------------------------

    setDrawing(drawing) {
        const container = this.map.getContainer();
        container.classList.toggle("o_bde_map_drawing", drawing);
        for (const handler of ["dragging", "touchZoom", "boxZoom"]) {
            this.map[handler]?.[drawing ? "disable" : "enable"]();
        }
        if (!drawing) {
            return;
        }
        let from = null;
        let area = null;
        const down = (ev) => {
            if (ev.target.closest(".leaflet-control")) {
                return;
            }
            from = this.map.mouseEventToLatLng(ev);
            const options = { ...AREA, renderer: this.canvas };
            area = this.L.rectangle([from, from], options).addTo(this.map);
            container.setPointerCapture(ev.pointerId);
            ev.stopPropagation();
        };
        const move = (ev) => area?.setBounds([from, this.map.mouseEventToLatLng(ev)]);
        const up = () => {
            if (area) {
                const bounds = area.getBounds();
                area.remove();
                area = null;
                this.props.onRectangle({
                    south: bounds.getSouth(),
                    north: bounds.getNorth(),
                    west: bounds.getWest(),
                    east: bounds.getEast(),
                });
            }
        };
        const listeners = { pointerdown: down, pointermove: move, pointerup: up, pointercancel: up };
        for (const [name, listener] of Object.entries(listeners)) {
            container.addEventListener(name, listener, true);
        }
        return () => {
            area?.remove();
            for (const [name, listener] of Object.entries(listeners)) {
                container.removeEventListener(name, listener, true);
            }
        };
    }

    // ------------------------------------------------------------
    // The bubble of a point. Texts only: names come from outside.
    // ------------------------------------------------------------

    bubble(point) {
        const root = document.createElement("div");
        root.className = "o_bde_map_bubble";
        const add = (tag, text, className) => {
            const element = document.createElement(tag);
            element.textContent = text;
            element.className = className;
            root.append(element);
            return element;
        };
        add("div", point.title, "fw-bold");
        add("div", [point.subtitle, this.props.statusLabel(point)].filter(Boolean).join(" · "), "text-muted");
        for (const { label, field, value } of point.shown) {
            const text = this.format(field, value);
            if (text) {
                add("div", field.type === "char" ? text : `${label}: ${text}`, "");
            }
        }
        const open = add("button", _t("Open the page"), "btn btn-sm btn-primary mt-2 me-2");
        open.addEventListener("click", () => this.props.onOpen(point));
        const chosen = this.props.selected.has(point.id);
        const words = chosen ? _t("Leave out") : _t("Select");
        const toggle = add("button", words, "btn btn-sm btn-secondary mt-2");
        toggle.addEventListener("click", () => {
            this.map.closePopup();
            this.props.onToggle(point);
        });
        return root;
    }

    format(field, value) {
        if (value === false || value === null || value === undefined || value === 0) {
            return "";
        }
        if (field.type === "many2one") {
            return value.display_name;
        }
        const formatter = registry.category("formatters").get(field.type, String);
        return formatter(value, { field, selection: field.selection });
    }
}
