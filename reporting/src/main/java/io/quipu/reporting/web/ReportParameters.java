package io.quipu.reporting.web;

import io.quipu.common.time.Window;
import io.quipu.common.web.Violations;
import io.quipu.reporting.report.Depth;
import io.quipu.reporting.report.ReportQuery;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parameters of a report as they came, each null when it was left out.
 *
 * @param time as of when, milliseconds since the epoch; now when left out
 * @param hours slots of hours
 * @param days slots of days
 * @param months slots of months
 * @param depth how far down; consumers when left out
 */
record ReportParameters(String time, String hours, String days, String months, String depth) {

    private static final int MAX_DIGITS = 18;

    /**
     * The query.
     *
     * @throws io.quipu.common.web.Problem 400, code {@code invalid}, with everything that is wrong
     */
    ReportQuery query(String organizationId, long now) {
        Violations violations = new Violations();
        long at = time == null ? now
                : number(violations, "time", time, Window.MIN_TIME, Window.MAX_TIME - 1, "milliseconds since the epoch");
        int hourSlots = count(violations, "hours", hours, 0, ReportQuery.MAX_HOURS, ReportQuery.DEFAULT_HOURS);
        int daySlots = count(violations, "days", days, 1, ReportQuery.MAX_DAYS, ReportQuery.DEFAULT_DAYS);
        int monthSlots = count(violations, "months", months, 1, ReportQuery.MAX_MONTHS, ReportQuery.DEFAULT_MONTHS);
        Optional<Depth> level = depth == null ? Optional.of(Depth.CONSUMER) : Depth.find(depth);
        if (level.isEmpty()) {
            violations.add("depth", "one_of", "depth is one of "
                    + Arrays.stream(Depth.values()).map(Depth::id).collect(Collectors.joining(", ")));
        }
        violations.orThrow("The report cannot be asked for like this.");
        return new ReportQuery(organizationId, at, hourSlots, daySlots, monthSlots, level.orElseThrow());
    }

    private static int count(Violations violations, String name, String text, int min, int max, int absent) {
        return text == null ? absent : (int) number(violations, name, text, min, max, "a number of slots");
    }

    /** The number, or {@code min} when it is none. */
    private static long number(Violations violations, String name, String text, long min, long max, String what) {
        boolean digits = !text.isEmpty() && text.length() <= MAX_DIGITS
                && text.chars().allMatch(c -> c >= '0' && c <= '9');
        long number = digits ? Long.parseLong(text) : -1;
        if (number < min || number > max) {
            violations.add(name, "range", name + " is " + what + ", an integer from " + min + " to " + max);
            return min;
        }
        return number;
    }
}
