/** @odoo-module **/

import { Component, onMounted, onWillUnmount, useState } from "@odoo/owl";
import { browser } from "@web/core/browser/browser";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

// another list is being written: ask again after this long
const WAIT = 1500;
// a chunk that could not be written at once is tried again so many times
const TRIES = 10;

/**
 * Writes a list chunk by chunk while the page is open, and shows how far it is. Each call is one
 * chunk: closing the page, or a server that goes down, leaves whole chunks behind.
 */
export class BookProgress extends Component {
    static template = "bde_partnerships.BookProgress";
    static props = { ...standardWidgetProps };

    setup() {
        this.orm = useService("orm");
        this.state = useState({
            done: 0,
            total: 0,
            running: true,
            stopping: false,
            failed: false,
        });
        this.alive = true;
        onMounted(() => {
            if (this.props.record.data.state === "running") {
                this.run();
            }
        });
        onWillUnmount(() => {
            this.alive = false;
        });
    }

    /** Lists of companies and SOLTéA exports are written the same way. */
    get model() {
        return this.props.record.resModel;
    }

    get percent() {
        return this.state.total ? Math.floor((100 * this.state.done) / this.state.total) : 0;
    }

    async run() {
        this.state.running = true;
        this.state.failed = false;
        let failures = 0;
        while (this.alive && !this.state.stopping) {
            let answer;
            try {
                answer = await this.orm.silent.call(this.model, "apply_next", [
                    this.props.record.resId,
                ]);
                failures = 0;
            } catch (error) {
                failures += 1;
                if (failures >= TRIES || error.exceptionName) {
                    this.state.running = false;
                    this.state.failed = true;
                    throw error;
                }
                await this.wait();
                continue;
            }
            Object.assign(this.state, { done: answer.done, total: answer.total });
            if (answer.state !== "running") {
                this.state.stopping = false;
                break;
            }
            if (answer.busy) {
                await this.wait();
            }
        }
        if (this.state.stopping) {
            await this.orm.call(this.model, "action_pause", [this.props.record.resId]);
        }
        if (this.alive && !this.state.failed) {
            await this.props.record.load();
        }
    }

    wait() {
        return new Promise((resolve) => browser.setTimeout(resolve, WAIT));
    }

    /** The chunk that is being written is finished first. */
    pause() {
        this.state.stopping = true;
    }
}

registry.category("view_widgets").add("bde_book_progress", {
    component: BookProgress,
    fieldDependencies: [{ name: "state", type: "selection" }],
});
