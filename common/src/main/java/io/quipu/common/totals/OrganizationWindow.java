package io.quipu.common.totals;

import io.quipu.common.stage.Watermark;
import io.quipu.common.time.Window;
import java.util.List;

/**
 * The parent document: what an organization and each of its spaces used in one month or day, and what it cost. It never
 * grows with consumers, only with spaces and plans.
 *
 * @param version the format, {@link #VERSION} or an older one
 * @param organizationId the organization
 * @param window the month or day
 * @param watermark how far it has come in the log
 * @param accountId the account of the last usage; null while all usage was rejected
 * @param currency the currency of every cost in it; null while all usage was rejected
 * @param start when the last usage began, milliseconds since the epoch; 0 when there were only changes of levels
 * @param end when the last usage ended; 0 when there were only changes of levels
 * @param processed the log time at which the last usage was accepted
 * @param plans the organization's totals, by resource and plan path; a day's carry hours
 * @param spaces the same for each space, by space id, without hours
 */
public record OrganizationWindow(int version, String organizationId, Window window, Watermark watermark,
        String accountId, String currency, long start, long end, long processed, List<PlanTotals> plans,
        List<SpaceTotals> spaces) {

    /** The format that this release writes; a newer one is refused. In an older one hours and levels are objects. */
    public static final int VERSION = 2;

    /** Copies the lists; refuses a format of a newer release. */
    public OrganizationWindow {
        TotalsFormat.check("organization", version, VERSION);
        plans = List.copyOf(plans);
        spaces = List.copyOf(spaces);
    }

    /** The same without plans of which nothing {@linkplain PlanTotals#undone has come}, and spaces that had no others. */
    public OrganizationWindow withoutUndone() {
        if (!PlanTotals.anyUndone(plans) && spaces.stream().noneMatch(space -> PlanTotals.anyUndone(space.plans()))) {
            return this;
        }
        return new OrganizationWindow(version, organizationId, window, watermark, accountId, currency, start, end, processed,
                plans.stream().filter(plan -> !plan.undone()).toList(),
                spaces.stream().filter(space -> space.plans().isEmpty() || !space.plans().stream().allMatch(PlanTotals::undone))
                        .map(space -> new SpaceTotals(space.spaceId(),
                                space.plans().stream().filter(plan -> !plan.undone()).toList())).toList());
    }

    /**
     * The totals of one space.
     *
     * @param spaceId the space
     * @param plans its totals, by resource and plan path
     */
    public record SpaceTotals(String spaceId, List<PlanTotals> plans) {
        public SpaceTotals {
            plans = List.copyOf(plans);
        }
    }
}
