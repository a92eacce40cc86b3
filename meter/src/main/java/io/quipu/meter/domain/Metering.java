package io.quipu.meter.domain;

import io.quipu.common.plan.CompiledPlan;
import io.quipu.common.plan.MeteringException;
import io.quipu.common.plan.MetricFunctions;
import io.quipu.common.quantity.Value;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.MeteredQuantity;
import io.quipu.common.usage.MeteredUsage;
import io.quipu.common.usage.Rejection;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Makes metrics of measures: each metric of the plan is metered from the measures of one usage, in the plan's order. A pure
 * function of the usage and its plan, so every repetition finds the same, rejections too.
 *
 * <p>With {@code storage / 1073741824} as metric {@code storage}, a usage of 10737418240 bytes is metered as 10 GB.
 */
public final class Metering {

    /** The stage that rejections name. */
    public static final String STAGE = "meter";

    private Metering() {
    }

    /**
     * Meters a usage.
     *
     * <p>A metric none of whose measures is in the usage is left out. One metric that cannot be metered rejects the whole
     * usage: a usage counts in all its metrics or in none. Of a start or a level only the levels are metered that it sets; a
     * stop meters nothing.
     */
    public static Metered meter(CollectedUsage usage, CompiledPlan plan) {
        Map<String, BigDecimal> measures = new HashMap<>();
        for (MeasuredQuantity measured : usage.measuredUsage()) {
            measures.put(measured.measure(), measured.quantity());
        }
        List<MeteredQuantity> metered = new ArrayList<>();
        try {
            plan.functions().forEach((metric, functions) -> {
                quantity(usage, functions, measures)
                        .ifPresent(quantity -> metered.add(new MeteredQuantity(metric, quantity)));
            });
        } catch (MeteringException e) {
            return new Metered.Rejected(new Rejection(usage.position(), STAGE, e.code(), e.getMessage()));
        }
        return new Metered.Accepted(new MeteredUsage(usage.position(), usage.acceptedAt(), usage.origin(), usage.pin(),
                metered, usage.event()));
    }

    /** Of an event only levels are metered, since it says what runs, not that anything was used. */
    private static Optional<Value> quantity(CollectedUsage usage, MetricFunctions functions,
            Map<String, BigDecimal> measures) {
        Event event = usage.event();
        if (event == null) {
            return functions.meter(measures, usage.origin().start(), usage.origin().end());
        }
        return event.kind().stops() ? Optional.empty() : functions.level(measures);
    }
}
