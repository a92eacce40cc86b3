package io.quipu.common.running;

/**
 * What a snapshot has come to: of each instance that it lists, or did not list, whether what ran just before its time is what runs
 * from then on.
 *
 * @param reconciled the figures
 */
public record Reconciled(Counts reconciled) {

    /**
     * Numbers of instances.
     *
     * @param opened listed, and nothing ran
     * @param corrected listed, and it ran otherwise
     * @param closed not listed by a complete snapshot, and it ran
     * @param unchanged listed, and it ran just so
     */
    public record Counts(long opened, long corrected, long closed, long unchanged) {

        /** Of nothing. */
        public static final Counts NONE = new Counts(0, 0, 0, 0);

        /** The sums of both. */
        public Counts plus(Counts other) {
            return new Counts(opened + other.opened, corrected + other.corrected, closed + other.closed,
                    unchanged + other.unchanged);
        }
    }
}
