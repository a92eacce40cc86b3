package io.quipu.collector.log;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.FaultyStore;
import io.quipu.common.time.Lateness;
import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.usage.Position;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** One collector process with a log, on a store that others may share, run by hand. */
public final class Collector {

    public static final Lateness LATENESS = new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));
    private static int processes;

    public final ManualExecutor executor = new ManualExecutor();
    public final ManualClock clock = new ManualClock();
    public final RecordedTraces traces = new RecordedTraces();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final StoredUsageLog log;
    private int appends;

    public Collector(FaultyStore store) {
        this(store, 1, 1_000_000, Duration.ofDays(400));
    }

    public Collector(FaultyStore store, int partitions, long maxBacklog, Duration retention) {
        this(store, new LogSettings(partitions, maxBacklog, 4, new LogTimes(LATENESS, retention)));
    }

    public Collector(FaultyStore store, LogSettings settings) {
        int process = ++processes;
        log = new StoredUsageLog(settings,
                new LogEnvironment(store, executor, clock, () -> process + "-" + ++appends, meters, traces));
    }

    /** Queues usages; nothing is written before the executor runs. */
    public CompletableFuture<List<Appended>> queue(String... dedupIds) {
        return queueIn(0, dedupIds);
    }

    /** Queues usages of one of several partitions. */
    public CompletableFuture<List<Appended>> queueIn(int partition, String... dedupIds) {
        return log.append(partition, Arrays.stream(dedupIds).map(Samples::usage).toList());
    }

    /** Appends usages and waits. */
    public List<Appended> append(LoggedUsage... usages) {
        CompletableFuture<List<Appended>> result = log.append(0, List.of(usages));
        executor.runAll();
        try {
            return result.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    public List<Appended> append(String... dedupIds) {
        return append(Arrays.stream(dedupIds).map(Samples::usage).toArray(LoggedUsage[]::new));
    }

    /** The dedup ids in the kept log, in order. */
    public List<String> logged() {
        return logged(0);
    }

    /** The dedup ids in the kept log of one of several partitions, in order. */
    public List<String> logged(int partition) {
        long lowest = log.lowestKept(partition);
        return Stream.iterate(lowest, n -> n + 1)
                .map(n -> log.documents().segment(partition, n))
                .takeWhile(Optional::isPresent)
                .flatMap(s -> s.get().usage().stream()).map(LoggedUsage::dedupId).toList();
    }

    public Segment segment(long n) {
        return log.documents().segment(0, n).orElseThrow();
    }

    /** Moves the cursor to the end of a segment, as a driver would. */
    public void drivenTo(long segment) {
        Segment last = segment(segment);
        Versioned<Cursor> cursor = log.documents().cursor(0);
        log.documents().replaceCursors(List.of(new CursorMove(0, cursor, new Cursor(Cursor.VERSION,
                Position.of(segment, last.usage().size() - 1),
                last.sequence() + last.usage().size()))));
    }
}
