package io.quipu.collector.drive;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.collector.log.Segment;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.TraceHeaders;
import io.quipu.common.usage.CollectedUsage;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Position;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A usage of the log with where it stands.
 *
 * @param position its position
 * @param acceptedAt the log time of its segment
 * @param sequence how many usages of the log stand at or below it
 * @param usage the usage
 */
record DrivenUsage(long position, long acceptedAt, long sequence, LoggedUsage usage) {

    private static final int ENVELOPE_BYTES = 450;
    private static final int MEASURE_BYTES = 60;
    private static final int EVENT_BYTES = 40;

    static DrivenUsage of(Segment segment, int index) {
        return new DrivenUsage(Position.of(segment.segment(), index), segment.time(), segment.sequence() + index + 1,
                segment.usage().get(index));
    }

    /**
     * Where the traces of batches are continued, at most {@link TraceHeaders#MAX_TRACES} of them; usages of one append have one.
     * What is no context is passed over: nothing may depend on it.
     */
    static List<TraceContext> traces(List<List<DrivenUsage>> batches) {
        Set<String> found = null;
        for (List<DrivenUsage> usages : batches) {
            for (DrivenUsage driven : usages) {
                String trace = driven.usage().trace();
                if (trace != null && (found == null || found.size() < TraceHeaders.MAX_TRACES)) {
                    found = found == null ? new LinkedHashSet<>() : found;
                    found.add(trace);
                }
            }
        }
        return found == null ? List.of() : found.stream().map(TraceContext::sampled).flatMap(Optional::stream).toList();
    }

    /** As it is sent; never the end of a snapshot. */
    CollectedUsage collected() {
        return usage.collected(position, acceptedAt);
    }

    /** About how many bytes of JSON it is in a batch: names, digits and punctuation, and its ids. */
    int estimatedBytes() {
        Origin origin = usage.origin();
        int bytes = ENVELOPE_BYTES + origin.organizationId().length() + origin.spaceId().length()
                + origin.consumerId().length() + origin.resourceId().length() + origin.planId().length()
                + origin.resourceInstanceId().length() + usage.pin().accountId().length();
        for (MeasuredQuantity measured : usage.measuredUsage()) {
            bytes += MEASURE_BYTES + measured.measure().length() + measured.quantity().precision();
        }
        if (usage.event() != null) {
            bytes += EVENT_BYTES + (usage.event().id() == null ? 0 : usage.event().id().length());
        }
        return bytes;
    }
}
