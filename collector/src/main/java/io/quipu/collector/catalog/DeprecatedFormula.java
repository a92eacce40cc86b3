package io.quipu.collector.catalog;

import io.quipu.common.plan.FunctionText;
import io.quipu.common.plan.MeteringPlan;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The {@code formula} of Abacus's first plans: {@code SUM}, {@code MAX} or {@code AVG} of an expression of measures in curly brackets. It
 * is what a metering expression and an accumulate function say; an average needs functions of its own.
 */
final class DeprecatedFormula {

    /** The name of the member. */
    static final String MEMBER = "formula";

    private static final Pattern CALL = Pattern.compile("\\s*(SUM|MAX|AVG)\\s*\\((.*)\\)\\s*", Pattern.DOTALL);
    private static final Pattern MEASURE = Pattern.compile("\\{\\s*([\\p{L}_$][\\p{L}\\p{Nd}_$]*)\\s*\\}");

    private static final String COUNT = "(a, qty) => ({ sum: (a.sum || 0) + qty, count: (a.count || 0) + 1 })";
    private static final String ADD_UP = "(a, prev, curr) => ({ sum: (a.sum || 0) + curr.sum - (prev.sum || 0), "
            + "count: (a.count || 0) + curr.count - (prev.count || 0) })";
    private static final String AVERAGE = "(t, qty) => qty.count ? qty.sum / qty.count : 0";

    private DeprecatedFormula() {
    }

    /** The metric that a formula means; empty when it is none. */
    static Optional<MeteringPlan.Metric> metric(String formula, String name, String unit, String type) {
        Matcher call = CALL.matcher(formula);
        if (!call.matches()) {
            return Optional.empty();
        }
        String meter = MEASURE.matcher(call.group(2)).replaceAll("$1");
        if (FunctionText.is(meter)) {
            return Optional.empty();
        }
        return Optional.of(switch (call.group(1)) {
            case "SUM" -> new MeteringPlan.Metric(name, unit, type, meter, "sum");
            case "MAX" -> new MeteringPlan.Metric(name, unit, type, meter, "max");
            default -> new MeteringPlan.Metric(name, unit, type, meter, COUNT, null, ADD_UP, AVERAGE);
        });
    }
}
