package io.quipu.collector.catalog;

import java.util.Locale;

/** The three kinds of plan that a resource's plan is mapped to. */
public enum PlanKind {

    /** Which metrics are made of which measures. */
    METERING,
    /** How quantities become costs. */
    RATING,
    /** What units cost, by country. */
    PRICING;

    /** The name in paths and keys, such as {@code metering}. */
    public String id() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The kind of that name.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static PlanKind named(String id) {
        return valueOf(id.toUpperCase(Locale.ROOT));
    }
}
