package io.quipu.collector.log;

import io.quipu.common.quantity.Decimals;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.MeasuredQuantity;
import java.util.Comparator;

/**
 * Says which position a deduplication key belongs to: inserted if absent when the log is driven, in log order.
 *
 * @param version the format, {@link #VERSION}
 * @param position the position of the first usage with that key
 * @param content the {@linkplain #content hash} of its content
 */
public record DedupMark(int version, long position, String content) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Stands where a usage's last field begins, and no field begins like it. */
    private static final char EVENT = '!';

    /** Refuses a format of a newer release. */
    public DedupMark {
        if (version > VERSION) {
            throw new IllegalStateException("dedup mark has format " + version + ", this release knows " + VERSION);
        }
    }

    /**
     * The key of the mark's document. Two usages are duplicates when all of these fields are equal; of events, kind and id stand
     * for the dedup id. What sets an event off is no field, so no usage ever has the key of an event, and a kind's name,
     * being part of keys, stays as it is. The ends of a snapshot of all organizations differ in their partitions only: they are no
     * duplicates of each other.
     *
     * <p>The end is part of every key: what ended later than all that may have a mark is known to have none.
     */
    public static String key(LoggedUsage usage) {
        StringBuilder text = new StringBuilder(256);
        field(text, usage.origin().organizationId());
        field(text, usage.origin().spaceId());
        field(text, usage.origin().consumerId());
        field(text, usage.origin().resourceId());
        field(text, usage.origin().planId());
        field(text, usage.origin().resourceInstanceId());
        field(text, Long.toString(usage.origin().start()));
        field(text, Long.toString(usage.origin().end()));
        if (usage.event() != null) {
            text.append(EVENT);
            field(text, usage.event().kind().name());
            field(text, usage.event().id());
            if (usage.completes()) {
                field(text, usage.dedupId());
            }
            return Keys.dedup(Keys.hash(text.toString()));
        }
        field(text, usage.dedupId());
        return Keys.dedup(Keys.hash(text.toString()));
    }

    /**
     * The hash of the content: measures by name, quantities normalized, so that {@code 1.0}, {@code 1} and {@code "1"}
     * are one.
     */
    public static String content(LoggedUsage usage) {
        StringBuilder text = new StringBuilder(256);
        usage.measuredUsage().stream().sorted(Comparator.comparing(MeasuredQuantity::measure)).forEach(measured -> {
            field(text, measured.measure());
            field(text, Decimals.plain(measured.quantity()));
        });
        return Keys.hash(text.toString());
    }

    /** Length first, so that no two sequences of fields read alike; an absent field is not an empty one. */
    private static void field(StringBuilder text, String value) {
        if (value == null) {
            text.append('-');
        } else {
            text.append(value.length()).append(':').append(value);
        }
    }
}
