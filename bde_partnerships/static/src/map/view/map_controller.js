import { Component, useRef, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { useBus, useService } from "@web/core/utils/hooks";
import { useDebounced } from "@web/core/utils/timing";
import { useModel } from "@web/model/model";
import { useSetupAction } from "@web/search/action_hook";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { ActionHelper } from "@web/views/action_helper";
import { standardViewProps } from "@web/views/standard_view_props";
import { boxAround, distance } from "../leaflet";

const LINES = 100; // of the list beside the map, so many more at each press
const MAX_RADIUS = 60; // km
const RADIUS = 15;

/**
 * The map of the current search: who is where, a circle around the school or a rectangle to
 * choose companies, and what to do with those chosen.
 */
export class MapController extends Component {
    static template = "bde_partnerships.MapView";
    static components = { ActionHelper, CogMenu, Layout, SearchBar };
    static props = {
        ...standardViewProps,
        Model: Function,
        Renderer: Function,
        archInfo: Object,
    };

    setup() {
        this.action = useService("action");
        this.orm = useService("orm");
        this.rootRef = useRef("root");
        this.maxRadius = MAX_RADIUS;
        const kept = this.props.state || {};
        this.state = useState({
            radius: kept.radius || 0,
            drawing: false,
            selected: new Set(kept.selected || []),
            lines: LINES,
            busy: false,
        });
        this.model = useModel(this.props.Model, {
            resModel: this.props.resModel,
            archInfo: this.props.archInfo,
            fields: this.props.fields,
        });
        this.loads = 0;
        useBus(this.model.bus, "update", () => this.onUpdate());
        useSetupAction({
            rootRef: this.rootRef,
            getLocalState: () => ({
                radius: this.state.radius,
                selected: [...this.state.selected],
            }),
        });
        this.searchBarToggler = useSearchBarToggler();
        this.keepToCircle = useDebounced(() => this.fetchCircle(), 400);
    }

    /** After another search: what is no longer found is no longer chosen. */
    onUpdate() {
        const ids = new Set(this.model.points.map((point) => point.id));
        const isNew = this.loads !== this.model.loads;
        this.loads = this.model.loads;
        if (this.state.radius) {
            this.selectCircle();
            if (isNew && this.model.isCut) {
                this.keepToCircle();
            }
        } else {
            this.select([...this.state.selected].filter((id) => ids.has(id)));
        }
        this.render(true);
    }

    // ------------------------------------------------------------
    // What is shown
    // ------------------------------------------------------------

    get points() {
        return this.model.points;
    }

    get selectedPoints() {
        return this.points.filter((point) => this.state.selected.has(point.id));
    }

    /** The list beside the map: what is chosen, else everything. */
    get listed() {
        return this.state.selected.size ? this.selectedPoints : this.points;
    }

    get countText() {
        const { points, located, total, box, found } = this.model;
        if (box && points.length >= found) {
            return _t("%(shown)s near the circle, of %(located)s on the map", {
                shown: points.length,
                located,
            });
        }
        if (points.length < located) {
            return _t("%(shown)s of %(located)s shown: search to see fewer.", {
                shown: points.length,
                located,
            });
        }
        return _t("%(shown)s of %(total)s on the map", { shown: located, total });
    }

    get unplaced() {
        return this.model.total - this.model.located;
    }

    get unplacedText() {
        return _t("%s not placed yet", this.unplaced);
    }

    get selectedText() {
        return _t("%s selected", this.selectedPoints.length);
    }

    get moreText() {
        return _t("Show more: %s left", this.listed.length - this.state.lines);
    }

    get radiusText() {
        const place = this.model.settings.school?.name || _t("the middle of the points");
        return _t("%(km)s km around %(place)s", { km: this.state.radius, place });
    }

    get prospectText() {
        const count = this.selectedPoints.length;
        return count === 1
            ? _t("Prospect this company")
            : _t("Prospect these %s companies", count);
    }

    get mayProspect() {
        return this.model.settings.may_prospect;
    }

    get mayAskTax() {
        return this.model.settings.may_ask_tax;
    }

    // ------------------------------------------------------------
    // Choosing
    // ------------------------------------------------------------

    select(ids) {
        this.state.selected = new Set(ids);
        this.state.lines = LINES;
    }

    showMore() {
        this.state.lines += LINES;
    }

    toggle(point) {
        const selected = new Set(this.state.selected);
        if (!selected.delete(point.id)) {
            selected.add(point.id);
        }
        this.state.selected = selected;
    }

    selectCircle() {
        const center = this.model.center;
        const inside = this.points.filter(
            (point) => center && distance(center, point) <= this.state.radius
        );
        this.select(inside.map((point) => point.id));
    }

    onRadius(ev) {
        this.state.radius = Number(ev.target.value);
        this.selectCircle();
        if (this.model.isCut || this.model.box) {
            this.keepToCircle();
        }
    }

    onToggleCircle() {
        this.onRadius({ target: { value: this.state.radius ? 0 : RADIUS } });
    }

    fetchCircle() {
        const { radius } = this.state;
        return this.model.keepTo(radius ? boxAround(this.model.center, radius) : null);
    }

    onRectangle({ south, north, west, east }) {
        this.state.drawing = false;
        this.state.radius = 0;
        const inside = this.points.filter(
            ({ lat, lng }) => lat >= south && lat <= north && lng >= west && lng <= east
        );
        this.select(inside.map((point) => point.id));
    }

    clear() {
        this.state.drawing = false;
        this.state.radius = 0;
        this.select([]);
        this.fetchCircle();
    }

    // ------------------------------------------------------------
    // Acting
    // ------------------------------------------------------------

    open(point) {
        return this.props.selectRecord(point.id, { activeIds: this.points.map(({ id }) => id) });
    }

    /** The campaign starts from companies, whatever the list is made of. */
    prospect() {
        return this.startFrom("bde.campaign");
    }

    /** The same companies, for the taxe d'apprentissage. */
    askTax() {
        return this.startFrom("bde.tax.campaign");
    }

    async startFrom(model) {
        this.state.busy = true;
        try {
            const ids = this.selectedPoints.map((point) => point.partnerId);
            const action = await this.orm.call(model, "action_from_map", [ids]);
            await this.action.doAction(action);
        } finally {
            this.state.busy = false;
        }
    }

    openList(domain, name) {
        const views = (this.env.config.views || []).filter(([, type]) =>
            ["list", "form"].includes(type)
        );
        return this.action.doAction({
            type: "ir.actions.act_window",
            name,
            res_model: this.props.resModel,
            domain,
            views: views.length ? views : [[false, "list"], [false, "form"]],
            context: { ...this.props.context },
        });
    }

    openSelected() {
        const ids = this.selectedPoints.map((point) => point.id);
        return this.openList([["id", "in", ids]], _t("Selected on the map"));
    }

    openUnplaced() {
        const { names } = this.props.archInfo;
        return this.openList(
            [...this.model.searchParams.domain, [names.latitude, "=", 0]],
            _t("Not on the map")
        );
    }
}
