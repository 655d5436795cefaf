/** @odoo-module **/

import { Component, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";
import { BdeAlumniFlow } from "./flow";

/**
 * Where the leavers of a year are: counts with what they are counted on, three years together,
 * the flow to employers, and beside all that the official figures.
 *
 * All that is shown is the value of the field; numbers open the people behind them.
 */
export class BdeAlumniCohortField extends Component {
    static template = "bde_alumni.Cohort";
    static components = { BdeAlumniFlow };
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
        this.state = useState({ months: this.page?.months || 0 });
    }

    get page() {
        return this.props.record.data[this.props.name];
    }

    get horizon() {
        const horizons = this.page.horizons;
        return horizons.find((one) => one.months === this.state.months) || horizons.at(-1);
    }

    choose(months) {
        this.state.months = months;
    }

    /** Who is not among the leavers that are counted, in words. */
    get aside() {
        const { objected, forgotten } = this.page;
        const { deceased = 0, waiting = 0 } = this.horizon || {};
        const lines = [];
        if (waiting) {
            lines.push(_t("%s still to be asked", waiting));
        }
        if (objected) {
            lines.push(_t("%s objected to the follow-up: no longer on file", objected));
        }
        if (deceased) {
            lines.push(_t("%s died: not counted", deceased));
        }
        if (forgotten) {
            lines.push(_t("%s erased by the rule of the académie", forgotten));
        }
        return lines;
    }

    width(percent) {
        return `width: ${percent}%`;
    }

    async open(values = {}) {
        const { training_id = null, situation = null, relation_id = null } = values;
        const { resModel, resId } = this.props.record;
        await this.action.doActionButton({
            type: "object",
            name: "action_open_people",
            args: JSON.stringify([this.horizon.months, training_id, situation, relation_id]),
            resModel,
            resId,
        });
    }
}

export const bdeAlumniCohortField = {
    component: BdeAlumniCohortField,
    displayName: _t("Where the leavers of a year are"),
    supportedTypes: ["json"],
};

registry.category("fields").add("bde_alumni_cohort", bdeAlumniCohortField);
