/** @odoo-module **/

import { Component } from "@odoo/owl";
import { formatCurrency } from "@web/core/currency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardFieldProps } from "@web/views/fields/standard_field_props";

/**
 * How far the money of a campaign is: a bar a stage, this year and the year before.
 *
 * All that is shown is the value of the field; a bar opens the companies behind it.
 */
export class BdeTaxFunnelField extends Component {
    static template = "bde_partnerships.TaxFunnel";
    static props = { ...standardFieldProps };

    setup() {
        this.action = useService("action");
    }

    get funnel() {
        return this.props.record.data[this.props.name];
    }

    /** Bars are drawn against the longest of both years, so that they can be compared. */
    get stages() {
        const { stages, before_year: beforeYear } = this.funnel;
        const most = Math.max(1, ...stages.flatMap((one) => [one.count, one.before_count]));
        const [first] = stages;
        return stages.map((one) => ({
            ...one,
            width: `width: ${(100 * one.count) / most}%`,
            beforeWidth: `width: ${(100 * one.before_count) / most}%`,
            share: first.count ? this.percent(one.count / first.count) : "",
            money: this.stageMoney(one, one.amount),
            before: beforeYear
                ? _t("%(year)s: %(count)s · %(amount)s", {
                      year: beforeYear,
                      count: one.before_count,
                      amount: this.stageMoney(one, one.before_amount),
                  })
                : "",
        }));
    }

    /** What a manager asks next, each with the year before where there is one. */
    get facts() {
        const { now, before, aimed_at: aimedAt, before_year: year } = this.funnel;
        const facts = [];
        if (aimedAt) {
            facts.push({
                key: "aimed",
                label: _t("Amount aimed at"),
                value: this.percent(now.received / aimedAt),
                detail: _t("%(received)s of %(aimed)s", {
                    received: this.money(now.received),
                    aimed: this.money(aimedAt),
                }),
            });
        }
        facts.push({
            key: "average",
            label: _t("Average gift"),
            value: now.average ? this.money(now.average) : "–",
            detail: before ? _t("%(year)s: %(value)s", { year, value: this.money(before.average) }) : "",
        });
        if (now.loyal_of) {
            facts.push({
                key: "loyalty",
                label: _t("Loyalty"),
                value: this.percent(now.loyal / now.loyal_of),
                detail: _t("%(loyal)s of last year's %(givers)s givers gave again", {
                    loyal: now.loyal,
                    givers: now.loyal_of,
                }),
            });
        }
        facts.push({
            key: "messages",
            label: _t("Received for each message"),
            value: now.messages ? this.money(now.per_message) : "–",
            detail: before?.messages
                ? _t("%(count)s messages sent; %(year)s: %(value)s", {
                      count: now.messages,
                      year,
                      value: this.money(before.per_message),
                  })
                : _t("%(count)s messages sent", { count: now.messages }),
        });
        return facts;
    }

    /** Groups beside the funnel that open their companies. */
    get asides() {
        const { now } = this.funnel;
        return [
            {
                key: "unexpected_count",
                count: now.unexpected,
                label: _t("Gave without a promise"),
                money: this.money(now.unexpected_amount),
            },
            { key: "refused_count", count: now.refused, label: _t("Said no") },
            { key: "left_out_count", count: now.left_out, label: _t("Left out of the list") },
        ].filter((one) => one.count);
    }

    get isEmpty() {
        return !this.funnel.stages[0].count && !this.funnel.before_year;
    }

    /** An estimate to the cent would look like knowledge. */
    stageMoney(stage, amount) {
        return this.money(stage.is_potential ? Math.round(amount) : amount);
    }

    money(amount) {
        const digits = Math.round(amount * 100) % 100 ? 2 : 0;
        return formatCurrency(amount, this.funnel.currency_id, { digits: [69, digits] });
    }

    percent(share) {
        return `${Math.round(100 * share)}\u00a0%`;
    }

    async open(stage) {
        const { resModel, resId } = this.props.record;
        await this.action.doActionButton({
            type: "object",
            name: "action_open_stage",
            args: JSON.stringify([stage]),
            resModel,
            resId,
        });
    }
}

export const bdeTaxFunnelField = {
    component: BdeTaxFunnelField,
    displayName: _t("Funnel of a campaign"),
    supportedTypes: ["json"],
};

registry.category("fields").add("bde_tax_funnel", bdeTaxFunnelField);
