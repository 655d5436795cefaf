/** @odoo-module **/

import { Component, useState } from "@odoo/owl";
import { deserializeDate, deserializeDateTime } from "@web/core/l10n/dates";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { useRecordObserver } from "@web/model/relational_model/utils";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * All that happened between a school and a company, the newest first.
 *
 * The first page is the value of the field and comes with the form; other pages and the parts
 * that the filters ask for come from `bde.timeline`.
 */
export class BdeTimelineField extends Component {
    static template = "bde_partnerships.Timeline";
    static props = { ...standardFieldProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ axis: "", entries: [], more: false, busy: false });
        this.axes = [
            ["", _t("All")],
            ["partners", _t("Partners")],
            ["pfmp", _t("Placements")],
            ["tax", _t("Tax")],
            ["events", _t("Events")],
            ["alumni", _t("Alumni")],
        ];
        this.shown = undefined;
        useRecordObserver((record) => {
            const value = record.data[this.props.name];
            // a saved or reloaded page starts again from its first entries
            if (value !== this.shown) {
                this.shown = value;
                Object.assign(this.state, {
                    axis: "",
                    entries: value?.entries || [],
                    more: value?.more || false,
                });
            }
        });
    }

    /** Entries under the month in which they stand. */
    get months() {
        const months = [];
        for (const entry of this.state.entries) {
            const when = this.when(entry);
            const label = when.year > 1900 ? when.toFormat("LLLL yyyy") : _t("Before");
            if (months.at(-1)?.label !== label) {
                months.push({ label, entries: [] });
            }
            months.at(-1).entries.push(entry);
        }
        return months;
    }

    when(entry) {
        return entry.date.length > 10 ? deserializeDateTime(entry.date) : deserializeDate(entry.date);
    }

    day(entry) {
        const when = this.when(entry);
        return when.year > 1900 ? when.toFormat("d LLL") : "";
    }

    hour(entry) {
        return entry.date.length > 10 ? this.when(entry).toFormat("HH:mm") : "";
    }

    async load(axis, before) {
        this.state.busy = true;
        try {
            const page = await this.orm.call("bde.timeline", "get_timeline", [
                this.props.record.resId,
                axis || null,
                before || null,
            ]);
            this.state.axis = axis;
            this.state.entries = before ? [...this.state.entries, ...page.entries] : page.entries;
            this.state.more = page.more;
        } finally {
            this.state.busy = false;
        }
    }

    async filter(axis) {
        await this.load(axis);
    }

    async showMore() {
        await this.load(this.state.axis, this.state.entries.at(-1).key);
    }

    async open(entry) {
        const action = await this.orm.call(entry.model, "get_formview_action", [[entry.res_id]]);
        await this.action.doAction(action);
    }
}

export const bdeTimelineField = {
    component: BdeTimelineField,
    displayName: _t("Timeline of a company"),
    supportedTypes: ["json"],
};

registry.category("fields").add("bde_timeline", bdeTimelineField);
