package io.quipu.common.running;

import java.util.List;

/**
 * A page of what runs in an organization. Pages may hold few instances, or none, and yet have a next one.
 *
 * @param instances what runs now, each instance on one page
 * @param silent the resources of these instances whose provider has sent nothing for longer than is configured
 * @param next what to ask for the next page with; null when this is the last
 */
public record RunningPage(List<RunningInstance> instances, List<Silent> silent, String next) {

    /** Copies the lists. */
    public RunningPage {
        instances = List.copyOf(instances);
        silent = List.copyOf(silent);
    }

    /**
     * A resource of which something runs, and nothing was heard for long.
     *
     * @param resourceId the resource
     * @param heardAt when something of it was accepted last, in any organization, milliseconds since the epoch
     */
    public record Silent(String resourceId, long heardAt) {
    }
}
