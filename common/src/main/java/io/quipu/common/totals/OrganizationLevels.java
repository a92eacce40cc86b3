package io.quipu.common.totals;

import io.quipu.common.stage.Watermark;
import java.util.List;

/**
 * By how much the levels of an organization and of each of its spaces have changed, month by month. Like the parent document it
 * does not grow with consumers.
 *
 * @param version the format, {@link #VERSION}
 * @param organizationId the organization
 * @param watermark how far it has come in the log
 * @param plans the organization's levels, by resource and plan path
 * @param spaces the same for each space, by space id
 */
public record OrganizationLevels(int version, String organizationId, Watermark watermark, List<PlanLevels> plans,
        List<SpaceLevels> spaces) {

    /** The format that this release writes; a newer one is refused. */
    public static final int VERSION = 1;

    /** Copies the lists; refuses a format of a newer release. */
    public OrganizationLevels {
        TotalsFormat.check("organization levels", version, VERSION);
        plans = List.copyOf(plans);
        spaces = List.copyOf(spaces);
    }

    /**
     * The levels of one space.
     *
     * @param spaceId the space
     * @param plans its levels, by resource and plan path
     */
    public record SpaceLevels(String spaceId, List<PlanLevels> plans) {
        public SpaceLevels {
            plans = List.copyOf(plans);
        }
    }
}
