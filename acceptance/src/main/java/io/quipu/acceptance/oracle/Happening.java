package io.quipu.acceptance.oracle;

import java.util.Comparator;
import java.util.List;

/**
 * What happened, and which of several it is.
 *
 * @param kind {@code stop}, {@code gone}, {@code start}, {@code level} or {@code snapshot}
 * @param id the provider's id, or null
 */
public record Happening(String kind, String id) implements Comparable<Happening> {

    /** The kinds in the order in which they take effect at one time. */
    private static final List<String> ORDER = List.of("stop", "gone", "start", "level", "snapshot");

    /** Checks the kind. */
    public Happening {
        if (!ORDER.contains(kind)) {
            throw new IllegalArgumentException("nothing that happens is a " + kind);
        }
    }

    /** Which of two takes effect first at one time. */
    @Override
    public int compareTo(Happening other) {
        return Comparator.comparingInt((Happening happening) -> ORDER.indexOf(happening.kind))
                .thenComparing(Happening::id, Comparator.nullsFirst(Comparator.naturalOrder())).compare(this, other);
    }
}
