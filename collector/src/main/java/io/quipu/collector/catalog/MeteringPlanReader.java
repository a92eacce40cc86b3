package io.quipu.collector.catalog;

import io.quipu.common.formula.Expression;
import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.BuiltInFunctions;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.UnitOfTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Reads metering plans: measures, and the metrics that are made of them. */
final class MeteringPlanReader {

    /** Measures of a plan. */
    static final int MAX_MEASURES = 100;

    /** Characters of a metering expression. */
    static final int MAX_EXPRESSION_LENGTH = Expression.MAX_SOURCE_LENGTH;

    private static final String TIME_UNIT = "time_unit";
    private static final Set<String> PLAN = Members.names("plan_id", "measures", "metrics");
    private static final Set<String> MEASURE = Members.names("name", "unit");
    private static final Set<String> METRIC = Members.names("name", "unit", "type", "meter", "accumulate", TIME_UNIT);

    /** Members of Abacus's metrics that only formulas need. */
    private static final Set<String> FORMULAS = Members.names("formula", "aggregate", "summarize", "rate", "charge");

    private final MeterExpressions expressions;
    private final Set<String> measures;

    private MeteringPlanReader(MeterExpressions expressions, List<MeteringPlan.Measure> measures) {
        this.expressions = expressions;
        this.measures = measures.stream().map(MeteringPlan.Measure::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    static PlanDefinition read(String planId, Members plan, JsonNode body, MeterExpressions expressions) {
        plan.allow(PLAN);
        plan.require("measures");
        plan.require("metrics");
        List<MeteringPlan.Measure> measures = new ArrayList<>();
        Set<String> names = new HashSet<>();
        for (Members measure : plan.objects("measures", 1, MAX_MEASURES)) {
            measure.allow(MEASURE);
            measures.add(new MeteringPlan.Measure(PlanDefinition.name(measure, names), unit(measure)));
        }
        MeteringPlanReader reader = new MeteringPlanReader(expressions, measures);
        List<MeteringPlan.Metric> metrics = new ArrayList<>();
        Set<String> metricNames = new HashSet<>();
        for (Members metric : plan.objects("metrics", 1, PlanDefinition.MAX_METRICS)) {
            metrics.add(reader.metric(metric, metricNames));
        }
        return new PlanDefinition(PlanKind.METERING, planId, new MeteringPlan(planId, measures, metrics), body,
                meanings(metrics));
    }

    private MeteringPlan.Metric metric(Members metric, Set<String> names) {
        PlanDefinition.refuseFormulas(metric, METRIC, FORMULAS);
        String name = PlanDefinition.name(metric, names);
        String unit = unit(metric);
        String type = metric.text("type", PlanDefinition.MAX_WORD_LENGTH).orElse(null);
        Optional<String> meter = metric.source("meter");
        meter.ifPresent(expression -> check(metric, expression));
        if (metric.absent("meter") && !name.isEmpty() && !measures.contains(name)) {
            metric.note("meter", "required", "is missing, and there is no measure of the metric's name, "
                    + Members.shown(name) + ", to stand for it");
        }
        Optional<String> accumulate = PlanDefinition.function(metric, "accumulate", Accumulate.ids());
        Optional<String> timeUnit = PlanDefinition.function(metric, TIME_UNIT, UnitOfTime.ids());
        if (!metric.absent(TIME_UNIT) && !weightedByTime(accumulate.orElse(null))) {
            metric.note(TIME_UNIT, "exclusive", "is for metrics with accumulate time_weighted only");
        }
        return new MeteringPlan.Metric(name, unit, type, meter.orElse(null), accumulate.orElse(null),
                timeUnit.orElse(null));
    }

    private static boolean weightedByTime(String accumulate) {
        return Accumulate.TIME_WEIGHTED.id().equals(accumulate);
    }

    /** What a metric counts time in: hours when it does not say. */
    private static String timeUnit(MeteringPlan.Metric metric) {
        if (!weightedByTime(metric.accumulate())) {
            boolean sum = metric.accumulate() == null || metric.accumulate().equals(Accumulate.SUM.id());
            return !sum ? null : BuiltInFunctions.duration(metric.meter()).map(k -> Decimals.plain(k) + " ms").orElse(null);
        }
        return metric.timeUnit() == null ? UnitOfTime.HOURS.id() : metric.timeUnit();
    }

    private void check(Members metric, String expression) {
        if (PlanDefinition.formula(expression)) {
            metric.note("meter", "not_supported", "JavaScript functions are not supported by this version of Quipu; "
                    + "write an expression over the measures, such as storage / 1073741824");
            return;
        }
        if (expression.length() > MAX_EXPRESSION_LENGTH) {
            metric.note("meter", "max_length", "has " + expression.length() + " characters; at most "
                    + MAX_EXPRESSION_LENGTH + " are allowed");
            return;
        }
        try {
            Set<String> variables = expressions.variables(expression);
            if (variables.isEmpty()) {
                // a metric is folded only when one of its measures is in the usage
                metric.note("meter", "no_measure", "names no measure, so no usage would ever count");
            }
            for (String variable : variables) {
                if (!measures.contains(variable)) {
                    metric.note("meter", "unknown_measure", "the plan has no measure " + Members.shown(variable));
                }
            }
        } catch (MeterExpressions.Refused e) {
            metric.note("meter", "expression", e.explanation());
        }
    }

    private static String unit(Members object) {
        object.require("unit");
        return object.text("unit", PlanDefinition.MAX_WORD_LENGTH).orElse("");
    }

    private static Map<String, CatalogPlan.Meaning> meanings(List<MeteringPlan.Metric> metrics) {
        Map<String, CatalogPlan.Meaning> meanings = new TreeMap<>();
        for (MeteringPlan.Metric metric : metrics) {
            meanings.put(metric.name(), new CatalogPlan.Meaning(metric.unit(),
                    metric.accumulate() == null ? Accumulate.SUM.id() : metric.accumulate(), timeUnit(metric)));
        }
        return meanings;
    }
}
