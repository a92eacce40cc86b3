package io.quipu.reporting.source;

import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.wire.Json;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The totals of organizations and consumers, and the plan versions that they name. Thread-safe. */
public interface Aggregator {

    /** The documents of an organization in those of the windows in which it has one. */
    List<OrganizationWindow> organization(String organizationId, Set<Window> windows);

    /**
     * The documents of every consumer of a space that has one in any of the windows, one consumer after the other as they
     * arrive. A consumer may come twice.
     *
     * @param consumers is handed each line, read and as it came; {@link #consumer} reads it again
     */
    void consumers(String organizationId, String spaceId, Set<Window> windows,
            BiConsumer<ConsumerDocuments, byte[]> consumers);

    /** The plan versions with those ids; all of them, or it fails. */
    Map<String, PlanVersion> plans(Collection<String> ids);

    /** A line of {@link #consumers}. */
    static ConsumerDocuments consumer(byte[] line) {
        return Json.read(line, ConsumerDocuments.class);
    }

    /**
     * A line about a consumer, or the last line.
     *
     * @param consumerId the consumer
     * @param documents one per window that has one
     * @param end true in the last line, which has nothing else
     */
    record ConsumerDocuments(String consumerId, List<ConsumerWindow> documents, Boolean end) {

        /** A line has a consumer and documents, or is the last. */
        public ConsumerDocuments {
            if (!Boolean.TRUE.equals(end) && (consumerId == null || documents == null)) {
                throw new UnusableAnswerException("a line of its answer has no consumer_id or no documents");
            }
            documents = documents == null ? List.of() : List.copyOf(documents);
        }

        boolean last() {
            return Boolean.TRUE.equals(end);
        }
    }
}
