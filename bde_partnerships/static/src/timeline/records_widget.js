/** @odoo-module **/

import { Component } from "@odoo/owl";
import { makeContext } from "@web/core/context";
import { Domain } from "@web/core/domain";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { View } from "@web/views/view";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/**
 * A list inside a page of a form that is read when its page is opened, not with the form.
 *
 * The page of a company has one part for each axis of the bureau: read all at once they would
 * slow down whoever only wants the telephone number.
 *
 *     <widget name="bde_records" model="bde.past.placement"
 *             domain="[('relation_id', '=', id)]" context="{'default_relation_id': id}"/>
 */
export class BdeRecords extends Component {
    static template = "bde_partnerships.Records";
    static components = { View };
    static props = {
        ...standardWidgetProps,
        model: String,
        domain: String,
        context: { type: String, optional: true },
        title: { type: String, optional: true },
        hasKanban: { type: Boolean, optional: true },
    };

    setup() {
        this.action = useService("action");
    }

    get domain() {
        return new Domain(this.props.domain).toList(this.props.record.evalContext);
    }

    get context() {
        return makeContext([this.props.context || {}], this.props.record.evalContext);
    }

    get viewProps() {
        const type = this.env.isSmall && this.props.hasKanban ? "kanban" : "list";
        return {
            type,
            // not those of the action around it, some of which this model has none of
            views: [[false, type]],
            resModel: this.props.model,
            domain: this.domain,
            context: this.context,
            searchViewId: false,
            display: { controlPanel: false, searchPanel: false },
            noBreadcrumbs: true,
            allowSelectors: false,
            readonly: true,
            selectRecord: (resId) => this.open({ res_id: resId, views: [[false, "form"]] }),
        };
    }

    /** The list has no pages here: all of it is one click away, where it can be searched too. */
    async openAll() {
        const small = this.props.hasKanban ? [[false, "kanban"]] : [];
        await this.open({ views: [[false, "list"], ...small, [false, "form"]] });
    }

    async open(changes) {
        await this.action.doAction({
            type: "ir.actions.act_window",
            name: this.props.title,
            res_model: this.props.model,
            domain: this.domain,
            context: this.context,
            ...changes,
        });
    }
}

export const bdeRecords = {
    component: BdeRecords,
    extractProps: ({ attrs }) => ({
        model: attrs.model,
        domain: attrs.domain,
        context: attrs.context,
        title: attrs.title || "",
        hasKanban: Boolean(attrs.kanban),
    }),
};

registry.category("view_widgets").add("bde_records", bdeRecords);
