package io.quipu.acceptance.simulation;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingSystem;

/**
 * Runs many seeds, as many at a time as there are processors, and tells what it found. A seed is one run of all stages on
 * simulated time, disks and network, judged by an oracle.
 */
public final class Simulation {

    /** Seeds after which every kind of fault must have happened at every place. */
    public static final int COVERING = 2_000;

    private static final int STACK = 1 << 20;
    private static final int STORY_LINES = 150;
    private static final Duration PROGRESS = Duration.ofSeconds(10);

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(null, task, "fiber", STACK);
        thread.setDaemon(true);
        return thread;
    });

    /**
     * A simulation.
     *
     * @param out told how it goes
     * @param nanoTime the time that passes outside of the simulation
     */
    public Simulation(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        // The services log what fails; here everything fails, on purpose.
        LoggingSystem.get(Simulation.class.getClassLoader()).setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.OFF);
    }

    /**
     * Runs seeds until one goes wrong.
     *
     * @param from the first seed
     * @param seeds how many
     * @param limit for how long at most
     * @param story whether to look for the shortest story of a violation, which takes a while
     * @return whether all went well, and, of at least {@link #COVERING} seeds, all faults have happened everywhere
     */
    public boolean run(long from, long seeds, Duration limit, boolean story) {
        long begun = nanoTime.getAsLong();
        Tally tally = new Tally();
        AtomicLong next = new AtomicLong(from);
        ConcurrentSkipListMap<Long, Run.Result> wrong = new ConcurrentSkipListMap<>();
        int workers = Runtime.getRuntime().availableProcessors();
        ExecutorService pool = Executors.newFixedThreadPool(workers);
        try {
            List<Future<?>> running = new ArrayList<>();
            for (int i = 0; i < workers; i++) {
                running.add(pool.submit(() -> {
                    while (wrong.isEmpty() && nanoTime.getAsLong() - begun < limit.toNanos()) {
                        long seed = next.getAndIncrement();
                        if (seed >= from + seeds) {
                            return;
                        }
                        Run.Result result = Run.of(seed, Run.Choice.ALL, false, threads);
                        if (!result.violations().isEmpty()) {
                            wrong.put(seed, result);
                        }
                        tally.add(result, nanoTime.getAsLong() - begun);
                    }
                }));
            }
            for (Future<?> worker : running) {
                worker.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException("a seed could not be run", e.getCause());
        } finally {
            pool.shutdownNow();
        }
        tally.print(nanoTime.getAsLong() - begun);
        if (!wrong.isEmpty()) {
            long seed = wrong.firstKey();
            out.println("seed " + seed + ": VIOLATION " + wrong.get(seed).violations().get(0));
            if (story) {
                tellShortest(seed);
            }
            out.println(seed - from + 1 + " seeds, 1 violation");
            return false;
        }
        if (tally.accepted == 0 || tally.audited == 0) {
            out.println("nothing was accepted, or nothing audited, so nothing was shown");
            return false;
        }
        boolean covered = tally.seeds < COVERING || tally.covered();
        out.println(tally.seeds + " seeds, 0 violations");
        return covered;
    }

    /**
     * Replays one seed, step by step.
     *
     * @param usages how many usages arrive, at most; all when empty
     * @param only the faults that happen, by ordinal; all when empty
     */
    public boolean replay(long seed, Optional<Integer> usages, Optional<Set<Integer>> only) {
        Run.Result result = Run.of(seed, new Run.Choice(usages.orElse(Run.Choice.ALL.usages()), only.orElse(null)), true,
                threads);
        result.story().forEach(out::println);
        result.violations().forEach(violation -> out.println("seed " + seed + ": VIOLATION " + violation));
        out.println("1 seeds, " + (result.violations().isEmpty() ? "0 violations" : "1 violation"));
        return result.violations().isEmpty();
    }

    private void tellShortest(long seed) {
        Run.Choice least = new Shrinking(seed, threads).least();
        List<String> story = Run.of(seed, least, true, threads).story();
        out.println("The shortest story found, its last " + Math.min(story.size(), STORY_LINES) + " lines:");
        story.subList(Math.max(0, story.size() - STORY_LINES), story.size()).forEach(line -> out.println("  " + line));
        out.println("All of it: ./quipu simulate --seed " + seed + " --trace --usages " + least.usages() + (least.only() == null
                ? "" : " --faults " + least.only().stream().map(String::valueOf).collect(Collectors.joining(","))));
    }

    private final class Tally {

        private final Map<String, Integer> faults = new TreeMap<>();
        private long seeds;
        private long accepted;
        private long audited;
        private long toldAt;

        synchronized void add(Run.Result result, long nanos) {
            seeds++;
            accepted += result.accepted();
            audited += result.audited();
            result.faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
            if (nanos - toldAt > PROGRESS.toNanos()) {
                toldAt = nanos;
                out.println(seeds + " seeds, " + perSecond(nanos) + " seeds/s");
            }
        }

        private String perSecond(long nanos) {
            return String.valueOf(seeds * 10_000_000_000L / Math.max(1, nanos) / 10.0);
        }

        void print(long nanos) {
            out.println("faults injected:");
            Map<String, StringBuilder> places = new TreeMap<>();
            faults.forEach((kind, count) -> {
                String place = kind.substring(0, kind.indexOf(' '));
                places.computeIfAbsent(place, p -> new StringBuilder()).append("  ").append(kind.substring(place.length() + 1))
                        .append(' ').append(count);
            });
            places.forEach((place, counts) -> out.printf("  %-26s%s%n", place, counts));
            out.println(accepted + " usages accepted, " + audited + " months audited, " + faults.values().stream().mapToInt(Integer::intValue).sum()
                    + " faults, " + perSecond(nanos) + " seeds/s");
        }

        boolean covered() {
            List<String> never = new ArrayList<>(Faults.all());
            never.removeAll(faults.keySet());
            never.forEach(kind -> out.println("NEVER HAPPENED: " + kind));
            return never.isEmpty();
        }
    }
}
