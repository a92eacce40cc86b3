package io.quipu.collector.lease;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * How far the log is known to reach, by partition: the one document in which whoever appends to a partition that another
 * instance drives tells it so. It only rises; what stands in it may be behind.
 *
 * @param version the format, {@link #VERSION}
 * @param sequences how many usages the log of each partition holds at least
 * @param times the log time of the last segment, milliseconds since the epoch
 */
public record Signal(int version, List<Long> sequences, List<Long> times) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Nothing was signalled yet. */
    static final Signal NONE = new Signal(VERSION, List.of(), List.of());

    /** Refuses a format of a newer release. */
    public Signal {
        if (version > VERSION) {
            throw new IllegalStateException("the signal document has format " + version + ", this release knows " + VERSION);
        }
        sequences = List.copyOf(sequences);
        times = List.copyOf(times);
    }

    /**
     * Where the log of one partition ends.
     *
     * @param sequence how many usages it holds
     * @param time the log time of its last segment
     */
    public record End(long sequence, long time) {

        /** That of an empty log. */
        public static final End NONE = new End(0, 0);
    }

    /** What is known of a partition. */
    public End end(int partition) {
        return partition < sequences.size() ? new End(sequences.get(partition), times.get(partition)) : End.NONE;
    }

    /** Raised where these ends are further. */
    Signal raised(Map<Integer, End> ends) {
        List<Long> raised = new ArrayList<>(sequences);
        List<Long> raisedTimes = new ArrayList<>(times);
        ends.forEach((partition, end) -> {
            while (raised.size() <= partition) {
                raised.add(0L);
                raisedTimes.add(0L);
            }
            if (end.sequence() > raised.get(partition)) {
                raised.set(partition, end.sequence());
                raisedTimes.set(partition, end.time());
            }
        });
        return new Signal(version, raised, raisedTimes);
    }
}
