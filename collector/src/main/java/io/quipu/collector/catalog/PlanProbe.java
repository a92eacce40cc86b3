package io.quipu.collector.catalog;

import io.quipu.common.formula.EvaluationException;
import io.quipu.common.formula.Formula;
import io.quipu.common.plan.FunctionText;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MeteringPlan;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.plan.RatingPlan;
import io.quipu.common.quantity.Value;
import io.quipu.common.time.Window;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Runs the functions of a plan once, before it is stored: two usages of an hour at noon of a day, each measure 1, at a price of 1. What
 * fails is noted; it would fail for every usage, or nearly so.
 */
final class PlanProbe {

    private static final String RULE = "probe";
    private static final Window DAY = Window.parse("2026-01-15");
    private static final long START = DAY.from() + 12 * 3_600_000L;
    private static final long END = START + 3_600_000L;
    private static final Value ONE = Value.of(BigDecimal.ONE);

    private final Members metric;

    private PlanProbe(Members metric) {
        this.metric = metric;
    }

    /** Runs the functions of a metering plan's metric. */
    static void metering(Members metric, MeteringPlan.Metric definition, Set<String> measures) {
        new PlanProbe(metric).run(definition, measures);
    }

    /** Runs the functions of a rating plan's metric, on a number, or on an object where they read members. */
    static void rating(Members metric, RatingPlan.Metric definition) {
        PlanProbe probe = new PlanProbe(metric);
        Optional<Value> cost = Optional.of(ONE);
        if (FunctionText.is(definition.rate())) {
            Formula rate = Formula.compile(definition.rate());
            cost = probe.result("rate", rate, List.of(ONE, read(rate)));
            if (cost.isEmpty()) {
                return;
            }
            if (!(cost.get() instanceof Value.Numeric || cost.get() instanceof Value.Structure)) {
                metric.note("rate", RULE, "must return a number or an object");
                return;
            }
        } else if (definition.charge() != null) {
            cost = Optional.of(read(Formula.compile(definition.charge())));
        }
        if (definition.charge() != null) {
            probe.number("charge", Formula.compile(definition.charge()), cost.get());
        }
    }

    private void run(MeteringPlan.Metric definition, Set<String> measures) {
        Map<String, BigDecimal> measured = measures.stream().collect(Collectors.toMap(Function.identity(), name -> BigDecimal.ONE));
        MetricFunctions functions = MetricFunctions.of(definition);
        String member = "meter";
        try {
            Optional<Value> quantity = functions.meter(measured, START, END);
            if (quantity.isEmpty()) {
                return;
            }
            member = "accumulate";
            Optional<Value> first = functions.accumulate(Optional.empty(), quantity.get(), START, END, DAY);
            if (first.isEmpty()) {
                return;
            }
            Value second = functions.accumulate(first, quantity.get(), START, END, DAY).orElse(first.get());
            member = "aggregate";
            Value before = functions.quantity(first.get());
            Value total = functions.aggregate(Optional.empty(), Optional.empty(), before);
            total = functions.aggregate(Optional.of(total), Optional.of(before), functions.quantity(second));
            if (definition.summarize() != null) {
                number("summarize", Formula.compile(definition.summarize()), total);
            }
        } catch (MeteringException e) {
            metric.note(member, RULE, "fails for a usage that measures 1 of everything: " + e.getMessage());
        }
    }

    /** What a function expects as its second argument: a number, or an object with the members that it reads. */
    private static Value read(Formula formula) {
        if (formula.parameters() < 2 || formula.members(1).isEmpty()) {
            return ONE;
        }
        return new Value.Structure(new TreeMap<>(formula.members(1).stream()
                .collect(Collectors.toMap(Function.identity(), name -> ONE))));
    }

    private void number(String member, Formula formula, Value held) {
        result(member, formula, List.of(time(END), held, time(DAY.from()), time(DAY.to())))
                .filter(result -> !(result instanceof Value.Numeric))
                .ifPresent(result -> metric.note(member, RULE, "must return a number"));
    }

    private Optional<Value> result(String member, Formula formula, List<Value> arguments) {
        try {
            return Optional.of(formula.evaluate(arguments));
        } catch (EvaluationException e) {
            metric.note(member, RULE, "fails on a probe: " + e.getMessage());
            return Optional.empty();
        }
    }

    private static Value time(long millis) {
        return Value.of(BigDecimal.valueOf(millis));
    }
}
