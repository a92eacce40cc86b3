package io.quipu.aggregator.domain;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The documents in which one usage is folded. They follow from the usage alone, so they are the same whenever it comes again.
 *
 * @param consumers the consumer's windows
 * @param consumerLevels the consumer's levels, if the usage changes any
 * @param organizationLevels the organization's levels, if the usage changes any
 * @param organizations the organization's days, then its months
 */
record Involved(List<OpenConsumer> consumers, Optional<OpenConsumerLevels> consumerLevels,
        Optional<OpenOrganizationLevels> organizationLevels, List<OpenOrganization> organizations) {

    /** All of them, in the order of writing. */
    List<OpenDocument> documents() {
        List<OpenDocument> documents = new ArrayList<>(consumers.size() + organizations.size() + 2);
        documents.addAll(consumers);
        consumerLevels.ifPresent(documents::add);
        organizationLevels.ifPresent(documents::add);
        documents.addAll(organizations);
        return documents;
    }
}
