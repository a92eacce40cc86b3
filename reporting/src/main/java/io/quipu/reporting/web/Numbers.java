package io.quipu.reporting.web;

import io.quipu.common.time.Window;
import io.quipu.common.web.Violations;

/** Reads the numbers in paths and queries of reports. */
final class Numbers {

    private static final int MAX_DIGITS = 18;

    private Numbers() {
    }

    /**
     * A time in milliseconds since the epoch.
     *
     * @param text as it came, or null
     * @param absent the time when it was left out
     */
    static long time(Violations violations, String name, String text, long absent) {
        return text == null ? absent
                : number(violations, name, text, Window.MIN_TIME, Window.MAX_TIME - 1, "milliseconds since the epoch");
    }

    /**
     * How many slots.
     *
     * @param text as it came, or null
     * @param absent how many when it was left out
     */
    static int slots(Violations violations, String name, String text, int min, int max, int absent) {
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
