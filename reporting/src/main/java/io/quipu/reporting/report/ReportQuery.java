package io.quipu.reporting.report;

import java.util.List;
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
 * @param resourceId the only resource shown, in every scope; null for all. Spaces and consumers that used others are there all the
 *     same, without resources
 */
public record ReportQuery(String organizationId, long time, int hours, int days, int months, Depth depth, String resourceId) {

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

    /** Characters that the id of a resource may have: as many as in a usage. */
    public static final int MAX_ID_LENGTH = 1_024;

    /** Checks that nothing is missing. */
    public ReportQuery {
        Objects.requireNonNull(organizationId, "organizationId");
        Objects.requireNonNull(depth, "depth");
    }

    /** Asks for all resources. */
    public ReportQuery(String organizationId, long time, int hours, int days, int months, Depth depth) {
        this(organizationId, time, hours, days, months, depth, null);
    }

    /** Of a scope's resources those that are shown. */
    public List<ResourceReport> shown(List<ResourceReport> resources) {
        return resourceId == null ? resources
                : resources.stream().filter(resource -> resource.resourceId().equals(resourceId)).toList();
    }
}
