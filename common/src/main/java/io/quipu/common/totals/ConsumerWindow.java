package io.quipu.common.totals;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import java.util.List;

/**
 * What one consumer used in one month or day, and what it cost.
 *
 * @param version the format, {@link #VERSION} or an older one
 * @param organizationId the organization
 * @param spaceId the space
 * @param consumerId the consumer
 * @param window the month or day
 * @param watermark how far it has come in the log
 * @param processed the log time at which the last usage was accepted
 * @param plans its totals, by resource and plan path
 */
public record ConsumerWindow(int version, String organizationId, String spaceId, String consumerId, Window window,
        Watermark watermark, long processed, List<PlanTotals> plans) {

    /** The format that this release writes; a newer one is refused. In an older one hours and levels are objects. */
    public static final int VERSION = 2;

    /** Copies the list; refuses a format of a newer release. */
    public ConsumerWindow {
        TotalsFormat.check("consumer", version, VERSION);
        plans = List.copyOf(plans);
    }

    /** The same without plans of which nothing {@linkplain PlanTotals#undone has come}. */
    public ConsumerWindow withoutUndone() {
        return !PlanTotals.anyUndone(plans) ? this
                : new ConsumerWindow(version, organizationId, spaceId, consumerId, window, watermark, processed,
                        plans.stream().filter(plan -> !plan.undone()).toList());
    }
}
