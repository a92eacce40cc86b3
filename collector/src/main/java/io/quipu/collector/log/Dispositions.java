package io.quipu.collector.log;

import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import java.util.Optional;

/** Tells what became of the usage at a position of the log. */
public final class Dispositions {

    /** The code of a duplicate whose content is not the first one's. */
    public static final String CONFLICT = "conflict";

    private final UsageLog log;
    private final LogDocuments documents;

    /** Of a log and its documents. */
    public Dispositions(UsageLog log, LogDocuments documents) {
        this.log = log;
        this.documents = documents;
    }

    /** What stands at a position. */
    public sealed interface Located {

        /**
         * A usage.
         *
         * @param usage the usage
         * @param acceptedAt the log time, milliseconds since the epoch
         * @param disposition what became of it
         */
        record Found(LoggedUsage usage, long acceptedAt, Disposition disposition) implements Located {
        }

        /** No usage, and there never was. */
        record Absent() implements Located {
        }

        /**
         * Nothing any more: the log is not kept for ever.
         *
         * @param lowestKept the lowest segment kept
         */
        record Trimmed(long lowestKept) implements Located {
        }
    }

    /** How far a usage has come. */
    public enum Status {
        /** In the log, not processed yet. */
        ACCEPTED,
        /** Counted in every stage. */
        PROCESSED,
        /** The same key stands earlier in the log: counted there, not here. */
        DUPLICATE,
        /** Counts nowhere. */
        REJECTED
    }

    /**
     * What became of a usage.
     *
     * @param status how far it has come
     * @param code of a rejection; {@link #CONFLICT} of a duplicate with other content; or null
     * @param reason of a rejection or conflict, a sentence; or null
     * @param duplicateOf the position of the first usage with that key, in the same partition; or null
     */
    public record Disposition(Status status, String code, String reason, Long duplicateOf) {
    }

    /**
     * What stands at a position, and what became of it.
     *
     * @throws io.quipu.common.store.StoreException when the store is away
     */
    public Located of(int partition, long position) {
        if (position < 0) {
            return new Located.Absent();
        }
        long number = Position.segment(position);
        int index = Position.index(position);
        Optional<Segment> segment = log.read(partition, number);
        if (segment.isEmpty()) {
            long lowest = log.lowestKept(partition);
            return number < lowest ? new Located.Trimmed(lowest) : new Located.Absent();
        }
        if (index >= segment.get().usage().size()) {
            return new Located.Absent();
        }
        LoggedUsage usage = segment.get().usage().get(index);
        if (usage.completes()) {
            return new Located.Absent();
        }
        return new Located.Found(usage, segment.get().time(), disposition(partition, position, usage));
    }

    private Disposition disposition(int partition, long position, LoggedUsage usage) {
        // The cursor first: it moves last, so what it has passed has left its mark and its rejection already.
        boolean driven = documents.cursor(partition).document().position() >= position;
        // A mark of a later position says nothing: it was made after this one's own had expired.
        Optional<DedupMark> first = documents.mark(DedupMark.key(usage)).filter(mark -> mark.position() < position);
        if (first.isPresent()) {
            boolean same = first.get().content().equals(DedupMark.content(usage));
            return new Disposition(Status.DUPLICATE, same ? null : CONFLICT,
                    same ? null : "a usage with the same key and other content was accepted before it",
                    first.get().position());
        }
        Optional<Rejection> rejection = documents.rejection(partition, position);
        if (rejection.isPresent()) {
            return new Disposition(Status.REJECTED, rejection.get().code(), rejection.get().reason(), null);
        }
        return new Disposition(driven ? Status.PROCESSED : Status.ACCEPTED, null, null, null);
    }
}
