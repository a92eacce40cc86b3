package io.quipu.acceptance.simulation;

import io.quipu.common.usage.Event;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Draws starts, stops and levels of queues, mostly of those that usage or other events are of: under either plan, with few ids, so
 * that they meet, and often at the time of another one, or just beside it.
 */
final class Events {

    /** Instances in a snapshot, at most. */
    private static final int LISTED = 6;

    private static final Event.Kind[] KINDS = {Event.Kind.START, Event.Kind.LEVEL, Event.Kind.STOP};

    private final RandomGenerator random;
    private final Settings settings;
    private final List<SubmittedUsage> known;
    private final List<SubmittedSnapshot> snapshots = new ArrayList<>();

    /**
     * Draws events.
     *
     * @param known what was drawn so far
     */
    Events(RandomGenerator random, Settings settings, List<SubmittedUsage> known) {
        this.random = random;
        this.settings = settings;
        this.known = known;
    }

    /**
     * An event.
     *
     * @param time when, unless it is at the time of another one
     * @param organizationId of which organization, unless its instance is one that is known
     */
    SubmittedUsage event(long time, String organizationId) {
        List<SubmittedUsage> queues = known.stream().filter(usage -> usage.resourceId().equals("queue")).toList();
        Event.Kind kind = KINDS[random.nextInt(KINDS.length)];
        String plan = random.nextInt(5) > 0 ? "basic"
                : kind == Event.Kind.STOP && random.nextBoolean() ? Plans.GONE : "pro";
        String id = random.nextBoolean() ? "e" + random.nextInt(3) : null;
        SortedMap<String, BigDecimal> measures = kind == Event.Kind.STOP ? new TreeMap<>() : measures();
        if (queues.isEmpty() || random.nextInt(4) == 0) {
            return new SubmittedUsage(organizationId, "space-" + random.nextInt(2),
                    "app:" + random.nextInt(settings.consumers()), "queue", plan, "i" + random.nextInt(2), time, time, id, kind,
                    measures);
        }
        SubmittedUsage other = queues.get(queues.size() - 1 - random.nextInt(Math.min(queues.size(), 6)));
        long at = switch (random.nextInt(6)) {
            case 0, 1 -> other.end();
            case 2 -> other.end() + random.nextInt(3) - 1;
            default -> time;
        };
        return new SubmittedUsage(other.organizationId(), other.spaceId(), other.consumerId(), "queue", plan,
                other.resourceInstanceId(), at, at, id, kind, measures);
    }

    /**
     * A snapshot of an organization, or of all.
     *
     * @param time when, unless it is at the time of an event, or of another snapshot
     */
    SubmittedSnapshot snapshot(long time) {
        List<SubmittedUsage> queues = known.stream().filter(usage -> usage.resourceId().equals("queue")).toList();
        if (!snapshots.isEmpty() && random.nextInt(4) == 0) {
            // The same time and id, and other instances: what was said first counts.
            return snapshot(queues, snapshots.get(random.nextInt(snapshots.size())).time());
        }
        return snapshot(queues, queues.isEmpty() || random.nextInt(3) > 0 ? time
                : queues.get(random.nextInt(queues.size())).end());
    }

    private SubmittedSnapshot snapshot(List<SubmittedUsage> queues, long time) {
        String id = random.nextBoolean() ? "s" + random.nextInt(2) : null;
        String organizationId = queues.isEmpty() || random.nextInt(3) == 0 ? null
                : queues.get(random.nextInt(queues.size())).organizationId();
        Map<String, SubmittedUsage> listed = new TreeMap<>();
        for (SubmittedUsage queue : queues) {
            if ((organizationId == null || queue.organizationId().equals(organizationId)) && random.nextInt(3) == 0
                    && listed.size() < LISTED) {
                SubmittedUsage instance = new SubmittedUsage(queue.organizationId(), queue.spaceId(), queue.consumerId(), "queue",
                        random.nextInt(5) > 0 ? "basic" : "pro", queue.resourceInstanceId(), time, time, id, Event.Kind.SNAPSHOT,
                        measures());
                listed.put(instance.key(), instance);
            }
        }
        SubmittedSnapshot snapshot = new SubmittedSnapshot(organizationId, "queue", time, id,
                listed.isEmpty() || random.nextBoolean(), List.copyOf(listed.values()));
        snapshots.add(snapshot);
        return snapshot;
    }

    private SortedMap<String, BigDecimal> measures() {
        SortedMap<String, BigDecimal> measures = levels();
        if (random.nextInt(4) == 0) {
            // Of an event it has no effect, however much it is.
            measures.put("messages", random.nextBoolean() ? BigDecimal.ONE : Workload.HUGE);
        }
        switch (random.nextInt(2 * settings.poison())) {
            // Its area is more than a document holds: only the aggregator finds out.
            case 0 -> measures.put("servers", Workload.HUGE);
            // Twice that is more than a metric holds: the meter finds out.
            case 1 -> measures.put("disks", Workload.HUGE);
            default -> { }
        }
        return measures;
    }

    /** Levels of servers, of disks, or of both. */
    SortedMap<String, BigDecimal> levels() {
        SortedMap<String, BigDecimal> levels = new TreeMap<>();
        int which = random.nextInt(4);
        if (which > 0) {
            levels.put("servers", BigDecimal.valueOf(random.nextInt(4)));
        }
        if (which < 2) {
            levels.put("disks", BigDecimal.valueOf(random.nextInt(3)));
        }
        return levels;
    }
}
