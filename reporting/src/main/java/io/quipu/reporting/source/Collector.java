package io.quipu.reporting.source;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import io.quipu.common.usage.Rejection;
import java.util.List;

/** The usage log: what was accepted, in order. Thread-safe. */
public interface Collector {

    /** How far an organization's partition is processed. */
    Progress progress(String organizationId);

    /**
     * Reads a page of an organization's usage that ended in a month, in the order of the log, duplicates and rejected usage
     * included.
     *
     * @param reader is handed each usage, and before it the plan version that it is pinned to
     */
    Page read(Query query, Reader reader);

    /** Takes what a page holds, in its order. */
    interface Reader {

        /** A plan version; may come again. */
        void plan(String id, PlanVersion version);

        /** A usage, by ascending position. */
        void usage(LoggedUsage usage);
    }

    /**
     * How far an organization's partition is processed.
     *
     * @param partition the partition
     * @param cursor the position up to which everything is committed in every stage
     */
    record Progress(int partition, long cursor) {
    }

    /**
     * What is read.
     *
     * @param organizationId the organization
     * @param month the month in which the usage ended
     * @param from the segment to begin with: null, or {@link Page#next} of the page before
     * @param through reading goes on at least up to this position, also when by log time nothing of the month can follow
     */
    record Query(String organizationId, Window month, Long from, long through) {
    }

    /**
     * Where a page has come to.
     *
     * @param complete whether the log is still kept as far back as usage of the month can stand; if not, what was read
     *     says nothing
     * @param next the segment that the next page begins with, or null when there is no more
     */
    record Page(boolean complete, Long next) {
    }

    /**
     * A usage in the log.
     *
     * @param position its position in the partition's log
     * @param acceptedAt the log time at which it was accepted, milliseconds since the epoch
     * @param location where it is found, or null
     * @param origin who used what, when
     * @param pin account, prices and plans, decided at acceptance
     * @param measuredUsage the measured values
     * @param dedupId the provider's id that tells usages with equal times apart, or null
     * @param region the provider's region, or null
     * @param rejection why it counts nowhere; null when the collector has stored nothing that says so
     * @param event what happened, when it is an event; null when it is a usage
     */
    record LoggedUsage(long position, long acceptedAt, String location, Origin origin, Pin pin,
            List<MeasuredQuantity> measuredUsage, String dedupId, String region, Rejection rejection,
            Event event) {

        /** A usage that is no event. */
        public LoggedUsage(long position, long acceptedAt, String location, Origin origin, Pin pin,
                List<MeasuredQuantity> measuredUsage, String dedupId, String region, Rejection rejection) {
            this(position, acceptedAt, location, origin, pin, measuredUsage, dedupId, region, rejection, null);
        }

        /** Copies the list. */
        public LoggedUsage {
            measuredUsage = List.copyOf(measuredUsage);
        }
    }
}
