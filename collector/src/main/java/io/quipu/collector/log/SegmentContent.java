package io.quipu.collector.log;

import io.quipu.collector.log.PendingAppend.Entry;
import io.quipu.common.wire.Json;
import java.util.List;

/** The JSON of a {@link Segment}, put together from that of its usages. */
final class SegmentContent {

    /** Bytes that a segment has besides its usages, at most. */
    static final int MAX_ENVELOPE_BYTES = 1_024;

    private SegmentContent() {
    }

    /** The same bytes as {@code Json.write(segment)}, of a segment of these entries. */
    static byte[] of(Segment segment, List<Entry> entries) {
        byte[] empty = Json.write(new Segment(segment.version(), segment.partition(), segment.segment(),
                segment.writer(), segment.time(), segment.sequence(), segment.latestEnd(), List.of()));
        int length = empty.length + Math.max(0, entries.size() - 1);
        for (Entry entry : entries) {
            length += entry.json().length;
        }
        byte[] content = new byte[length];
        // The list is the last member: everything but its "]}" comes first.
        int at = empty.length - 2;
        System.arraycopy(empty, 0, content, 0, at);
        for (Entry entry : entries) {
            if (content[at - 1] != '[') {
                content[at++] = ',';
            }
            System.arraycopy(entry.json(), 0, content, at, entry.json().length);
            at += entry.json().length;
        }
        content[at++] = ']';
        content[at] = '}';
        return content;
    }
}
