package io.quipu.collector.log;

import io.quipu.common.usage.Position;
import java.util.Optional;

/**
 * Where a partition's log ends, as far as one appender knows: everything below {@code next} exists, or was trimmed.
 *
 * @param next the number that the next segment will have
 * @param time the log time of the segment before it
 * @param sequence how many usages stand below it
 * @param latestEnd the latest end of them: {@link Segment#NO_END} of none, {@link Segment#UNKNOWN_END} when that is not known
 */
record Tail(long next, long time, long sequence, long latestEnd) {

    /** After a segment. */
    static Tail after(Segment segment) {
        return new Tail(segment.segment() + 1, segment.time(), segment.sequence() + segment.usage().size(),
                segment.latestEnd());
    }

    /** Where the kept log begins. (The trim mark does not say the latest end: the cursor's segment, which does, is kept.) */
    static Tail at(Trim trim) {
        return new Tail(trim.lowest(), trim.time(), trim.sequence(), trim.lowest() == 0 ? Segment.NO_END : Segment.UNKNOWN_END);
    }

    /**
     * The tail of a partition of which nothing is known, searched from the cursor.
     *
     * @throws IllegalStateException when the cursor stands where there is no segment: the store has lost data
     */
    static Tail discover(LogDocuments documents, int partition) {
        while (true) {
            Trim trim = documents.trim(partition);
            Cursor cursor = documents.cursor(partition).document();
            long at = LogDocuments.segmentOf(cursor);
            Tail tail = at(trim);
            boolean lost = false;
            if (cursor.position() != Position.NONE && at >= trim.lowest()) {
                Optional<Segment> segment = documents.segment(partition, at);
                lost = segment.isEmpty();
                tail = segment.map(Tail::after).orElse(tail);
            }
            Tail found = lost ? tail : tail.search(documents, partition);
            // While the mark has not risen, all that was read stands in the kept log, and absent means the end.
            if (documents.trim(partition).lowest() == trim.lowest()) {
                if (lost) {
                    throw new IllegalStateException("the cursor of partition " + partition + " is at "
                            + cursor.position() + ", but segment " + at + " is absent");
                }
                return found;
            }
        }
    }

    /** When the first usage behind a cursor was accepted; the time of the tail when there is none. */
    long oldest(LogDocuments documents, int partition, Cursor cursor) {
        if (cursor.sequence() >= sequence) {
            return time;
        }
        // The cursor's own segment may hold more, otherwise the next one does; its own may have been trimmed.
        long from = Math.max(LogDocuments.segmentOf(cursor), documents.trim(partition).lowest());
        return documents.segments(partition, from, 2).stream()
                .filter(segment -> segment.sequence() + segment.usage().size() > cursor.sequence())
                .mapToLong(Segment::time).findFirst().orElse(time);
    }

    /**
     * The end of the log from here on: by doubling steps to the first segment that is absent, then by halving. Without
     * holes in the log, that is where it ends. Holds only if the log was not trimmed beneath the search: its caller reads
     * the trim mark afterwards.
     */
    Tail search(LogDocuments documents, int partition) {
        long exists = next - 1;
        long absent = next;
        Tail last = this;
        for (long step = 1; ; step *= 2) {
            Optional<Segment> segment = documents.segment(partition, absent);
            if (segment.isEmpty()) {
                break;
            }
            last = after(segment.get());
            exists = absent;
            absent = exists + step;
        }
        while (absent - exists > 1) {
            long middle = exists + (absent - exists) / 2;
            Optional<Segment> segment = documents.segment(partition, middle);
            if (segment.isPresent()) {
                last = after(segment.get());
                exists = middle;
            } else {
                absent = middle;
            }
        }
        return last;
    }
}
