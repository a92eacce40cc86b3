package io.quipu.acceptance.bench;

import io.quipu.acceptance.process.Place;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a benchmark was asked for.
 *
 * @param names of the scenarios, all but the soak when there is none
 * @param quick whether each is run in a short form
 * @param soak how long the soak lasts; empty when none was asked for
 * @param rate usages a second of {@code half-load}; empty for half of what was measured
 * @param seed what the order of consumers is drawn from
 * @param json where the results go
 * @param markdown where the tables go, too
 * @param commit of the sources
 * @param place where the services run
 */
public record BenchOptions(List<String> names, boolean quick, Optional<Duration> soak, Optional<BigDecimal> rate, long seed,
        Path json, Optional<Path> markdown, String commit, Place place) {

    private static final BigDecimal MAX_MINUTES = new BigDecimal(24 * 60);
    private static final BigDecimal MILLIS_OF_MINUTE = new BigDecimal(60_000);
    private static final Set<String> NAMES = Set.of("--quick", "--minutes", "--rate", "--seed", "--json", "--markdown", "--commit");

    /**
     * Reads options from the command line.
     *
     * @param names of scenarios
     * @param options by name, such as {@code --minutes}
     * @throws IllegalArgumentException with a sentence for the person at the terminal
     */
    public static BenchOptions of(List<String> names, Map<String, String> options) {
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(NAMES);
        unknown.removeAll(Place.NAMES);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("bench does not know " + String.join(", ", unknown));
        }
        Set<String> noScenario = new TreeSet<>(names);
        noScenario.removeAll(Scenarios.NAMES.keySet());
        if (!noScenario.isEmpty()) {
            throw new IllegalArgumentException("no such scenario: " + String.join(", ", noScenario)
                    + "; ./quipu bench --list names them");
        }
        Place place = Place.of(options);
        return new BenchOptions(List.copyOf(names), options.containsKey("--quick"),
                number(options, "--minutes", MAX_MINUTES).map(minutes ->
                        Duration.ofMillis(minutes.multiply(MILLIS_OF_MINUTE).longValue())),
                number(options, "--rate", new BigDecimal(1_000_000)),
                seed(options.getOrDefault("--seed", "1")),
                Path.of(options.getOrDefault("--json", place.data().resolve("results.json").toString())),
                Optional.ofNullable(options.get("--markdown")).map(Path::of), options.getOrDefault("--commit", "unknown"),
                place);
    }

    private static Optional<BigDecimal> number(Map<String, String> options, String name, BigDecimal max) {
        String text = options.get(name);
        if (text == null) {
            return Optional.empty();
        }
        try {
            BigDecimal number = new BigDecimal(text);
            if (number.signum() > 0 && number.compareTo(max) <= 0) {
                return Optional.of(number);
            }
        } catch (NumberFormatException notOne) {
            // answered below
        }
        throw new IllegalArgumentException(name + " must be a number above 0 and up to " + max.toPlainString() + ", not "
                + text);
    }

    private static long seed(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("--seed must be a whole number, not " + text);
        }
    }
}
