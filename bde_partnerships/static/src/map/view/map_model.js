import { Domain } from "@web/core/domain";
import { _t } from "@web/core/l10n/translation";
import { KeepLast } from "@web/core/utils/concurrency";
import { Model } from "@web/model/model";
import { orderByToString } from "@web/search/utils/order_by";

// Eight colours that people with any colour vision tell apart (Okabe and Ito, 2008), by the
// statuses of a relation; other selections take them in their order.
const COLORS = {
    prospect: "#56b4e9",
    active: "#009e73",
    strong: "#0072b2",
    revive: "#e69f00",
    watch: "#cc79a7",
    avoid: "#d55e00",
    none: "#6c757d",
};
const OTHERS = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#6c757d"];

/** The points of the current search, and how many there would be. */
export class MapModel extends Model {
    setup({ resModel, archInfo, fields }) {
        this.resModel = resModel;
        this.archInfo = archInfo;
        this.fields = fields;
        this.keepLast = new KeepLast();
        this.searchParams = null;
        this.box = null;
        this.points = [];
        this.located = 0;
        this.found = 0;
        this.total = 0;
        this.loads = 0;
    }

    /** @override */
    async load({ domain, context }) {
        this.searchParams = { domain, context };
        this.box = null;
        const [settings] = await Promise.all([
            this.settings || this.orm.call("bde.services", "get_map_settings", []),
            this._fetch(),
        ]);
        this.settings = settings;
        this.loads += 1;
        this.notify();
    }

    /** Whether the search finds more points than are drawn. */
    get isCut() {
        return this.located > this.points.length;
    }

    /**
     * Keeps to a rectangle, so that a circle holds all its points whatever the limit.
     * @param {{south, north, west, east}|null} box
     */
    async keepTo(box) {
        if (!box && !this.box) {
            return;
        }
        this.box = box;
        await this._fetch();
        this.notify();
    }

    async _fetch() {
        const { domain, context } = this.searchParams;
        const { names, shown, limit, orderBy } = this.archInfo;
        const parts = [domain, [[names.latitude, "!=", 0]]];
        if (this.box) {
            const { south, north, west, east } = this.box;
            parts.push([
                [names.latitude, ">=", south],
                [names.latitude, "<=", north],
                [names.longitude, ">=", west],
                [names.longitude, "<=", east],
            ]);
        }
        const specification = {};
        for (const name of [...Object.values(names), ...shown.map((field) => field.name)]) {
            if (name) {
                specification[name] = this.fields[name]?.type === "many2one"
                    ? { fields: { display_name: {} } }
                    : {};
            }
        }
        const [found, total] = await this.keepLast.add(
            Promise.all([
                this.orm.webSearchRead(this.resModel, Domain.and(parts).toList(), {
                    specification,
                    limit,
                    order: orderByToString(orderBy),
                    context,
                }),
                this.orm.searchCount(this.resModel, domain, { context }),
            ])
        );
        this.points = found.records.map((record) => this._point(record));
        this.total = total;
        this.found = found.length;
        // what a rectangle leaves out was counted before it was drawn
        this.located = this.box ? Math.max(this.located, found.length) : found.length;
    }

    _point(record) {
        const { names, shown } = this.archInfo;
        const color = names.color ? record[names.color] : "none";
        return {
            id: record.id,
            partnerId: names.partner ? record[names.partner].id : record.id,
            lat: record[names.latitude],
            lng: record[names.longitude],
            title: record[names.heading] || "",
            subtitle: (names.subtitle && record[names.subtitle]) || "",
            status: color,
            color: this._color(color),
            closed: Boolean(names.closed && record[names.closed]),
            shown: shown.map(({ name, label }) => ({
                label: label || this.fields[name].string,
                field: this.fields[name],
                value: record[name],
            })),
        };
    }

    _color(value) {
        if (value in COLORS) {
            return COLORS[value];
        }
        const values = this.statuses.map(([code]) => code);
        return OTHERS[Math.max(values.indexOf(value), 0) % OTHERS.length];
    }

    get statuses() {
        return this.fields[this.archInfo.names.color]?.selection || [];
    }

    /** What the colours on the map mean, those that are there alone. */
    get legend() {
        const present = new Set(this.points.map((point) => point.status));
        const legend = this.statuses
            .filter(([code]) => present.has(code))
            .map(([code, label]) => ({ label, color: this._color(code) }));
        if (this.points.some((point) => point.closed)) {
            legend.push({ label: _t("Closed down"), color: "transparent" });
        }
        return legend;
    }

    statusLabel(point) {
        const label = this.statuses.find(([code]) => code === point.status)?.[1] || "";
        return point.closed ? _t("Closed down") : label;
    }

    /** Centre of circles: the school, or the middle of the points. */
    get center() {
        const school = this.settings?.school;
        if (school) {
            return { lat: school.latitude, lng: school.longitude };
        }
        const count = this.points.length;
        if (!count) {
            return null;
        }
        const sum = (key) => this.points.reduce((total, point) => total + point[key], 0);
        return { lat: sum("lat") / count, lng: sum("lng") / count };
    }
}
