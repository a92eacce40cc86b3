package io.quipu.reporting.source;

import io.quipu.common.http.UnusableAnswerException;
import io.quipu.common.plan.PlanVersion;
import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** The totals of organizations and consumers, and the plan versions that they name. Thread-safe. */
public interface Aggregator {

    /** The documents of an organization in those of the windows in which it has one, and its levels. */
    default OrganizationDocuments organization(String organizationId, Set<Window> windows) {
        return organization(organizationId, windows, Set.of());
    }

    /**
     * The documents of an organization in those of the windows in which it has one, and its levels. When it has levels, its days
     * and levels have been read after its months.
     *
     * @param windows the windows
     * @param windowsOfLevels the windows that are wanted beside them when there are levels; otherwise they are not read
     */
    OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels);

    /**
     * The same; but of the hours of its days others may be left out.
     *
     * @param hours the hours that are needed, and with each the later ones of its day
     */
    default OrganizationDocuments organization(String organizationId, Set<Window> windows, Set<Window> windowsOfLevels,
            Set<Window> hours) {
        return organization(organizationId, windows, windowsOfLevels);
    }

    /**
     * The documents of every consumer of a space that has one in any of the windows, one consumer after the other as they
     * arrive. A consumer may come twice.
     *
     * @param levels whether to read their levels, too; then also consumers come that have nothing but levels
     * @param lines is handed each as it came
     */
    void consumers(String organizationId, String spaceId, Set<Window> windows, boolean levels, Lines lines);

    /** The plan versions with those ids; all of them, or it fails. */
    Map<String, PlanVersion> plans(Collection<String> ids);

    /** Takes the consumers of a space. What it throws ends the call. */
    @FunctionalInterface
    interface Lines {

        /**
         * Takes a consumer.
         *
         * @param consumer reads the line, in any thread, but before {@link #complete} returns: what is wrong with the line is
         *     thrown there, and ends the call as the aggregator's failure when it is thrown on from here
         */
        void line(Supplier<ConsumerDocuments> consumer);

        /** The answer is whole: that was the last one. */
        default void complete() {
        }
    }

    /** Reads a line about a consumer. */
    static ConsumerDocuments consumer(byte[] line) {
        return new WindowDocuments(Set.of()).consumer(line);
    }

    /**
     * The answer about an organization.
     *
     * @param documents one per window that has one
     * @param levels its levels; null when there are none
     */
    record OrganizationDocuments(List<OrganizationWindow> documents, OrganizationLevels levels) {

        /** Copies the list. */
        public OrganizationDocuments {
            documents = List.copyOf(documents);
        }
    }

    /**
     * A consumer and its documents.
     *
     * @param consumerId the consumer
     * @param documents one per window that has one
     * @param levels its levels; null when there are none, or they were not asked for
     */
    record ConsumerDocuments(String consumerId, List<ConsumerWindow> documents, ConsumerLevels levels) {

        /** A consumer without levels. */
        public ConsumerDocuments(String consumerId, List<ConsumerWindow> documents) {
            this(consumerId, documents, null);
        }

        /** The same without what has come to nothing. */
        public ConsumerDocuments withoutUndone() {
            return new ConsumerDocuments(consumerId, documents.stream().map(ConsumerWindow::withoutUndone).toList(), levels);
        }

        /** Checks that neither is missing, and copies the list. */
        public ConsumerDocuments {
            if (consumerId == null || documents == null) {
                throw new UnusableAnswerException("a line of its answer has no consumer_id or no documents");
            }
            documents = List.copyOf(documents);
        }
    }
}
