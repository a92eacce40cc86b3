package io.quipu.reporting.audit;

import io.quipu.common.formula.EvaluationException;
import io.quipu.common.formula.Expression;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.plan.Price;
import io.quipu.common.plan.PricingPlan;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.usage.PlanPath;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A plan version as the audit reads it.
 *
 * @param path its four ids
 * @param metrics its metrics, in the plan's order
 */
record AuditedPlan(PlanPath path, List<Metric> metrics) {

    private static final String METER = "meter";
    private static final String TIME_WEIGHTED = "time_weighted";

    static AuditedPlan of(PlanVersion version) {
        List<Metric> metrics = new ArrayList<>();
        for (MeteringPlan.Metric metric : version.metering().metrics()) {
            String rate = "per_unit";
            for (RatingPlan.Metric rating : version.rating().metrics()) {
                if (rating.name().equals(metric.name())) {
                    rate = rating.executes() != null ? rating.executes() : rating.rate() != null ? rating.rate() : rate;
                }
            }
            List<Price> prices = new ArrayList<>();
            for (PricingPlan.Metric pricing : version.pricing().metrics()) {
                if (pricing.name().equals(metric.name())) {
                    prices.addAll(pricing.prices());
                }
            }
            boolean formulas = metric.formulas() || version.rating().formulas(metric).isPresent();
            metrics.add(formulas ? Metric.ofFormulas(metric.name())
                    : new Metric(metric.name(), metric.meter() == null ? null : Expression.parse(metric.meter()),
                            metric.accumulate() == null ? "sum" : metric.accumulate(), rate, prices));
        }
        return new AuditedPlan(new PlanPath(version.planId(), version.metering().planId(), version.rating().planId(),
                version.pricing().planId()), metrics);
    }

    /** The metrics that are levels: what they come to does not follow from the usage of one month. */
    List<String> levels() {
        return metrics.stream().filter(Metric::level).map(Metric::name).toList();
    }

    /** The metrics that are not recomputed, by name: levels, and those of formulas. */
    List<String> leftOut() {
        return metrics.stream().filter(Metric::leftOut).map(Metric::name).toList();
    }

    /**
     * One metric.
     *
     * @param name its name
     * @param meter from measures to a quantity; null for the measure of the same name
     * @param accumulate the name of the function over time; null of a metric that is metered or rated by formulas, of which nothing is
     *     known but its name
     * @param rate the name of the function from quantity to cost
     * @param prices its prices, one a country and currency
     */
    record Metric(String name, Expression meter, String accumulate, String rate, List<Price> prices) {

        private static Metric ofFormulas(String name) {
            return new Metric(name, null, null, null, List.of());
        }

        /** Whether it is a level. */
        boolean level() {
            return TIME_WEIGHTED.equals(accumulate);
        }

        private boolean formulas() {
            return accumulate == null;
        }

        /** Whether the audit does not recompute it. */
        boolean leftOut() {
            return level() || formulas();
        }

        /**
         * What a usage measures of it; null when it measures nothing of it, or formulas say what.
         *
         * @throws RefusedException when that cannot be said, or is out of bounds
         */
        BigDecimal quantity(Map<String, BigDecimal> measures) {
            BigDecimal quantity;
            if (formulas()) {
                quantity = null;
            } else if (meter == null) {
                quantity = measures.get(name);
            } else if (meter.variables().isEmpty() || meter.variables().stream().anyMatch(measures::containsKey)) {
                try {
                    quantity = meter.evaluate(measure -> measures.getOrDefault(measure, BigDecimal.ZERO));
                } catch (EvaluationException e) {
                    throw new RefusedException(METER, "metering_failed");
                }
            } else {
                quantity = null;
            }
            if (quantity != null) {
                Bounds.check(quantity, METER, "quantity_out_of_bounds");
            }
            return quantity;
        }

        /** The price for a country and currency; null where it is free of charge. */
        Price price(String country, String currency) {
            for (Price price : prices) {
                if (price.country().equals(country)
                        && (price.currency() == null || price.currency().equals(currency))) {
                    return price;
                }
            }
            return null;
        }
    }
}
