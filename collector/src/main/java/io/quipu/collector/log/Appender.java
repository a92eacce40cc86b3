package io.quipu.collector.log;

import io.quipu.collector.log.PendingAppend.Entry;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the usage of one partition, one segment at a time: what came while a segment was being written stands in the
 * next one. Has no thread: it takes its turn in the {@linkplain AppendRounds rounds} whenever something waits, never in two
 * at a time.
 */
final class Appender {

    /** Usages that one segment may hold. */
    static final int MAX_SEGMENT_USAGES = 4_000;

    /** Bytes of usage after which a segment takes no more; a single larger usage stands alone. */
    static final int MAX_SEGMENT_BYTES = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    private final LogContext context;
    private final AppendRounds rounds;
    private final int partition;
    private final SparingLog failures;

    private final Deque<Entry> queue = new ArrayDeque<>();
    private boolean busy;
    private CompletableFuture<Void> stopped;

    /** What this collector knows of the log's end; null when it knows nothing. Only touched by the round it is in. */
    private Tail tail;
    /** Whether this process has appended the segment before the tail. Only touched by the round it is in. */
    private boolean own;
    private volatile boolean opened;

    /** What is being appended. Only touched by the round it is in. */
    private List<Entry> group = List.of();
    private SegmentAppend append;
    private boolean unsettled;
    private long begun;

    Appender(LogContext context, AppendRounds rounds, int partition) {
        this.context = context;
        this.rounds = rounds;
        this.partition = partition;
        this.failures = new SparingLog(context.metrics()::now);
    }

    int partition() {
        return partition;
    }

    /** Queues usages, all of one call. */
    CompletableFuture<List<Appended>> append(List<Entry> entries) {
        synchronized (this) {
            if (stopped != null) {
                return CompletableFuture.failedFuture(stopping());
            }
            queue.addAll(entries);
            context.backlog().queued(partition, entries.size());
        }
        CompletableFuture<List<Appended>> result = entries.get(0).append().result();
        takePart();
        return result;
    }

    /** Finds tail, cursor and backlog in the background, unless that was done. */
    void open() {
        if (!opened) {
            takePart();
        }
    }

    boolean opened() {
        return opened;
    }

    /** Takes no more; completes when all that was queued is settled. */
    synchronized CompletableFuture<Void> stop() {
        if (stopped == null) {
            stopped = busy ? new CompletableFuture<>() : CompletableFuture.completedFuture(null);
        }
        return stopped;
    }

    private void takePart() {
        synchronized (this) {
            if (busy) {
                return;
            }
            busy = true;
        }
        rounds.add(this);
    }

    /** The executor takes no more rounds: refuses all that waits. */
    void abandon() {
        List<Entry> abandoned;
        CompletableFuture<Void> waiting;
        synchronized (this) {
            abandoned = new ArrayList<>(queue);
            queue.clear();
            busy = false;
            waiting = stopped;
        }
        context.backlog().queued(partition, -abandoned.size());
        abandoned.forEach(entry -> entry.append().fail(stopping()));
        if (waiting != null) {
            waiting.complete(null);
        }
    }

    /** Takes what waits; the segment to be inserted, or none when there is nothing to be appended any more. */
    Optional<Write.Insert> begin() {
        group = take();
        unsettled = true;
        begun = context.metrics().now();
        return guarded(() -> {
            openIfNot();
            if (group.isEmpty()) {
                return Optional.empty();
            }
            append = new SegmentAppend(context, partition, group, tail, own);
            // Forgotten until the append has succeeded: after a failure it is searched anew.
            tail = null;
            own = false;
            return append.begin();
        });
    }

    /**
     * Goes on from there until all is settled.
     *
     * @param inserted whether the segment is known to have been inserted
     * @param trim the trim mark as it was read afterwards, if it was
     */
    void end(boolean inserted, Optional<Trim> trim) {
        if (append != null) {
            guarded(() -> {
                tail = append.end(inserted, trim);
                own = append.appended();
                return Optional.empty();
            });
        }
        unsettled = false;
    }

    /** The turn is over, also when an Error broke it off. The next one follows when more waits. */
    void release() {
        if (unsettled) {
            fail(new IllegalStateException("appending was broken off by an error"));
        }
        if (!group.isEmpty()) {
            context.metrics().appendedSince(begun);
        }
        context.backlog().queued(partition, -group.size());
        group = List.of();
        append = null;
        boolean more;
        CompletableFuture<Void> waiting;
        synchronized (this) {
            more = !queue.isEmpty();
            busy = more;
            waiting = stopped;
        }
        if (more) {
            rounds.add(this);
        } else if (waiting != null) {
            waiting.complete(null);
        }
        // Also after a failure: what the store did not confirm may stand in the log.
        context.appended().accept(partition);
    }

    private <T> Optional<T> guarded(Supplier<Optional<T>> part) {
        try {
            return part.get();
        } catch (StoreException e) {
            fail(SegmentAppend.unavailable(e));
        } catch (LogUnavailableException e) {
            failures.write(held -> LOG.atWarn().addKeyValue("partition", partition).log(
                    "partition {} takes no usage: {} ({} more tries since the last such line)", partition, e.getMessage(), held));
            fail(e);
        } catch (RuntimeException e) {
            failures.write(held -> LOG.atError().setCause(e).addKeyValue("partition", partition).log(
                    "appending to partition {} failed ({} more tries since the last such line)", partition, held));
            fail(e);
        }
        append = null;
        return Optional.empty();
    }

    private synchronized List<Entry> take() {
        List<Entry> taken = new ArrayList<>();
        long bytes = 0;
        int abandoned = 0;
        while (!queue.isEmpty() && taken.size() < MAX_SEGMENT_USAGES) {
            if (queue.peek().append().over()) {
                // Its first part failed and the client was told so: it will repeat all of it.
                queue.poll();
                abandoned++;
                continue;
            }
            bytes += queue.peek().json().length;
            if (bytes > MAX_SEGMENT_BYTES && !taken.isEmpty()) {
                break;
            }
            taken.add(queue.poll());
        }
        context.backlog().queued(partition, -abandoned);
        return taken;
    }

    private void openIfNot() {
        if (tail == null) {
            Tail found = Tail.discover(context.documents(), partition);
            Cursor cursor = context.documents().cursor(partition).document();
            long oldest = found.oldest(context.documents(), partition, cursor);
            context.backlog().cursor(partition, cursor.sequence());
            context.backlog().tail(partition, found.sequence(), oldest);
            if (!opened) {
                context.marked().found(partition, found.latestEnd());
            }
            // Only now: with a tail and without the rest it would never be opened.
            tail = found;
            opened = true;
        }
    }

    private void fail(Throwable failure) {
        group.forEach(entry -> entry.append().fail(failure));
    }

    static LogUnavailableException stopping() {
        return new LogUnavailableException("stopping", "the collector is stopping", Duration.ofSeconds(5));
    }
}
