package io.quipu.reporting.audit;

import io.quipu.common.usage.Origin;
import io.quipu.common.usage.PlanPath;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which plans an organization, its spaces and its consumers have used in a window: documents hold only so many. */
final class PlanEntries {

    private static final int MAX_OF_ORGANIZATION_AND_SPACES = 5_000;
    private static final int MAX_OF_CONSUMER = 500;

    private final Map<List<String>, Set<Entry>> plans = new HashMap<>();
    private final Map<String, Integer> counts = new HashMap<>();

    private record Entry(String resourceId, PlanPath path) {
    }

    /** Whether the documents of a window have room for a usage of that plan. */
    boolean room(String window, Origin origin, PlanPath path) {
        Entry entry = new Entry(origin.resourceId(), path);
        int added = (has(List.of(window), entry) ? 0 : 1) + (has(List.of(window, origin.spaceId()), entry) ? 0 : 1);
        List<String> consumer = List.of(window, origin.spaceId(), origin.consumerId());
        return (added == 0 || counts.getOrDefault(window, 0) + added <= MAX_OF_ORGANIZATION_AND_SPACES)
                && (has(consumer, entry) || plans.getOrDefault(consumer, Set.of()).size() < MAX_OF_CONSUMER);
    }

    /** Notes a usage of that plan. */
    void add(String window, Origin origin, PlanPath path) {
        Entry entry = new Entry(origin.resourceId(), path);
        for (List<String> scope : List.of(List.of(window), List.of(window, origin.spaceId()))) {
            if (plans.computeIfAbsent(scope, s -> new HashSet<>()).add(entry)) {
                counts.merge(window, 1, Integer::sum);
            }
        }
        plans.computeIfAbsent(List.of(window, origin.spaceId(), origin.consumerId()), s -> new HashSet<>()).add(entry);
    }

    private boolean has(List<String> scope, Entry entry) {
        return plans.getOrDefault(scope, Set.of()).contains(entry);
    }
}
