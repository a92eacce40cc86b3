package io.quipu.collector.catalog.recognition;

import io.quipu.common.formula.Expression;
import io.quipu.common.formula.FormulaException;
import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.FunctionText;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.Rate;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.time.UnitOfTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Replaces functions that say what a built-in function says by it. Only forms are known, no meanings: what is not written in one of them
 * runs as it is. Functions of a metric are recognized together or not at all, since one expects what the other makes. For texts that
 * the formula language accepts.
 */
public final class Recognition {

    private Recognition() {
    }

    /**
     * The metric with built-in functions only; empty when it is none of these, or has no function that is a text.
     *
     * @param measures the names of the plan's measures
     */
    public static Optional<MeteringPlan.Metric> metering(MeteringPlan.Metric metric, Set<String> measures) {
        return metric.formulas() ? quantity(metric, measures).or(() -> level(metric, measures)) : Optional.empty();
    }

    /** The metric with the built-in function that its functions are in {@code executes}; empty when there is none. */
    public static Optional<RatingPlan.Metric> rating(RatingPlan.Metric metric) {
        if (!metric.formulas()) {
            return Optional.empty();
        }
        boolean level = ratesLevels(metric);
        boolean product = metric.rate() == null || metric.rate().equals(Rate.PER_UNIT.id()) || is(metric.rate(), Forms.PRODUCT);
        boolean itself = metric.charge() == null || is(metric.charge(), Forms.COST_ITSELF);
        return level || product && itself
                ? Optional.of(new RatingPlan.Metric(metric.name(), metric.rate(), metric.charge(), Rate.PER_UNIT.id()))
                : Optional.empty();
    }

    /** Whether a metric's functions were recognized that charge a price for hours: for no other quantity are they per unit. */
    public static boolean ratesLevels(RatingPlan.Metric metric) {
        return is(metric.rate(), Forms.LEVEL_RATE) && is(metric.charge(), Forms.LEVEL_CHARGE);
    }

    private static Optional<MeteringPlan.Metric> quantity(MeteringPlan.Metric metric, Set<String> measures) {
        Optional<String> accumulate = !FunctionText.is(metric.accumulate()) ? Optional.ofNullable(metric.accumulate())
                : Forms.ACCUMULATES.entrySet().stream().filter(form -> is(metric.accumulate(), form.getValue())).findFirst()
                        .map(form -> form.getKey());
        boolean recognized = (metric.accumulate() == null || accumulate.isPresent())
                && (metric.aggregate() == null || is(metric.aggregate(), Forms.DIFFERENCE))
                && (metric.summarize() == null || is(metric.summarize(), Forms.QUANTITY_ITSELF));
        if (!recognized) {
            return Optional.empty();
        }
        Function<String, MeteringPlan.Metric> builtIn = meter -> new MeteringPlan.Metric(metric.name(), metric.unit(),
                metric.type(), meter, accumulate.orElse(null), metric.timeUnit());
        return FunctionText.is(metric.meter()) ? meter(metric.meter(), Forms.METERS, measures).map(builtIn)
                : Optional.of(builtIn.apply(metric.meter()));
    }

    private static Optional<MeteringPlan.Metric> level(MeteringPlan.Metric metric, Set<String> measures) {
        boolean recognized = is(metric.accumulate(), Forms.LEVEL_ACCUMULATE) && is(metric.aggregate(), Forms.LEVEL_AGGREGATE)
                && is(metric.summarize(), Forms.LEVEL_SUMMARIZE) && FunctionText.is(metric.meter());
        return !recognized ? Optional.empty() : meter(metric.meter(), Forms.LEVELS, measures).map(meter ->
                new MeteringPlan.Metric(metric.name(), metric.unit(), metric.type(), meter, Accumulate.TIME_WEIGHTED.id(),
                        UnitOfTime.HOURS.id()));
    }

    /** The expression that a text is, when its names are measures: {@code m.end} is none. */
    private static Optional<String> meter(String text, List<Forms.Meter> forms, Set<String> measures) {
        Optional<List<String>> tokens = FunctionTokens.of(text);
        return tokens.flatMap(body -> forms.stream().flatMap(form -> form.expression(body).stream()).findFirst())
                .filter(expression -> readable(expression, measures));
    }

    private static boolean readable(String expression, Set<String> measures) {
        try {
            return measures.containsAll(Expression.parse(expression).variables());
        } catch (FormulaException e) {
            // a measure of a name that expressions do not know, such as Math
            return false;
        }
    }

    private static boolean is(String text, Form form) {
        return FunctionText.is(text) && FunctionTokens.of(text).flatMap(form::match).isPresent();
    }
}
