package io.quipu.collector.log;

import io.quipu.common.store.Document;
import io.quipu.common.store.Write;
import io.quipu.common.usage.Keys;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/**
 * Removes the oldest segments of a partition: first raises the trim mark durably, then removes what lies below it, so that
 * an appender that writes below the mark always finds out. Only segments before the cursor's go, and only when they
 * are older than the retention, judged by the log time of the cursor's segment.
 *
 * <p>Any number of collectors may trim the same partition: marks only rise, and what is removed twice is gone once.
 */
public final class LogTrimmer {

    /** Segments that one pass looks at in a partition. */
    static final int MAX_SEGMENTS = 100;

    private final LogDocuments documents;
    private final LogTimes times;

    /** Of a log. */
    public LogTrimmer(LogDocuments documents, LogTimes times) {
        this.documents = documents;
        this.times = times;
    }

    /**
     * One pass over a partition: removes what an earlier pass has left below the mark, or raises the mark and removes.
     *
     * @return whether it has removed something, so that another pass may find more
     * @throws io.quipu.common.store.StoreException when the store is away; the next pass goes on
     */
    public boolean trim(int partition) {
        Versioned<Trim> read = documents.versionedTrim(partition);
        if (read.document().removed() == read.document().lowest()) {
            Optional<Trim> raised = raised(partition, read.document());
            if (raised.isEmpty() || !documents.replaceTrim(partition, read, raised.get())) {
                return false;
            }
            read = documents.versionedTrim(partition);
        }
        return remove(partition, read);
    }

    private Optional<Trim> raised(int partition, Trim trim) {
        long end = LogDocuments.segmentOf(documents.cursor(partition).document());
        if (end <= trim.lowest()) {
            return Optional.empty();
        }
        Optional<Segment> atCursor = documents.segment(partition, end);
        if (atCursor.isEmpty()) {
            return Optional.empty();
        }
        long before = times.trimBefore(atCursor.get().time());
        Tail tail = Tail.at(trim);
        while (tail.next() < Math.min(end, trim.lowest() + MAX_SEGMENTS)) {
            Optional<Segment> segment = documents.segment(partition, tail.next());
            if (segment.isEmpty() || segment.get().time() >= before) {
                break;
            }
            tail = Tail.after(segment.get());
        }
        return tail.next() == trim.lowest()
                ? Optional.empty()
                : Optional.of(new Trim(Trim.VERSION, tail.next(), trim.removed(), tail.time(), tail.sequence()));
    }

    private boolean remove(int partition, Versioned<Trim> read) {
        Trim trim = read.document();
        long end = Math.min(trim.lowest(), trim.removed() + MAX_SEGMENTS);
        List<String> keys = LongStream.range(trim.removed(), end)
                .mapToObj(segment -> Keys.segment(partition, segment)).toList();
        List<Write> removals = new ArrayList<>();
        for (Optional<Document> document : documents.store().get(keys)) {
            document.ifPresent(d -> removals.add(new Write.Remove(d.key(), d.version())));
        }
        if (!removals.isEmpty()) {
            documents.store().write(removals);
        }
        return documents.replaceTrim(partition, read, trim.removedTo(end));
    }
}
