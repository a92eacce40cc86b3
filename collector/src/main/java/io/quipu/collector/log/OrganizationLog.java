package io.quipu.collector.log;

import io.quipu.common.time.Window;
import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Reads the usage of one organization that ended in one month, in the order of the log, a page at a time: what an audit
 * folds again. Duplicates and rejected usage are in it too, the ends of snapshots are not. Thread-safe.
 *
 * <p>Such usage can only stand in segments whose log time is not earlier than the month less lead and grace, and not later
 * than the month plus slack and grace. So reading begins at the first segment of the former, found by halving, and ends
 * behind the latter. (Slack and lead are those of today: lower the lead only when no usage from the future is in the log.
 * A slack that was longer once is made up for by {@link Query#through}.)
 */
public final class OrganizationLog {

    /** Usages of any organization that are looked at for one page; the segment in which it is reached is finished. */
    public static final int MAX_SCANNED = 20_000;

    private final StoredUsageLog log;
    private final int maxScanned;

    /** Of a log. */
    public OrganizationLog(StoredUsageLog log) {
        this(log, MAX_SCANNED);
    }

    OrganizationLog(StoredUsageLog log, int maxScanned) {
        this.log = log;
        this.maxScanned = maxScanned;
    }

    /**
     * What is read.
     *
     * @param organizationId the organization
     * @param month the month in which the usage ended
     * @param from the segment to begin with: null, or {@link Page#next} of the page before
     * @param through reading goes on at least up to this position, also when log time says that no such usage can follow;
     *     {@link Position#NONE} to rely on log time
     */
    public record Query(String organizationId, Window month, Long from, long through) {
    }

    /**
     * A usage in the log.
     *
     * @param position its position
     * @param acceptedAt the log time, milliseconds since the epoch
     * @param usage the usage
     * @param rejection why it counts nowhere; null when nothing is stored that says so
     */
    public record Entry(long position, long acceptedAt, LoggedUsage usage, Rejection rejection) {
    }

    /**
     * Where a page has come to.
     *
     * @param complete whether the log is still kept as far back as usage of the month can stand; if not, what was read
     *     says nothing
     * @param next the segment that the next page begins with, or null when there is no more
     */
    public record Page(boolean complete, Long next) {
    }

    /**
     * How far an organization's partition is processed.
     *
     * @param partition the partition
     * @param cursor the position up to which everything is committed in every stage
     */
    public record Progress(int partition, long cursor) {
    }

    /** How far an organization's partition is processed. */
    public Progress progress(String organizationId) {
        int partition = log.partition(organizationId);
        return new Progress(partition, log.documents().cursor(partition).document().position());
    }

    /**
     * Reads one page.
     *
     * @param reader is handed each usage, by ascending position
     * @throws io.quipu.common.store.StoreException when the store is away
     */
    public Page read(Query query, Consumer<Entry> reader) {
        int partition = log.partition(query.organizationId());
        long earliest = log.times().earliest(query.month().from());
        if (trimmed(partition, earliest)) {
            return new Page(false, null);
        }
        long from = query.from() == null ? first(partition, earliest)
                : Math.max(query.from(), log.lowestKept(partition));
        Long next = scan(partition, from, query, reader);
        // What was trimmed meanwhile looks like the end of the log: the mark tells.
        return trimmed(partition, earliest) ? new Page(false, null) : new Page(true, next);
    }

    /** Whether segments of that time or later are gone. */
    private boolean trimmed(int partition, long earliest) {
        Trim trim = log.documents().trim(partition);
        return trim.lowest() > 0 && trim.time() >= earliest;
    }

    /** A segment such that all before it are earlier; log time never falls. */
    private long first(int partition, long earliest) {
        long low = log.lowestKept(partition);
        long high = LogDocuments.segmentOf(log.documents().cursor(partition).document());
        while (low < high) {
            long middle = low + (high - low) / 2;
            Optional<Segment> segment = log.reader().segment(partition, middle);
            if (segment.isEmpty() || segment.get().time() < earliest) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private Long scan(int partition, long from, Query query, Consumer<Entry> reader) {
        long latest = log.times().latest(query.month().to() - 1);
        SegmentReader.Forward forward = log.reader().forward(partition, from);
        long next = from;
        int scanned = 0;
        while (scanned < maxScanned) {
            List<Segment> segments = forward.read();
            if (segments.isEmpty()) {
                return null;
            }
            for (Segment segment : segments) {
                if (segment.time() > latest && Position.of(segment.segment(), 0) > query.through()) {
                    return null;
                }
                pass(segment, query, reader);
                scanned += segment.usage().size();
                next = segment.segment() + 1;
                if (scanned >= maxScanned) {
                    break;
                }
            }
        }
        return next;
    }

    private void pass(Segment segment, Query query, Consumer<Entry> reader) {
        List<Long> positions = new ArrayList<>();
        for (int i = 0; i < segment.usage().size(); i++) {
            LoggedUsage usage = segment.usage().get(i);
            if (!usage.completes() && usage.origin().organizationId().equals(query.organizationId())
                    && query.month().contains(usage.origin().end())) {
                positions.add(Position.of(segment.segment(), i));
            }
        }
        if (positions.isEmpty()) {
            return;
        }
        List<Optional<Rejection>> rejections = log.documents().rejections(segment.partition(), positions);
        for (int i = 0; i < positions.size(); i++) {
            long position = positions.get(i);
            reader.accept(new Entry(position, segment.time(), segment.usage().get(Position.index(position)),
                    rejections.get(i).orElse(null)));
        }
    }
}
