package io.quipu.acceptance.simulation;

import io.quipu.collector.lease.Leases;
import io.quipu.collector.lease.Signal;
import io.quipu.common.wire.Json;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What must hold with every write of the leases and of the signal: each partition is given to one instance, evenly, and none
 * moves from one that stays to another; what is signalled only rises, and stands in the log.
 */
final class SharingInvariants {

    private final World world;

    SharingInvariants(World world) {
        this.world = world;
    }

    /** The leases were written. */
    void leases(byte[] before, byte[] after) {
        Leases leases = Json.read(after, Leases.class);
        Map<Integer, String> given = given(leases);
        if (!leases.instances().isEmpty() && given.size() != world.settings().partitions()) {
            world.violated("partitions are given to nobody: " + leases, null);
        }
        List<Integer> counts = leases.instances().stream().map(instance -> instance.partitions().size()).sorted().toList();
        if (!counts.isEmpty() && counts.get(counts.size() - 1) - counts.get(0) > 1) {
            world.violated("partitions are not spread evenly: " + leases, null);
        }
        if (before != null) {
            changed(Json.read(before, Leases.class), leases, given);
        }
    }

    private Map<Integer, String> given(Leases leases) {
        Map<Integer, String> given = new HashMap<>();
        leases.instances().forEach(instance -> instance.partitions().forEach(partition -> {
            String other = given.put(partition, instance.id());
            if (other != null) {
                world.violated("partition " + partition + " is given to " + other + " and to " + instance.id(), null);
            }
        }));
        return given;
    }

    private void changed(Leases before, Leases after, Map<Integer, String> given) {
        Set<String> gone = ids(before);
        gone.removeAll(ids(after));
        if (world.isQuiet() && !gone.isEmpty()) {
            world.violated(gone + " was taken out of the leases, and lives", null);
        }
        Set<String> stay = ids(before);
        stay.retainAll(ids(after));
        given(before).forEach((partition, had) -> {
            if (stay.contains(had) && stay.contains(given.get(partition)) && !had.equals(given.get(partition))) {
                world.violated("partition " + partition + " moves though both stay: " + before + " to " + after, null);
            }
        });
    }

    private static Set<String> ids(Leases leases) {
        return leases.instances().stream().map(Leases.Instance::id).collect(Collectors.toCollection(HashSet::new));
    }

    /** The signal was written. */
    void signal(byte[] before, byte[] after) {
        Signal signal = Json.read(after, Signal.class);
        for (int partition = 0; partition < world.settings().partitions(); partition++) {
            long end = signal.end(partition).sequence();
            if (before != null && Json.read(before, Signal.class).end(partition).sequence() > end) {
                world.violated("the signal of partition " + partition + " went back to " + end, null);
            }
            long appended = world.invariants().last(partition)
                    .map(segment -> segment.sequence() + segment.usage().size()).orElse(0L);
            if (end > appended) {
                world.violated("the signal of partition " + partition + " says " + end + ", the log holds " + appended, null);
            }
        }
    }
}
