package io.quipu.collector.intake;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogProgress;
import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.UsageLog;
import io.quipu.common.usage.Position;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A log in memory, one segment per append, that can be told to refuse. */
public final class FakeLog implements UsageLog {

    public static final int PARTITIONS = 4;

    private final Map<Integer, List<Segment>> segments = new HashMap<>();
    private final Map<Integer, RuntimeException> failures = new HashMap<>();
    private final Set<Integer> silent = new HashSet<>();
    private final Set<String> late = new HashSet<>();
    private final Map<Integer, Long> kept = new HashMap<>();
    private final long time;
    private int count;
    private volatile boolean stands;
    private volatile long latestMarked = Long.MAX_VALUE;
    private boolean holds;
    private final List<Runnable> held = new ArrayList<>();

    public FakeLog(long time) {
        this.time = time;
    }

    @Override
    public int partitions() {
        return PARTITIONS;
    }

    @Override
    public int partition(String organizationId) {
        return Math.floorMod(organizationId.hashCode(), PARTITIONS);
    }

    @Override
    public synchronized CompletableFuture<List<Appended>> append(int partition, List<LoggedUsage> usages) {
        if (!holds) {
            return appended(partition, usages);
        }
        CompletableFuture<List<Appended>> later = new CompletableFuture<>();
        held.add(() -> appended(partition, usages).whenComplete((outcomes, failure) -> {
            if (failure == null) {
                later.complete(outcomes);
            } else {
                later.completeExceptionally(failure);
            }
        }));
        notifyAll();
        return later;
    }

    private synchronized CompletableFuture<List<Appended>> appended(int partition, List<LoggedUsage> usages) {
        if (silent.contains(partition)) {
            return new CompletableFuture<>();
        }
        if (failures.containsKey(partition)) {
            return CompletableFuture.failedFuture(failures.get(partition));
        }
        List<Segment> log = segments.computeIfAbsent(partition, p -> new ArrayList<>());
        List<LoggedUsage> stored = new ArrayList<>();
        List<Appended> outcomes = new ArrayList<>();
        for (LoggedUsage usage : usages) {
            if (late.contains(usage.origin().organizationId())) {
                outcomes.add(new Appended.TooLate(time));
            } else {
                outcomes.add(new Appended.Accepted(Position.of(log.size(), stored.size()), time));
                stored.add(usage);
                count++;
            }
        }
        if (!stored.isEmpty()) {
            log.add(new Segment(Segment.VERSION, partition, log.size(), "test", time, 0, time, stored));
        }
        return CompletableFuture.completedFuture(outcomes);
    }

    @Override
    public boolean mayBeMarked(int partition, long end) {
        return end <= latestMarked;
    }

    @Override
    public synchronized Optional<Segment> read(int partition, long segment) {
        List<Segment> log = segments.getOrDefault(partition, List.of());
        return segment < lowestKept(partition) || segment >= log.size() ? Optional.empty()
                : Optional.of(log.get((int) segment));
    }

    @Override
    public synchronized long lowestKept(int partition) {
        return kept.getOrDefault(partition, 0L);
    }

    /** All usages that were stored. */
    public synchronized List<LoggedUsage> stored() {
        return segments.values().stream().flatMap(List::stream).flatMap(segment -> segment.usage().stream()).toList();
    }

    synchronized int count() {
        return count;
    }

    /** Says that all is driven, or nothing when {@link #stand} is set. */
    public LogProgress progress() {
        return new LogProgress() {
            @Override
            public List<Cursor> cursors(List<Integer> partitions) {
                return partitions.stream().map(p -> stands ? Cursor.START
                        : new Cursor(Cursor.VERSION, Long.MAX_VALUE, Long.MAX_VALUE)).toList();
            }

            @Override
            public List<Long> lengths(List<Integer> partitions) {
                return partitions.stream().map(p -> 0L).toList();
            }
        };
    }

    /** From now on nothing, or everything, counts as driven. */
    public void stand(boolean is) {
        stands = is;
    }

    /** From now on nothing that ended later has a mark. */
    public void markedUntil(long end) {
        latestMarked = end;
    }

    /** From now on appends wait until they are released. */
    public synchronized void hold() {
        holds = true;
    }

    /** Waits until so many appends wait. */
    public synchronized void awaitHeld(int appends) throws InterruptedException {
        while (held.size() < appends) {
            wait();
        }
    }

    /** What waits is appended, in this thread, and no append waits any more. */
    public void release() {
        List<Runnable> released;
        synchronized (this) {
            holds = false;
            released = List.copyOf(held);
            held.clear();
        }
        released.forEach(Runnable::run);
    }

    public synchronized void fail(int partition, RuntimeException failure) {
        failures.put(partition, failure);
    }

    synchronized void neverAnswer(int partition) {
        silent.add(partition);
    }

    synchronized void refuseAsLate(String organizationId) {
        late.add(organizationId);
    }

    public synchronized void trim(int partition, long lowest) {
        kept.put(partition, lowest);
    }

    public synchronized void recover() {
        failures.clear();
        kept.clear();
    }
}
