package io.quipu.acceptance.simulation;

import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Looks for less of a seed that still goes wrong: fewer usages, then fewer faults. */
final class Shrinking {

    private static final int MAX_RUNS = 200;

    private final long seed;
    private final ExecutorService threads;
    private int runs;

    Shrinking(long seed, ExecutorService threads) {
        this.seed = seed;
        this.threads = threads;
    }

    /** The least that was found. */
    Run.Choice least() {
        Run.Choice best = Run.Choice.ALL;
        int usages = Run.of(seed, best, false, threads).usages();
        for (int step = usages; step > 0 && usages > 1; step /= 2) {
            while (usages - step > 0 && fails(new Run.Choice(usages - step, null))) {
                usages -= step;
            }
        }
        best = new Run.Choice(usages, null);
        int decided = Run.of(seed, best, false, threads).decided();
        Set<Integer> only = IntStream.range(0, decided).boxed().collect(Collectors.toCollection(TreeSet::new));
        for (int part = Math.max(1, only.size() / 2); ; part = Math.max(1, part / 2)) {
            boolean less = false;
            for (int from = 0; from < only.size(); ) {
                Set<Integer> rest = without(only, from, part);
                if (fails(new Run.Choice(usages, rest))) {
                    only = rest;
                    less = true;
                } else {
                    from += part;
                }
            }
            if (part == 1 && !less || runs >= MAX_RUNS) {
                return new Run.Choice(usages, only);
            }
        }
    }

    private static Set<Integer> without(Set<Integer> all, int from, int count) {
        Set<Integer> rest = new TreeSet<>(all);
        all.stream().skip(from).limit(count).forEach(rest::remove);
        return rest;
    }

    private boolean fails(Run.Choice choice) {
        return runs++ < MAX_RUNS && !Run.of(seed, choice, false, threads).violations().isEmpty();
    }
}
