package io.quipu.common.web;

import java.util.ArrayList;
import java.util.List;

/** Collects all that is wrong with an input, so that the answer lists everything at once. Not thread-safe. */
public final class Violations {

    /** Violations that one answer lists; what is more is not added. */
    public static final int MAX = 100;

    private final List<Violation> found = new ArrayList<>();

    /** Notes a violation. */
    public void add(String field, String rule, String reason) {
        if (found.size() < MAX) {
            found.add(new Violation(field, rule, reason));
        }
    }

    /** Notes a violation that explains the others, before all of them; the last of a full list makes room. */
    public void first(String field, String rule, String reason) {
        if (found.size() == MAX) {
            found.remove(MAX - 1);
        }
        found.add(0, new Violation(field, rule, reason));
    }

    /** Whether nothing was found. */
    public boolean isEmpty() {
        return found.isEmpty();
    }

    /** What was found, in the order of finding. */
    public List<Violation> list() {
        return List.copyOf(found);
    }

    /**
     * Ends the request when something was found.
     *
     * @throws Problem 400, code {@code invalid}, with all violations
     */
    public void orThrow(String detail) {
        if (!found.isEmpty()) {
            throw Problem.of(400, "invalid", detail).with(list());
        }
    }
}
