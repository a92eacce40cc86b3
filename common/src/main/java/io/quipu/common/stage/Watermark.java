package io.quipu.common.stage;

import io.quipu.common.usage.Position;
import io.quipu.common.usage.Rejection;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a document has come in its partition's log: it has folded, or passed as rejected, every position up to {@code
 * position} that concerns it, and none above.
 *
 * @param position the last position folded or passed; {@link Position#NONE} in a new document
 * @param rejected the rejections it passed that are above {@code prunedTo}, by ascending position
 * @param prunedTo the highest cursor it has seen: rejections at or below it have been forgotten
 */
public record Watermark(long position, List<Rejection> rejected, long prunedTo) {

    /** Of a document that has folded nothing. */
    public static final Watermark NONE = new Watermark(Position.NONE, List.of(), Position.NONE);

    /** Copies the list. */
    public Watermark {
        rejected = List.copyOf(rejected);
    }

    /** Whether a position has been folded, or passed as rejected, already. */
    public boolean passed(long usage) {
        return usage <= position;
    }

    /** The rejection of a position that was passed, if it was passed as rejected and is still remembered. */
    public Optional<Rejection> rejection(long usage) {
        return rejected.stream().filter(rejection -> rejection.position() == usage).findFirst();
    }

    /**
     * Whether a batch with that cursor is too old to be judged by this document: it holds a position whose rejection may
     * have been forgotten. Its driver must read its cursor again.
     */
    public boolean stale(long usage, long cursor) {
        return usage <= prunedTo && cursor < prunedTo;
    }

    /** After folding a position. */
    public Watermark folded(long usage) {
        return new Watermark(advance(usage), rejected, prunedTo);
    }

    /** After passing a rejected position. */
    public Watermark passed(Rejection rejection) {
        List<Rejection> extended = new ArrayList<>(rejected);
        extended.add(rejection);
        return new Watermark(advance(rejection.position()), extended, prunedTo);
    }

    /** Without the rejections at or below the cursor: they are stored where the log is. */
    public Watermark pruned(long cursor) {
        if (cursor <= prunedTo) {
            return this;
        }
        return new Watermark(position, rejected.stream().filter(r -> r.position() > cursor).toList(), cursor);
    }

    private long advance(long usage) {
        if (usage <= position) {
            throw new IllegalStateException("position " + usage + " is not above the watermark " + position);
        }
        return usage;
    }
}
