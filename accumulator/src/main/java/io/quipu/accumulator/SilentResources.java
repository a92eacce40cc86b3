package io.quipu.accumulator;

import io.quipu.common.running.RunningPage.Silent;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Finds the resources of which something runs and nothing was heard for longer than is configured. What was found stays to be read
 * by other threads; one thread checks.
 */
public final class SilentResources {

    /** How long it is taken for granted whether something runs of a resource of which nothing new was heard, milliseconds. */
    static final long LOOKED_FOR = 3_600_000;

    private final RunningLinks links;
    private final RunningTimelines timelines;
    private final LastHeard heard;
    private final Clock clock;
    private final Duration silenceAfter;
    private final Map<String, Look> looks = new HashMap<>();
    private volatile List<Silent> found = List.of();

    /**
     * Silence over some store.
     *
     * @param silenceAfter how long a provider may say nothing of what runs
     */
    SilentResources(RunningLinks links, RunningTimelines timelines, LastHeard heard, Clock clock, Duration silenceAfter) {
        this.links = links;
        this.timelines = timelines;
        this.heard = heard;
        this.clock = clock;
        this.silenceAfter = silenceAfter;
    }

    /**
     * Whether something of a resource was found to run.
     *
     * @param heardAt when it was heard last then
     * @param at when that was
     * @param runs whether something ran
     */
    private record Look(long heardAt, long at, boolean runs) {

        /** Nothing but new usage, and now and then an entry that was ahead of its time, makes another answer. */
        boolean holds(long heardNow, long now) {
            return heardAt == heardNow && now - at < LOOKED_FOR;
        }
    }

    /** What the last check has found. */
    public List<Silent> found() {
        return found;
    }

    /** Of these resources, of which something runs, those that are silent. */
    List<Silent> among(Collection<String> resources) {
        if (resources.isEmpty()) {
            return List.of();
        }
        long now = clock.millis();
        List<Silent> silent = new ArrayList<>();
        heard.read(resources).forEach((resource, time) -> {
            if (past(time, now)) {
                silent.add(new Silent(resource, time));
            }
        });
        return silent;
    }

    private boolean past(long heardAt, long now) {
        return now - heardAt > silenceAfter.toMillis();
    }

    /** Goes through all resources that ever had a timeline. */
    public void check() {
        long now = clock.millis();
        Map<String, Silent> past = new HashMap<>();
        links.resources(resources -> among(resources).forEach(silent -> past.put(silent.resourceId(), silent)));
        looks.keySet().retainAll(past.keySet());
        found = past.values().stream().filter(silent -> runs(silent, now)).toList();
    }

    private boolean runs(Silent resource, long now) {
        Look look = looks.get(resource.resourceId());
        if (look == null || !look.holds(resource.heardAt(), now)) {
            look = new Look(resource.heardAt(), now, anyRuns(resource.resourceId(), now));
            looks.put(resource.resourceId(), look);
        }
        return look.runs();
    }

    private boolean anyRuns(String resourceId, long now) {
        boolean[] runs = {false};
        links.organizationsOf(resourceId, organizations -> organizations.forEach(organization ->
                runs[0] = runs[0] || !timelines.readAll(organization.organizationId(), resourceId,
                        course -> course.runningAt(now).isEmpty())));
        return runs[0];
    }
}
