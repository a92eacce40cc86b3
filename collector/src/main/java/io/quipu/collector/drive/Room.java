package io.quipu.collector.drive;

import java.util.HashSet;
import java.util.Set;

/** What the batches of a round may still hold together; what is larger than all of it goes alone. Not thread-safe. */
final class Room {

    private final int maxUsages;
    private final long maxBytes;
    private final int maxPlans;
    private final Set<String> plans = new HashSet<>();
    private int usages;
    private long bytes;

    /** For so many usages, about so many bytes of JSON, pinned to so many plan versions. */
    Room(int maxUsages, long maxBytes, int maxPlans) {
        this.maxUsages = maxUsages;
        this.maxBytes = maxBytes;
        this.maxPlans = maxPlans;
    }

    /** Takes room for a usage; whether there was enough. */
    boolean take(DrivenUsage usage) {
        String plan = usage.usage().pin().plan();
        int size = usage.estimatedBytes();
        boolean known = plans.contains(plan);
        if (usages > 0 && (usages >= maxUsages || bytes + size > maxBytes || !known && plans.size() >= maxPlans)) {
            return false;
        }
        usages++;
        bytes += size;
        if (!known) {
            plans.add(plan);
        }
        return true;
    }
}
