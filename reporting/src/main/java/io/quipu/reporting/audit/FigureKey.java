package io.quipu.reporting.audit;

import io.quipu.common.usage.PlanPath;
import java.util.Comparator;

/**
 * Which figure of a document; what does not apply is null.
 *
 * @param spaceId in an organization's document the space, or null for the organization itself
 * @param resourceId the resource
 * @param path the plan path
 * @param metric the metric
 * @param hour the hour of the day
 * @param field what it is
 */
record FigureKey(String spaceId, String resourceId, PlanPath path, String metric, Integer hour, Field field)
        implements Comparable<FigureKey> {

    private static final Comparator<FigureKey> ORDER =
            Comparator.comparing(FigureKey::spaceId, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
            .thenComparing(FigureKey::resourceId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FigureKey::path, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FigureKey::metric, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FigureKey::hour, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(FigureKey::field);

    /** A figure of the whole document. */
    static FigureKey of(Field field) {
        return new FigureKey(null, null, null, null, null, field);
    }

    /** The same place, another figure. */
    FigureKey with(Field other) {
        return new FigureKey(spaceId, resourceId, path, metric, hour, other);
    }

    @Override
    public int compareTo(FigureKey other) {
        return ORDER.compare(this, other);
    }
}
