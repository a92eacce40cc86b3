package io.quipu.reporting.audit;

import io.quipu.common.time.Window;
import io.quipu.common.usage.Consumer;
import io.quipu.common.usage.Keys;
import io.quipu.common.usage.PlanPath;
import java.util.Comparator;

/**
 * Which document of an organization.
 *
 * @param level {@link Level#ORGANIZATION}, {@link Level#CONSUMER} or {@link Level#INSTANCE}
 * @param consumer the consumer; null at the organization
 * @param resourceId the resource; null but at an instance
 * @param instanceId the instance; null but at an instance
 * @param path the plan path; null but at an instance
 * @param window the month or day
 */
record DocumentKey(Level level, Consumer consumer, String resourceId, String instanceId, PlanPath path, Window window)
        implements Comparable<DocumentKey> {

    /** From the top down; of one scope the month before its days. */
    private static final Comparator<DocumentKey> ORDER = Comparator.comparing(DocumentKey::level)
            .thenComparing(DocumentKey::consumer, Comparator.nullsFirst(
                    Comparator.comparing(Consumer::spaceId).thenComparing(Consumer::consumerId)))
            .thenComparing(DocumentKey::resourceId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(DocumentKey::instanceId, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(DocumentKey::path, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(key -> key.window().unit(), Comparator.reverseOrder())
            .thenComparing(DocumentKey::window);

    static DocumentKey organization(Window window) {
        return new DocumentKey(Level.ORGANIZATION, null, null, null, null, window);
    }

    static DocumentKey consumer(Consumer consumer, Window window) {
        return new DocumentKey(Level.CONSUMER, consumer, null, null, null, window);
    }

    static DocumentKey instance(Consumer consumer, String resourceId, String instanceId, PlanPath path, Window window) {
        return new DocumentKey(Level.INSTANCE, consumer, resourceId, instanceId, path, window);
    }

    /** The key under which a store keeps it. */
    String stored(String organizationId) {
        return switch (level) {
            case ORGANIZATION, SPACE -> Keys.organization(organizationId, window);
            case CONSUMER -> Keys.consumer(consumer, window);
            case INSTANCE -> Keys.instance(consumer, resourceId, instanceId, path, window);
        };
    }

    @Override
    public int compareTo(DocumentKey other) {
        return ORDER.compare(this, other);
    }
}
