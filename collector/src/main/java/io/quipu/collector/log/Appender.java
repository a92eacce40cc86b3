package io.quipu.collector.log;

import io.quipu.collector.log.PendingAppend.Entry;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.log.SparingLog;
import io.quipu.common.store.StoreException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Appends the usage of one partition, one segment at a time: what came while a segment was being written stands in the
 * next one. Has no thread: a round runs on the shared executor whenever something waits and no round is under way.
 */
final class Appender {

    /** Usages that one segment may hold. */
    static final int MAX_SEGMENT_USAGES = 4_000;

    /** Bytes of usage after which a segment takes no more; a single larger usage stands alone. */
    static final int MAX_SEGMENT_BYTES = 1024 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Appender.class);

    private final LogContext context;
    private final int partition;
    private final SparingLog failures;

    private final Deque<Entry> queue = new ArrayDeque<>();
    private boolean busy;
    private CompletableFuture<Void> stopped;

    /** What this collector knows of the log's end; null when it knows nothing. Only touched by the round under way. */
    private Tail tail;
    private volatile boolean opened;

    Appender(LogContext context, int partition) {
        this.context = context;
        this.partition = partition;
        this.failures = new SparingLog(context.metrics()::now);
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
        startRound();
        return result;
    }

    /** Finds tail, cursor and backlog in the background, unless that was done. */
    void open() {
        if (!opened) {
            startRound();
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

    private void startRound() {
        synchronized (this) {
            if (busy) {
                return;
            }
            busy = true;
        }
        execute();
    }

    private void execute() {
        try {
            context.executor().execute(this::round);
        } catch (RejectedExecutionException e) {
            List<Entry> abandoned;
            synchronized (this) {
                abandoned = new ArrayList<>(queue);
                queue.clear();
                busy = false;
            }
            context.backlog().queued(partition, -abandoned.size());
            abandoned.forEach(entry -> entry.append().fail(stopping()));
        }
    }

    private void round() {
        List<Entry> group = take();
        try {
            openIfNot();
            if (!group.isEmpty()) {
                Tail before = tail;
                // Forgotten until the append has succeeded: after a failure it is searched anew.
                tail = null;
                long begun = context.metrics().now();
                try {
                    tail = new SegmentAppend(context, partition).append(group, before);
                } finally {
                    context.metrics().appendedSince(begun);
                }
            }
        } catch (StoreException e) {
            fail(group, SegmentAppend.unavailable(e));
        } catch (LogUnavailableException e) {
            failures.write(held -> LOG.atWarn().addKeyValue("partition", partition).log(
                    "partition {} takes no usage: {} ({} more tries since the last such line)", partition, e.getMessage(), held));
            fail(group, e);
        } catch (RuntimeException e) {
            failures.write(held -> LOG.atError().setCause(e).addKeyValue("partition", partition).log(
                    "appending to partition {} failed ({} more tries since the last such line)", partition, held));
            fail(group, e);
        } catch (Error e) {
            fail(group, e);
            throw e;
        } finally {
            context.backlog().queued(partition, -group.size());
            endRound();
        }
        // Also after a failure: what the store did not confirm may stand in the log.
        context.appended().accept(partition);
    }

    /** Rounds do not loop: when more waits, the other partitions have their turn first. */
    private void endRound() {
        boolean more;
        CompletableFuture<Void> waiting;
        synchronized (this) {
            more = !queue.isEmpty();
            busy = more;
            waiting = stopped;
        }
        if (more) {
            execute();
        } else if (waiting != null) {
            waiting.complete(null);
        }
    }

    private synchronized List<Entry> take() {
        List<Entry> group = new ArrayList<>();
        long bytes = 0;
        int abandoned = 0;
        while (!queue.isEmpty() && group.size() < MAX_SEGMENT_USAGES) {
            if (queue.peek().append().over()) {
                // Its first part failed and the client was told so: it will repeat all of it.
                queue.poll();
                abandoned++;
                continue;
            }
            bytes += queue.peek().json().length;
            if (bytes > MAX_SEGMENT_BYTES && !group.isEmpty()) {
                break;
            }
            group.add(queue.poll());
        }
        context.backlog().queued(partition, -abandoned);
        return group;
    }

    private void openIfNot() {
        if (tail == null) {
            tail = Tail.discover(context.documents(), partition);
            Cursor cursor = context.documents().cursor(partition).document();
            context.backlog().cursor(partition, cursor.sequence());
            context.backlog().tail(partition, tail.sequence(), oldest(cursor));
            opened = true;
        }
    }

    /** When the first usage behind the cursor was accepted; the time of the tail when there is none. */
    private long oldest(Cursor cursor) {
        if (cursor.sequence() >= tail.sequence()) {
            return tail.time();
        }
        // The cursor's own segment may hold more, otherwise the next one does; its own may have been trimmed.
        long from = Math.max(LogDocuments.segmentOf(cursor), context.documents().trim(partition).lowest());
        return context.documents().segments(partition, from, 2).stream()
                .filter(segment -> segment.sequence() + segment.usage().size() > cursor.sequence())
                .mapToLong(Segment::time).findFirst().orElse(tail.time());
    }

    private static void fail(List<Entry> group, Throwable failure) {
        group.forEach(entry -> entry.append().fail(failure));
    }

    static LogUnavailableException stopping() {
        return new LogUnavailableException("stopping", "the collector is stopping", Duration.ofSeconds(5));
    }
}
