package io.quipu.common.store;

/**
 * What became of one write.
 *
 * @param written whether the condition held and the write is durable; otherwise nothing was changed
 * @param version the new version of the document; {@link #NO_VERSION} when not written, or removed
 */
public record Outcome(boolean written, long version) {

    /** Where there is no version. */
    public static final long NO_VERSION = -1;

    /** The condition did not hold: the key was taken, absent, or had another version. */
    public static final Outcome CONFLICT = new Outcome(false, NO_VERSION);

    /** The document was removed. */
    public static final Outcome REMOVED = new Outcome(true, NO_VERSION);

    /** The document was written and has this version now. */
    public static Outcome written(long version) {
        return new Outcome(true, version);
    }
}
