package io.quipu.collector.catalog;

import io.quipu.collector.catalog.recognition.Recognition;
import io.quipu.common.formula.Expression;
import io.quipu.common.formula.Formula;
import io.quipu.common.plan.Accumulate;
import io.quipu.common.plan.BuiltInFunctions;
import io.quipu.common.plan.FunctionText;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.quantity.Decimals;
import io.quipu.common.time.UnitOfTime;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;

/** Reads metering plans: measures, and the metrics that are made of them. */
final class MeteringPlanReader {

    /** Measures of a plan. */
    static final int MAX_MEASURES = 100;

    /** Characters of a metering expression. */
    static final int MAX_EXPRESSION_LENGTH = Expression.MAX_SOURCE_LENGTH;

    private static final String TIME_UNIT = "time_unit";
    private static final Set<String> PLAN = Members.names("plan_id", "measures", "metrics", PlanDefinition.RECOGNIZE);
    private static final Set<String> MEASURE = Members.names("name", "unit");
    private static final Set<String> METRIC = Members.names("name", "unit", "type", "meter", "accumulate", TIME_UNIT,
            "aggregate", "summarize", DeprecatedFormula.MEMBER);

    /** What a meter sees beside the measures. */
    private static final Set<String> TIMES = Set.of("start", "end");

    private final MeterExpressions expressions;
    private final boolean recognize;
    private final Set<String> measures;

    private MeteringPlanReader(MeterExpressions expressions, boolean recognize, List<MeteringPlan.Measure> measures) {
        this.expressions = expressions;
        this.recognize = recognize;
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
        MeteringPlanReader reader = new MeteringPlanReader(expressions,
                plan.flag(PlanDefinition.RECOGNIZE, true), measures);
        List<MeteringPlan.Metric> metrics = new ArrayList<>();
        Set<String> metricNames = new HashSet<>();
        for (Members metric : plan.objects("metrics", 1, PlanDefinition.MAX_METRICS)) {
            metrics.add(reader.metric(metric, metricNames));
        }
        PlanDefinition.checkLength(plan, metrics.stream().flatMap(metric ->
                Stream.of(metric.meter(), metric.accumulate(), metric.aggregate(), metric.summarize())));
        return new PlanDefinition(PlanKind.METERING, planId, new MeteringPlan(planId, measures, metrics), body,
                meanings(metrics));
    }

    private MeteringPlan.Metric metric(Members metric, Set<String> names) {
        metric.allow(METRIC);
        String name = PlanDefinition.name(metric, names);
        String unit = unit(metric);
        String type = metric.text("type", PlanDefinition.MAX_WORD_LENGTH).orElse(null);
        Optional<MeteringPlan.Metric> read = metric.absent(DeprecatedFormula.MEMBER) ? functions(metric, name, unit, type)
                : deprecated(metric, name, unit, type);
        MeteringPlan.Metric declared = read.orElseGet(() -> new MeteringPlan.Metric(name, unit, type, null, null));
        if (!declared.formulas()) {
            return declared;
        }
        Optional<MeteringPlan.Metric> builtIn = recognize ? Recognition.metering(declared, measures) : Optional.empty();
        if (builtIn.isEmpty() && weightedByTime(declared.accumulate())) {
            metric.note("accumulate", "exclusive", "time_weighted is for metrics without functions");
        } else if (builtIn.isEmpty()) {
            PlanProbe.metering(metric, declared, measures);
        }
        return builtIn.orElse(declared);
    }

    /** What the members say; empty when something is wrong with them. */
    private Optional<MeteringPlan.Metric> functions(Members metric, String name, String unit, String type) {
        Optional<String> meter = metric.source("meter").filter(text -> check(metric, "meter", text));
        if (metric.absent("meter") && !name.isEmpty() && !measures.contains(name)) {
            metric.note("meter", "required", "is missing, and there is no measure of the metric's name, "
                    + Members.shown(name) + ", to stand for it");
        }
        Optional<String> accumulate = PlanDefinition.function(metric, PlanFunction.ACCUMULATE, Accumulate.ids());
        Optional<String> timeUnit = PlanDefinition.builtIn(metric, TIME_UNIT, UnitOfTime.ids());
        if (!metric.absent(TIME_UNIT) && !weightedByTime(accumulate.orElse(null))) {
            metric.note(TIME_UNIT, "exclusive", "is for metrics with accumulate time_weighted only");
        }
        Optional<String> aggregate = PlanFunction.AGGREGATE.read(metric);
        Optional<String> summarize = PlanFunction.SUMMARIZE.read(metric);
        boolean all = meter.isPresent() != metric.absent("meter") && accumulate.isPresent() != metric.absent("accumulate")
                && aggregate.isPresent() != metric.absent("aggregate") && summarize.isPresent() != metric.absent("summarize");
        return !all ? Optional.empty() : Optional.of(new MeteringPlan.Metric(name, unit, type, meter.orElse(null),
                accumulate.orElse(null), timeUnit.orElse(null), aggregate.orElse(null), summarize.orElse(null)));
    }

    /** What a formula of Abacus's first plans says; empty when something is wrong with it. */
    private Optional<MeteringPlan.Metric> deprecated(Members metric, String name, String unit, String type) {
        for (String other : List.of("meter", "accumulate", "aggregate", "summarize", TIME_UNIT)) {
            if (!metric.absent(other)) {
                metric.note(other, "exclusive", "is for metrics without a formula");
            }
        }
        Optional<String> formula = metric.source(DeprecatedFormula.MEMBER);
        Optional<MeteringPlan.Metric> meant = formula.flatMap(text -> DeprecatedFormula.metric(text, name, unit, type));
        if (formula.isPresent() && meant.isEmpty()) {
            metric.note(DeprecatedFormula.MEMBER, "formula", "must be SUM, MAX or AVG of an expression of {measure}s, such as "
                    + "SUM({calls} / 1000)");
        }
        return meant.filter(known -> check(metric, DeprecatedFormula.MEMBER, known.meter()));
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

    /** Whether a meter is an expression, or a function, of the plan's measures; else what is wrong with it is noted. */
    private boolean check(Members metric, String member, String text) {
        if (FunctionText.is(text)) {
            return PlanFunction.METER.compile(metric, text).filter(meter -> readsMeasures(metric, meter)).isPresent();
        }
        if (text.length() > MAX_EXPRESSION_LENGTH) {
            metric.note(member, "max_length", "has " + text.length() + " characters; at most "
                    + MAX_EXPRESSION_LENGTH + " are allowed");
            return false;
        }
        try {
            Set<String> variables = expressions.variables(text);
            if (variables.isEmpty()) {
                // a metric is folded only when one of its measures is in the usage
                metric.note(member, "no_measure", "names no measure, so no usage would ever count");
            }
            return known(metric, member, variables) && !variables.isEmpty();
        } catch (MeterExpressions.Refused e) {
            metric.note(member, "expression", e.explanation());
            return false;
        }
    }

    private boolean readsMeasures(Members metric, Formula meter) {
        Set<String> read = new TreeSet<>(meter.parameters() == 0 ? Set.of() : meter.members(0));
        for (String time : TIMES) {
            if (read.contains(time) && measures.contains(time)) {
                metric.note("meter", "ambiguous", "reads " + time + ", which is the time of the usage, but also a measure of "
                        + "the plan");
                return false;
            }
        }
        read.removeAll(TIMES);
        return known(metric, "meter", read);
    }

    private boolean known(Members metric, String member, Set<String> names) {
        List<String> unknown = names.stream().filter(name -> !measures.contains(name)).toList();
        unknown.forEach(name -> metric.note(member, "unknown_measure", "the plan has no measure " + Members.shown(name)));
        return unknown.isEmpty();
    }

    private static String unit(Members object) {
        object.require("unit");
        return object.text("unit", PlanDefinition.MAX_WORD_LENGTH).orElse("");
    }

    private static Map<String, CatalogPlan.Meaning> meanings(List<MeteringPlan.Metric> metrics) {
        Map<String, CatalogPlan.Meaning> meanings = new TreeMap<>();
        for (MeteringPlan.Metric metric : metrics) {
            meanings.put(metric.name(), metric.formulas()
                    ? new CatalogPlan.Meaning(metric.unit(), "formulas " + Keys.hash(metric.accumulate() + "\n"
                            + metric.aggregate()), null)
                    : new CatalogPlan.Meaning(metric.unit(),
                            metric.accumulate() == null ? Accumulate.SUM.id() : metric.accumulate(), timeUnit(metric)));
        }
        return meanings;
    }
}
