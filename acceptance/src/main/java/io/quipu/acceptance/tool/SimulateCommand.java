package io.quipu.acceptance.tool;

import io.quipu.acceptance.simulation.Simulation;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/** {@code simulate}: many seeds, or one of them step by step. */
final class SimulateCommand {

    private static final Duration FOR_EVER = Duration.ofDays(10_000);
    private static final BigDecimal MILLIS_OF_MINUTE = BigDecimal.valueOf(60_000);
    private static final BigDecimal MAX_MINUTES = BigDecimal.valueOf(10_000);
    private static final Set<String> MANY = Set.of("--seeds", "--from", "--minutes", "--brief");
    private static final Set<String> ONE = Set.of("--seed", "--trace", "--usages", "--faults");

    private final Map<String, String> options;

    /**
     * The command.
     *
     * @throws ToolException when the options do not go together, or one of them is unknown
     */
    SimulateCommand(Map<String, String> options) {
        this.options = options;
        boolean one = options.containsKey("--seed");
        Set<String> unknown = new TreeSet<>(options.keySet());
        unknown.removeAll(one ? ONE : MANY);
        if (!unknown.isEmpty()) {
            throw new ToolException("simulate " + (one ? "--seed" : "without --seed") + " does not take "
                    + String.join(", ", unknown));
        }
        if (one && !options.containsKey("--trace") && options.size() > 1) {
            throw new ToolException("--usages and --faults need --trace");
        }
    }

    /** Runs it; answers whether all went well. */
    boolean run(PrintStream out, LongSupplier nanoTime) {
        Simulation simulation = new Simulation(out, nanoTime);
        if (options.containsKey("--trace")) {
            return simulation.replay(positive("--seed", 1), Optional.ofNullable(options.get("--usages"))
                    .map(text -> (int) positive("--usages", 1)), faults());
        }
        if (options.containsKey("--seed")) {
            return simulation.run(positive("--seed", 1), 1, FOR_EVER, true);
        }
        boolean timed = options.containsKey("--minutes");
        return simulation.run(positive("--from", 1),
                positive("--seeds", timed ? Integer.MAX_VALUE : Simulation.COVERING), timed ? minutes() : FOR_EVER,
                !options.containsKey("--brief"));
    }

    private long positive(String option, long otherwise) {
        String value = options.get(option);
        if (value == null) {
            return otherwise;
        }
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            throw new ToolException(option + " must be a number, not " + value);
        }
        throw new ToolException(option + " must be above 0, not " + value);
    }

    private Duration minutes() {
        try {
            BigDecimal minutes = new BigDecimal(options.get("--minutes"));
            if (minutes.signum() > 0 && minutes.compareTo(MAX_MINUTES) <= 0) {
                return Duration.ofMillis(minutes.multiply(MILLIS_OF_MINUTE).longValue());
            }
        } catch (NumberFormatException e) {
            throw new ToolException("--minutes must be a number, not " + options.get("--minutes"));
        }
        throw new ToolException("--minutes must be above 0 and up to " + MAX_MINUTES);
    }

    private Optional<Set<Integer>> faults() {
        try {
            return Optional.ofNullable(options.get("--faults")).map(list -> Arrays.stream(list.split(","))
                    .filter(text -> !text.isBlank()).map(Integer::valueOf).collect(Collectors.toSet()));
        } catch (NumberFormatException e) {
            throw new ToolException("--faults must be numbers separated by commas, not " + options.get("--faults"));
        }
    }
}
