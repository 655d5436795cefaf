/** @odoo-module **/

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// how often the page asks how far it is
const EVERY = 2000;
const OPEN = ["queued", "running"];

/**
 * How far a batch is. The work is done by jobs: the page only looks, and may be closed.
 */
export class BatchProgress extends Component {
    static template = "bde_partnerships.BatchProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({});
        this.alive = true;
        onMounted(() => this.look());
        onWillUnmount(() => {
            this.alive = false;
            browser.clearTimeout(this.timer);
        });
    }

    /** What is shown: the latest answer, else what came with the form. */
    get facts() {
        return this.state.facts || this.props.record.data;
    }

    get open() {
        return OPEN.includes(this.facts.state);
    }

    async look() {
        browser.clearTimeout(this.timer);
        const shown = this.props.record.data.state;
        try {
            const [facts] = await this.orm.silent.call("bde.batch", "get_progress", [
                [this.props.record.resId],
            ]);
            if (!this.alive) {
                return;
            }
            this.state.facts = facts;
            if (facts.state !== shown) {
                // buttons and lines are those of the new state
                await this.props.record.load();
                this.state.facts = undefined;
            }
        } catch {
            // a server that restarts answers a little later
        }
        // also when it is over: somebody may press "Go on" or "Try again"
        if (this.alive) {
            this.timer = browser.setTimeout(() => this.look(), this.open ? EVERY : 2 * EVERY);
        }
    }
}

registry.category("view_widgets").add("bde_batch_progress", {
    component: BatchProgress,
    fieldDependencies: [
        { name: "state", type: "selection" },
        { name: "progress", type: "integer" },
        { name: "total_count", type: "integer" },
        { name: "todo_count", type: "integer" },
        { name: "failed_count", type: "integer" },
        { name: "summary", type: "char" },
    ],
});
