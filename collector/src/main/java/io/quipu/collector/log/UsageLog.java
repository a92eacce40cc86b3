package io.quipu.collector.log;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The ordered log of accepted usage, in partitions: all usage of an organization is in one, totally ordered. */
public interface UsageLog {

    /** How many partitions there are. */
    int partitions();

    /** The partition of an organization. */
    int partition(String organizationId);

    /**
     * Appends usages to a partition; concurrent appends are grouped in one segment. The future completes once they are
     * durable, or refused.
     *
     * @param partition the partition of all of them
     * @param usages at most {@link #MAX_APPEND}
     * @return one outcome per usage, in the same order; fails with {@link LogUnavailableException} when the log takes no
     *     usage now (nothing is known to be stored then: the client may repeat it, the marks settle it)
     */
    CompletableFuture<List<Appended>> append(int partition, List<LoggedUsage> usages);

    /** Whether there may be a deduplication mark of usage of a partition that ended then; if not, nobody needs to look for it. */
    boolean mayBeMarked(int partition, long end);

    /** A segment, if it exists and has not been trimmed. */
    Optional<Segment> read(int partition, long segment);

    /** The lowest segment kept of a partition. */
    long lowestKept(int partition);

    /** Usages that one append may hold. */
    int MAX_APPEND = 1_000;

    /** What became of one appended usage. */
    sealed interface Appended {

        /**
         * It is durable.
         *
         * @param position where it stands
         * @param acceptedAt the log time, milliseconds since the epoch
         */
        record Accepted(long position, long acceptedAt) implements Appended {
        }

        /**
         * It is older than the slack allows at log time, and nothing was stored.
         *
         * @param logTime the log time it was judged by
         */
        record TooLate(long logTime) implements Appended {
        }
    }
}
