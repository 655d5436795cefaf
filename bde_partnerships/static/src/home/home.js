/** @odoo-module **/

import { Component, onWillStart, useState } from "@odoo/owl";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardActionServiceProps } from "@web/webclient/actions/action_service";

/**
 * Home screen of the application: what is late, what is next, how to begin.
 * All it shows comes from one call to `bde.home`.
 */
export class BdeHome extends Component {
    static template = "bde_partnerships.Home";
    static props = { ...standardActionServiceProps };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ home: null });
        this.titles = {
            late: _t("What is late"),
            next: _t("What is next"),
        };
        onWillStart(async () => {
            this.state.home = await this.orm.call("bde.home", "get_home", []);
        });
    }

    get stepsLeft() {
        return this.state.home.steps.filter((step) => !step.done);
    }

    get stepsDone() {
        return this.state.home.steps.length - this.stepsLeft.length;
    }

    get isQuiet() {
        const { late, next } = this.state.home.sections;
        return !late.length && !next.length && !this.state.home.steps.length;
    }

    /**
     * Opens the list behind a counter, with the filter that was counted.
     * @param {{xmlid: string, domain?: Array, context?: Object, name?: string}} target
     * @param {string} [label] words of the counter, title of its list
     */
    async open(target, label) {
        const action = await this.action.loadAction(target.xmlid);
        const changes = {};
        if (target.domain) {
            // the counted records and nothing else: default filters would hide some of them
            changes.domain = target.domain;
            changes.context = target.context || {};
        } else if (target.context) {
            changes.context = target.context;
        }
        const name = target.name || (target.domain && label);
        if (name) {
            // the title of the page prefers the second
            Object.assign(changes, { name, display_name: name });
        }
        await this.action.doAction({ ...action, ...changes });
    }
}

registry.category("actions").add("bde_home", BdeHome);
