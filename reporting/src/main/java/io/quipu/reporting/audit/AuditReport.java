package io.quipu.reporting.audit;

import io.quipu.common.quantity.Value;
import java.util.List;

/**
 * What an audit found.
 *
 * @param organizationId the organization
 * @param month the month, such as {@code 2026-11}
 * @param verdict {@link #CLEAN} or {@link #DIFFERENT}
 * @param usages usages of the month in the log, as far as any document has come
 * @param duplicates how many of them repeat an earlier one
 * @param rejected how many of them count nowhere
 * @param documents documents compared
 * @param figures figures compared
 * @param differenceCount how many differ
 * @param differences the first {@link AuditLimits#MAX_DIFFERENCES} of them, from the organization down
 * @param partition the organization's partition
 * @param cursor the position up to which it was processed in every stage when the audit began
 * @param notAudited the metrics that were left out, by name: those that are weighted by time, or metered or rated by
 *     formulas; null when there are none
 */
public record AuditReport(String organizationId, String month, String verdict, long usages, long duplicates,
        long rejected, long documents, long figures, long differenceCount, List<Difference> differences, int partition,
        long cursor, List<String> notAudited) {

    /** Every figure is what the log adds up to. */
    public static final String CLEAN = "clean";

    /** Some figure is not. */
    public static final String DIFFERENT = "different";

    /** Copies the lists. */
    public AuditReport {
        differences = List.copyOf(differences);
        notAudited = notAudited == null || notAudited.isEmpty() ? null : List.copyOf(notAudited);
    }

    /** Whether nothing differs. */
    public boolean clean() {
        return verdict.equals(CLEAN);
    }

    /**
     * A figure that is not what the log adds up to. Members that do not apply are null.
     *
     * @param level whose figure it is: {@code organization}, {@code space}, {@code consumer}, {@code instance}; {@code log}
     *     for the decision on a usage
     * @param document the key of the document that holds it
     * @param spaceId the space
     * @param consumerId the consumer
     * @param resourceId the resource
     * @param planId the plan path
     * @param resourceInstanceId the instance
     * @param metric the metric
     * @param window the month or day
     * @param hour the hour of the day
     * @param field what it is: {@code quantity}, {@code cost}, {@code state}, …
     * @param stored what is stored; null when nothing is
     * @param audited what the log adds up to; null when nothing does
     * @param explainedBy the usage that would make the difference, or the last ones that went into the figure
     */
    public record Difference(String level, String document, String spaceId, String consumerId, String resourceId,
            String planId, String resourceInstanceId, String metric, String window, Integer hour, String field,
            Value stored, Value audited, List<Explanation> explainedBy) {

        /** Copies the list. */
        public Difference {
            explainedBy = List.copyOf(explainedBy);
        }
    }

    /**
     * A usage that explains a difference.
     *
     * @param position its position in the log
     * @param location where it is found, or null
     * @param how {@code missing}: it was not counted; {@code counted_twice}; {@code duplicate}: it repeats another and was
     *     counted; {@code rejected}: it must not count and was counted; {@code early}: it was counted before its turn; {@code
     *     latest}: none of these, but one of the last usages that went into the figure
     */
    public record Explanation(long position, String location, String how) {
    }
}
