package io.quipu.acceptance.chaos;

import io.quipu.acceptance.process.Place;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a run was asked for.
 *
 * @param instances of each service; more than one share a store
 * @param chaos how long the faults and the load last
 * @param seed what all choices are drawn from
 * @param place where the services run
 */
public record ChaosOptions(int instances, Duration chaos, long seed, Place place) {

    private static final BigDecimal MAX_MINUTES = new BigDecimal(60);
    private static final BigDecimal MILLIS_OF_MINUTE = new BigDecimal(60_000);
    /** Memory and start-up of five times as many processes on one machine. */
    private static final int MAX_INSTANCES = 4;
    private static final Set<String> NAMES = Set.of("--instances", "--minutes", "--seed");

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
        unknown.removeAll(Place.NAMES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("chaos does not know " + String.join(", ", unknown));
        }
        if (!options.containsKey("--minutes")) {
            throw new IllegalArgumentException("chaos needs --minutes");
        }
        return new ChaosOptions(instances(options.getOrDefault("--instances", "1")), minutes(options.get("--minutes")),
                seed(options.get("--seed"), newSeed), Place.of(options));
    }

    private static int instances(String text) {
        try {
            int instances = Integer.parseInt(text);
            if (instances >= 1 && instances <= MAX_INSTANCES) {
                return instances;
            }
        } catch (NumberFormatException notOne) {
            // answered below
        }
        throw new IllegalArgumentException("--instances must be a number from 1 to " + MAX_INSTANCES + ", not " + text);
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
}
