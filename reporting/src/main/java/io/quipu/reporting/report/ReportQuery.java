package io.quipu.reporting.report;

import java.util.Objects;

/**
 * What is asked for.
 *
 * @param organizationId the organization
 * @param time as of when, milliseconds since the epoch
 * @param hours slots of hours, 0 to {@link #MAX_HOURS}
 * @param days slots of days, 1 to {@link #MAX_DAYS}
 * @param months slots of months, 1 to {@link #MAX_MONTHS}
 * @param depth how far down
 */
public record ReportQuery(String organizationId, long time, int hours, int days, int months, Depth depth) {

    /** Hours shown unless asked otherwise. */
    public static final int DEFAULT_HOURS = 2;

    /** Days shown unless asked otherwise. */
    public static final int DEFAULT_DAYS = 3;

    /** Months shown unless asked otherwise. */
    public static final int DEFAULT_MONTHS = 2;

    /** Hours that may be asked for: two days and the current one. */
    public static final int MAX_HOURS = 49;

    /** Days that may be asked for: a month and the current one. */
    public static final int MAX_DAYS = 32;

    /** Months that may be asked for: a year and the current one. */
    public static final int MAX_MONTHS = 13;

    /** Checks that nothing is missing. */
    public ReportQuery {
        Objects.requireNonNull(organizationId, "organizationId");
        Objects.requireNonNull(depth, "depth");
    }
}
