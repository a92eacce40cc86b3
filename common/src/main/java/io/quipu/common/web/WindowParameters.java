package io.quipu.common.web;

import io.quipu.common.time.Retention;
import io.quipu.common.time.Window;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Window ids of a request between services. */
public final class WindowParameters {

    /** Windows that one request may name: more than the days and months that a report can need. */
    public static final int MAX = 100;

    private WindowParameters() {
    }

    /**
     * The windows of those ids.
     *
     * @throws Problem 400, code {@code invalid}, when one is no month or day, or there are too many
     */
    public static List<Window> parse(List<String> ids) {
        return parse("window", ids);
    }

    /**
     * The windows of those ids.
     *
     * @param parameter its name
     * @throws Problem 400, code {@code invalid}, when one is no month or day, or there are too many
     */
    public static List<Window> parse(String parameter, List<String> ids) {
        Violations violations = new Violations();
        if (ids.size() > MAX) {
            violations.add(parameter, "max_size", "at most " + MAX + " windows, not " + ids.size());
        }
        List<Window> windows = ids.stream().limit(MAX).map(id -> {
            try {
                return Window.parse(id);
            } catch (IllegalArgumentException e) {
                violations.add(parameter, "format", e.getMessage());
                return null;
            }
        }).toList();
        violations.orThrow("The windows cannot be read.");
        return windows;
    }

    /**
     * Refuses windows whose documents are no longer kept: an answer without them would look as if nothing had been used.
     *
     * @param now the time, milliseconds since the epoch
     * @throws Problem 410, code {@code expired}, that says from when on they are kept
     */
    public static void requireKept(Collection<Window> windows, Retention retention, long now) {
        long keptFrom = retention.keptFrom(now);
        windows.stream().filter(window -> window.from() < keptFrom).min(Comparator.comparingLong(Window::from)).ifPresent(gone -> {
            throw Problem.of(410, "expired", "Nothing is kept any more of " + gone + ": the totals of " + retention.documents()
                    + " are kept for " + retention.months() + " months after the end of theirs (" + retention.property()
                    + "), which is now from " + Window.month(keptFrom) + " on.");
        });
    }
}
