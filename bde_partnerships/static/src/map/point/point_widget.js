import { Component, onWillStart, useEffect, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { user } from "@web/core/user";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";
import { addGround, followSize, loadLeaflet, makeMap } from "../leaflet";

/**
 * Small map of one record: its point, which those who may move it drag or type. What they do
 * goes through `action_bde_place` of the model, which checks it.
 */
export class PointWidget extends Component {
    static template = "bde_partnerships.PointWidget";
    static props = {
        ...standardWidgetProps,
        latitude: String,
        longitude: String,
        geoState: String,
        role: String,
        mayPlace: { type: String, optional: true },
    };

    setup() {
        this.orm = useService("orm");
        this.notification = useService("notification");
        this.mapRef = useRef("map");
        this.state = useState({ typing: false, placing: false, latitude: "", longitude: "" });
        onWillStart(async () => {
            const [L, settings, inGroup] = await Promise.all([
                loadLeaflet(),
                this.orm.call("bde.services", "get_map_settings", []),
                user.hasGroup(this.props.role),
            ]);
            Object.assign(this, { L, settings, inGroup });
        });
        useEffect(
            (element) => {
                if (element) {
                    this.map = makeMap(this.L, element, { scrollWheelZoom: false });
                    addGround(this.L, this.map, this.settings);
                    this.map.on("click", (ev) => this.state.placing && this.place(ev.latlng));
                    const stop = followSize(this.map, element);
                    return () => {
                        stop();
                        this.map.remove();
                        this.map = null;
                        this.marker = null;
                    };
                }
            },
            () => [this.mapRef.el]
        );
        useEffect(
            () => this.draw(),
            () => [this.data.latitude, this.data.longitude, this.mapRef.el, this.mayPlace]
        );
    }

    get data() {
        const { data } = this.props.record;
        return {
            latitude: data[this.props.latitude],
            longitude: data[this.props.longitude],
            state: data[this.props.geoState] || "none",
        };
    }

    get isPlaced() {
        return Boolean(this.data.latitude || this.data.longitude);
    }

    get mayPlace() {
        const { record, mayPlace } = this.props;
        return this.inGroup && Boolean(record.resId) && (!mayPlace || Boolean(record.data[mayPlace]));
    }

    get stateLabel() {
        const field = this.props.record.fields[this.props.geoState];
        return (field.selection || []).find(([code]) => code === this.data.state)?.[1] || "";
    }

    draw() {
        if (!this.map) {
            return;
        }
        this.marker?.remove();
        this.marker = null;
        if (this.isPlaced) {
            const at = { lat: this.data.latitude, lng: this.data.longitude };
            this.marker = this.L.marker(at, {
                draggable: this.mayPlace,
                alt: this.stateLabel,
                title: this.mayPlace ? _t("Drag to the right place") : this.stateLabel,
            }).addTo(this.map);
            this.marker.on("dragend", () => this.place(this.marker.getLatLng()));
            this.map.setView(at, this.data.state === "town" ? 12 : 16);
        } else if (this.settings.school) {
            const { latitude, longitude } = this.settings.school;
            this.map.setView([latitude, longitude], 10);
        }
    }

    startTyping() {
        this.state.typing = !this.state.typing;
        this.state.latitude = this.isPlaced ? String(this.data.latitude) : "";
        this.state.longitude = this.isPlaced ? String(this.data.longitude) : "";
    }

    /** French people type commas, and paste "44.83, -0.57" from other maps. */
    async placeTyped() {
        const pasted = this.state.latitude.match(/^\s*(-?\d+\.\d+)\s*[,; ]\s*(-?\d+\.\d+)\s*$/);
        const [lat, lng] = pasted
            ? pasted.slice(1)
            : [this.state.latitude, this.state.longitude].map((text) =>
                  text.trim().replace(",", ".")
              );
        await this.place({ lat, lng });
        this.state.typing = false;
    }

    async place({ lat, lng }) {
        try {
            await this.call("action_bde_place", [lat, lng]);
            this.notification.add(_t("Placed. It stays there until the address changes."), {
                type: "success",
            });
        } finally {
            this.state.placing = false;
            // a point that may not be moved goes back
            this.draw();
        }
    }

    findAddress() {
        return this.call("action_bde_geocode", []);
    }

    async call(method, args) {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        await this.orm.call(record.resModel, method, [[record.resId], ...args]);
        await record.load();
    }
}

export const pointWidget = {
    component: PointWidget,
    extractProps: ({ attrs }) => ({
        latitude: attrs.latitude,
        longitude: attrs.longitude,
        geoState: attrs.geo_state,
        role: attrs.role || "bde_partnerships.group_secretary",
        mayPlace: attrs.may_place,
    }),
    fieldDependencies: ({ attrs }) => [
        { name: attrs.latitude, type: "float" },
        { name: attrs.longitude, type: "float" },
        { name: attrs.geo_state, type: "selection" },
    ],
};

registry.category("view_widgets").add("bde_point", pointWidget);
