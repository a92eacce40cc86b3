package io.quipu.collector.log;

import io.quipu.collector.log.PendingAppend.Entry;
import io.quipu.collector.log.UsageLog.Appended;
import io.quipu.common.store.Document;
import io.quipu.common.store.StoreException;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.Position;
import io.quipu.common.wire.Json;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Appends one group of usages as one segment at a partition's tail: insert if absent, and whoever finds n taken tries the
 * tail that it then finds.
 *
 * <ul>
 *   <li>The segment's time is the highest of its predecessor's and the clock; usage too late at that time is refused
 *       before the insert, again at each n tried.</li>
 *   <li>At one n the same bytes are tried again after an unclear answer, so that whichever try took effect, it is what is
 *       answered; n is left only when another's segment is seen there, and then no try of ours can take effect any more.</li>
 *   <li>The n behind a segment that this process has appended was never tried: not by itself, since it appends to a partition one
 *       segment at a time, and not before it began, since who tries n has seen the one before it, and of that one this process has found
 *       that it did not exist. (Nor that it was removed: the trim mark rises first, and is read before an append counts as done.)
 *       So the first insert there is {@linkplain Write.Insert#fresh fresh}.</li>
 *   <li>After the insert the trim mark is read: below it nobody reads, so the append did not happen, and is done again at
 *       the tail.</li>
 * </ul>
 */
final class SegmentAppend {

    /** How far the clock may be behind the log before the collector takes no more. */
    static final Duration MAX_CLOCK_BEHIND = Duration.ofMinutes(5);

    /** Times that an insert alone, or the read that follows it, is tried while the store gives no clear answer. */
    static final int MAX_TRIES = 5;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final LogContext context;
    private final int partition;
    private final String writer;
    private final boolean own;

    private List<Entry> left;
    private Tail tail;
    private Segment segment;
    private byte[] content;
    private boolean appended;

    /**
     * Appends a group at what is known to be the tail.
     *
     * @param own whether the segment before it was {@linkplain #appended appended} by this process
     */
    SegmentAppend(LogContext context, int partition, List<Entry> group, Tail tail, boolean own) {
        this.context = context;
        this.partition = partition;
        this.own = own;
        this.writer = context.writers().get();
        this.left = group;
        this.tail = tail;
    }

    /**
     * The insert to be tried first; none when all of the group is too late, and settled.
     *
     * @throws LogUnavailableException when the clock is behind
     */
    Optional<Write.Insert> begin() {
        prepare();
        return segment == null ? Optional.empty() : Optional.of(insertion(own));
    }

    /** Whether a segment was appended, which stands right before the tail that was answered. */
    boolean appended() {
        return appended;
    }

    /**
     * Goes on after that insert was tried, and settles every entry.
     *
     * @param inserted whether it was answered as done; if not, its outcome is unknown, or the number is taken
     * @param trim the trim mark, read after it was answered; if it could not be read then, it is read again
     * @return the tail after it
     * @throws LogUnavailableException when the clock is behind or the store gave no clear answer: entries that were
     *     not settled may still come to stand in the log
     */
    Tail end(boolean inserted, Optional<Trim> trim) {
        Optional<Trim> known = trim;
        boolean done = inserted;
        while (segment != null) {
            Optional<Segment> taken = done ? Optional.empty() : insert();
            if (taken.isPresent()) {
                context.metrics().taken();
                tail = Tail.after(taken.get()).search(context.documents(), partition);
                if (trim().lowest() >= tail.next()) {
                    // What was found may stand below the kept log, and be no part of it.
                    tail = Tail.discover(context.documents(), partition);
                }
            } else if (known.orElseGet(this::trim).lowest() > segment.segment()) {
                context.metrics().trimmed();
                removeUnread(segment.segment());
                tail = Tail.discover(context.documents(), partition);
            } else {
                settle();
                return Tail.after(segment);
            }
            done = false;
            known = Optional.empty();
            prepare();
        }
        return tail;
    }

    /** The segment for the tail as it is known now: none when nothing is left to be appended. */
    private void prepare() {
        long time = logTime();
        left = withoutTooLate(left, time);
        segment = left.isEmpty() ? null : new Segment(Segment.VERSION, partition, tail.next(), writer, time,
                tail.sequence(), latestEnd(), left.stream().map(Entry::usage).toList());
        content = segment == null ? null : SegmentContent.of(segment, left);
    }

    private long latestEnd() {
        long latest = tail.latestEnd();
        for (Entry entry : left) {
            latest = Math.max(latest, entry.usage().origin().end());
        }
        return latest;
    }

    private Write.Insert insertion(boolean fresh) {
        return new Write.Insert(Keys.segment(partition, segment.segment()), content, Write.NEVER, fresh);
    }

    private long logTime() {
        long now = context.clock().millis();
        if (tail.time() - now > MAX_CLOCK_BEHIND.toMillis()) {
            context.metrics().clockBehind();
            throw new LogUnavailableException("clock_behind", "the collector's clock is " + (tail.time() - now)
                    + " ms behind the usage log, more than " + MAX_CLOCK_BEHIND.toMillis(), RETRY_AFTER);
        }
        return Math.max(tail.time(), now);
    }

    private List<Entry> withoutTooLate(List<Entry> entries, long time) {
        for (Entry entry : entries) {
            if (tooLate(entry, time)) {
                entry.settle(new Appended.TooLate(time));
            }
        }
        return entries.stream().filter(entry -> !tooLate(entry, time)).toList();
    }

    private boolean tooLate(Entry entry, long time) {
        return context.times().tooLate(entry.usage().origin().end(), time);
    }

    /** Inserts a segment; the one that stands there instead when its number was taken. */
    private Optional<Segment> insert() {
        StoreException last = null;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                if (context.documents().store().write(insertion(false)).written()) {
                    return Optional.empty();
                }
            } catch (StoreException unclear) {
                context.metrics().unclear();
                last = unclear;
            }
            try {
                Optional<Segment> found = context.documents().segment(partition, segment.segment());
                if (found.isPresent()) {
                    return found.filter(other -> !other.writer().equals(writer));
                }
            } catch (StoreException unclear) {
                last = unclear;
            }
        }
        throw unavailable(last);
    }

    private Trim trim() {
        StoreException last = null;
        for (int tries = 0; tries < MAX_TRIES; tries++) {
            try {
                return context.documents().trim(partition);
            } catch (StoreException unclear) {
                last = unclear;
            }
        }
        throw unavailable(last);
    }

    static LogUnavailableException unavailable(StoreException cause) {
        LogUnavailableException unavailable = new LogUnavailableException("store_unavailable",
                "the store of the usage log gives no clear answer"
                        + (cause == null ? "" : ": " + cause.getMessage()), RETRY_AFTER);
        unavailable.initCause(cause);
        return unavailable;
    }

    /** What was written below the kept log is of no use; if it cannot be removed now, it stays unread for ever. */
    private void removeUnread(long number) {
        try {
            Optional<Document> document = context.documents().store().get(Keys.segment(partition, number));
            if (document.isPresent()
                    && Json.read(document.get().content(), Segment.class).writer().equals(writer)) {
                context.documents().store().write(new Write.Remove(document.get().key(), document.get().version()));
            }
        } catch (StoreException harmless) {
            // Nobody reads there.
        }
    }

    private void settle() {
        appended = true;
        context.metrics().segment(left.size());
        context.recent().put(segment);
        context.backlog().tail(partition, Tail.after(segment).sequence(), segment.time());
        for (int i = 0; i < left.size(); i++) {
            left.get(i).settle(new Appended.Accepted(Position.of(segment.segment(), i), segment.time()));
        }
    }
}
