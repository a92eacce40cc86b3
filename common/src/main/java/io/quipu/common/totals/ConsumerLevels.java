package io.quipu.common.totals;

import io.quipu.common.stage.Watermark;
import java.util.List;

/**
 * By how much the levels of one consumer have changed, month by month, for as long as Quipu knows it.
 *
 * @param version the format, {@link #VERSION}
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param watermark how far it has come in the log
 * @param plans its levels, by resource and plan path
 */
public record ConsumerLevels(int version, String organizationId, String spaceId, String consumerId, Watermark watermark,
        List<PlanLevels> plans) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Copies the list; refuses a format of a newer release. */
    public ConsumerLevels {
        TotalsFormat.check("consumer levels", version, VERSION);
        plans = List.copyOf(plans);
    }
}
