package io.quipu.acceptance.chaos;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run was asked for.
 *
 * @param chaos how long the faults and the load last
 * @param seed what all choices are drawn from
 * @param apps the built services
 * @param data an empty directory
 * @param offset what is added to every port
 * @param javaOptions options of the services' Java machines
 */
public record ChaosOptions(Duration chaos, long seed, Path apps, Path data, int offset, String javaOptions) {

    private static final BigDecimal MAX_MINUTES = new BigDecimal(60);
    private static final BigDecimal MILLIS_OF_MINUTE = new BigDecimal(60_000);
    /** So that the highest port, a link's, is one. */
    private static final int MAX_OFFSET = 56_000;
    private static final Set<String> NAMES =
            Set.of("--minutes", "--seed", "--apps", "--data", "--offset", "--java-options");

    /**
     * Reads options from the command line.
     *
     * @param options by name, such as {@code --minutes}
     * @param newSeed the seed when none is given
     * @throws IllegalArgumentException with a sentence for the person at the terminal
     */
    public static ChaosOptions of(Map<String, String> options, long newSeed) {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(NAMES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("chaos does not know " + String.join(", ", unknown));
        }
        return new ChaosOptions(minutes(required(options, "--minutes")), seed(options.get("--seed"), newSeed),
                Path.of(required(options, "--apps")), Path.of(required(options, "--data")),
                offset(options.getOrDefault("--offset", "0")), options.getOrDefault("--java-options", ""));
    }

    private static String required(Map<String, String> options, String name) {
        String value = options.get(name);
        if (value == null) {
            throw new IllegalArgumentException("chaos needs " + name);
        }
        return value;
    }

    private static Duration minutes(String text) {
        try {
            BigDecimal minutes = new BigDecimal(text);
            if (minutes.signum() > 0 && minutes.compareTo(MAX_MINUTES) <= 0) {
                return Duration.ofMillis(minutes.multiply(MILLIS_OF_MINUTE).longValue());
            }
        } catch (NumberFormatException notOne) {
            // answered below
        }
        throw new IllegalArgumentException("--minutes must be a number above 0 and up to " + MAX_MINUTES
                + ", such as 2 or 0.5, not " + text);
    }

    private static long seed(String text, long newSeed) {
        try {
            return text == null ? newSeed : Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--seed must be a whole number, not " + text);
        }
    }

    private static int offset(String text) {
        try {
            int offset = Integer.parseInt(text);
            if (offset >= 0 && offset <= MAX_OFFSET) {
                return offset;
            }
        } catch (NumberFormatException notOne) {
            // answered below
        }
        throw new IllegalArgumentException("--offset must be a number from 0 to " + MAX_OFFSET + ", not " + text);
    }
}
