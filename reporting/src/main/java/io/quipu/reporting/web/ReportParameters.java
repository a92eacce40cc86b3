package io.quipu.reporting.web;

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
 * @param resourceId the only resource shown; all when left out
 */
record ReportParameters(String time, String hours, String days, String months, String depth, String resourceId) {

    /**
     * The query.
     *
     * @throws io.quipu.common.web.Problem 400, code {@code invalid}, with everything that is wrong
     */
    ReportQuery query(String organizationId, long now) {
        Violations violations = new Violations();
        long at = Numbers.time(violations, "time", time, now);
        int hourSlots = Numbers.slots(violations, "hours", hours, 0, ReportQuery.MAX_HOURS, ReportQuery.DEFAULT_HOURS);
        int daySlots = Numbers.slots(violations, "days", days, 1, ReportQuery.MAX_DAYS, ReportQuery.DEFAULT_DAYS);
        int monthSlots = Numbers.slots(violations, "months", months, 1, ReportQuery.MAX_MONTHS, ReportQuery.DEFAULT_MONTHS);
        Optional<Depth> level = depth == null ? Optional.of(Depth.CONSUMER) : Depth.find(depth);
        if (level.isEmpty()) {
            violations.add("depth", "one_of", "depth is one of "
                    + Arrays.stream(Depth.values()).map(Depth::id).collect(Collectors.joining(", ")));
        }
        if (resourceId != null && (resourceId.isEmpty() || resourceId.length() > ReportQuery.MAX_ID_LENGTH)) {
            violations.add("resource_id", "length", "resource_id is left out or has 1 to " + ReportQuery.MAX_ID_LENGTH
                    + " characters");
        }
        violations.orThrow("The report cannot be asked for like this.");
        return new ReportQuery(organizationId, at, hourSlots, daySlots, monthSlots, level.orElseThrow(), resourceId);
    }
}
