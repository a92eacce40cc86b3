package io.quipu.collector.drive;

import io.quipu.collector.log.Cursor;
import io.quipu.collector.log.LogDocuments;
import io.quipu.collector.log.Segment;
import io.quipu.collector.log.SegmentReader;
import io.quipu.collector.log.StoredUsageLog;
import io.quipu.common.stage.Batch;
import io.quipu.common.usage.Position;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads what follows a cursor, as much as there is, a batch may hold, and there is room for; stops at the first segment that is
 * absent. The end of a snapshot is read by itself: all before it has to be committed first.
 */
final class BatchReader {

    private final SegmentReader reader;
    private final LogDocuments documents;

    BatchReader(StoredUsageLog log) {
        this.reader = log.reader();
        this.documents = log.documents();
    }

    /**
     * What was read.
     *
     * @param usages in order
     * @param more whether there is more, for which there was no room; without usages or more the log ends at the cursor
     */
    record Read(List<DrivenUsage> usages, boolean more) {
        static final Read NOTHING = new Read(List.of(), false);
    }

    /** The usages above a cursor, at most {@code limit}, as far as there is room. */
    Read read(int partition, Cursor cursor, int limit, Room room) {
        Gathered gathered = new Gathered(Math.min(limit, Batch.MAX_USAGES), room);
        long next = reader.following(partition, cursor);
        SegmentReader.Forward log = reader.forward(partition, next);
        List<Segment> segments = log.read();
        if (segments.isEmpty() && cursor.position() != Position.NONE) {
            // It may have been trimmed, when another driver has passed this cursor; or the cursor's own, when all of it was driven.
            long lowest = documents.trim(partition).lowest();
            if (lowest > next) {
                log = reader.forward(partition, lowest);
                segments = log.read();
            }
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
            segments = log.read();
        }
        return new Read(gathered.usages, false);
    }

    private static final class Gathered {
        private final int limit;
        private final Room room;
        private final List<DrivenUsage> usages = new ArrayList<>();

        Gathered(int limit, Room room) {
            this.limit = limit;
            this.room = room;
        }

        boolean add(DrivenUsage usage) {
            if (usage.usage().completes()) {
                // it is sent nowhere, so it takes no room
                return usages.isEmpty() && usages.add(usage);
            }
            boolean behindEnd = usages.size() == 1 && usages.get(0).usage().completes();
            return !behindEnd && usages.size() < limit && room.take(usage) && usages.add(usage);
        }
    }
}
