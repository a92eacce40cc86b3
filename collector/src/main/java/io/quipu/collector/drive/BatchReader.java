package io.quipu.collector.drive;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.SegmentReader;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.Position;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Reads what follows a cursor, as much as there is and a batch may hold; stops at the first segment that is absent. */
final class BatchReader {

    /** About how many bytes of usage a batch may hold; a single larger usage stands alone. */
    static final int MAX_BYTES = 1024 * 1024;

    /** Plan versions that the usages of a batch may be pinned to: a batch carries their definitions. */
    static final int MAX_PLANS = 100;

    private final SegmentReader reader;
    private final LogDocuments documents;

    BatchReader(StoredUsageLog log) {
        this.reader = log.reader();
        this.documents = log.documents();
    }

    /**
     * What was read.
     *
     * @param usages in order; none when the log ends at the cursor
     * @param more whether a batch that could hold more would hold more
     */
    record Read(List<DrivenUsage> usages, boolean more) {
        static final Read NOTHING = new Read(List.of(), false);
    }

    /** The usages above a cursor, at most {@code limit}. */
    Read read(int partition, Cursor cursor, int limit) {
        Gathered gathered = new Gathered(Math.min(limit, Batch.MAX_USAGES));
        long next = LogDocuments.segmentOf(cursor);
        List<Segment> segments = reader.from(partition, next);
        if (segments.isEmpty() && cursor.position() != Position.NONE) {
            // The cursor's own segment may have been trimmed, when all of it was driven.
            next = Math.max(next, documents.trim(partition).lowest());
            segments = reader.from(partition, next);
        }
        while (!segments.isEmpty()) {
            for (Segment segment : segments) {
                for (int index = 0; index < segment.usage().size(); index++) {
                    DrivenUsage usage = DrivenUsage.of(segment, index);
                    if (usage.position() > cursor.position() && !gathered.add(usage)) {
                        return new Read(gathered.usages, true);
                    }
                }
            }
            next += segments.size();
            segments = reader.from(partition, next);
        }
        return new Read(gathered.usages, false);
    }

    private static final class Gathered {
        private final int limit;
        private final List<DrivenUsage> usages = new ArrayList<>();
        private final Set<String> plans = new HashSet<>();
        private long bytes;

        Gathered(int limit) {
            this.limit = limit;
        }

        boolean add(DrivenUsage usage) {
            plans.add(usage.usage().pin().plan());
            bytes += usage.estimatedBytes();
            if (!usages.isEmpty() && (usages.size() >= limit || bytes > MAX_BYTES || plans.size() > MAX_PLANS)) {
                return false;
            }
            return usages.add(usage);
        }
    }
}
