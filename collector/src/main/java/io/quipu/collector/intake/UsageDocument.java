package io.quipu.collector.intake;

import io.quipu.collector.log.LoggedUsage;
import io.quipu.common.usage.Event;
import io.quipu.common.usage.MeasuredQuantity;
import io.quipu.common.usage.Origin;
import io.quipu.common.usage.Pin;
import java.time.Instant;
import java.util.List;

/**
 * An accepted usage or event as it is shown at its location: what was sent, what was pinned, and what became of it.
 *
 * @param start beginning of the measured interval, milliseconds since the epoch
 * @param end its end
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param resourceId the resource
 * @param planId the provider's name of the plan
 * @param resourceInstanceId the instance of the resource
 * @param dedupId the provider's id, or null
 * @param region the provider's region, or null
 * @param event what happened, when it is an event; null when it is a usage
 * @param measuredUsage the measured values
 * @param partition the partition of the log
 * @param position the position in it
 * @param acceptedAt the log time at which it was accepted, RFC 3339
 * @param pin account, prices and plan version, decided at acceptance
 * @param disposition what became of it
 * @param error why it counts nowhere, as Abacus's clients read it; null unless it was rejected
 */
public record UsageDocument(long start, long end, String organizationId, String spaceId, String consumerId,
        String resourceId, String planId, String resourceInstanceId, String dedupId, String region, Event event,
        List<MeasuredQuantity> measuredUsage, int partition, long position, String acceptedAt, Pin pin,
        Disposition disposition, Failure error) {

    private static final String REJECTED = "rejected";

    /**
     * What became of it.
     *
     * @param status {@code accepted}, {@code processed}, {@code duplicate} or {@code rejected}
     * @param code why, or null
     * @param reason why, a sentence, or null
     * @param duplicateOf the location of the usage that this one repeats, or null
     */
    public record Disposition(String status, String code, String reason, String duplicateOf) {
    }

    /**
     * Why it counts nowhere.
     *
     * @param error the code
     * @param reason a sentence
     */
    public record Failure(String error, String reason) {

        static Failure of(DispositionSource.Disposition disposition) {
            return disposition.status().equals(REJECTED) ? new Failure(disposition.code(), disposition.reason()) : null;
        }
    }

    static UsageDocument of(LoggedUsage usage, int partition, long position, long acceptedAt,
            DispositionSource.Disposition disposition) {
        Origin origin = usage.origin();
        // a duplicate has the ids and times of the first, so their locations differ in the position only
        String duplicateOf = disposition.duplicateOf() == null ? null
                : Locations.of(origin, partition, disposition.duplicateOf());
        return new UsageDocument(origin.start(), origin.end(), origin.organizationId(), origin.spaceId(),
                origin.consumerId(), origin.resourceId(), origin.planId(), origin.resourceInstanceId(), usage.dedupId(),
                usage.region(), usage.event(), usage.measuredUsage(), partition, position,
                Instant.ofEpochMilli(acceptedAt).toString(), usage.pin(),
                new Disposition(disposition.status(), disposition.code(), disposition.reason(), duplicateOf),
                Failure.of(disposition));
    }
}
