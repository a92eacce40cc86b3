package io.quipu.aggregator.domain;

import io.quipu.common.time.Window;
import io.quipu.common.totals.ConsumerLevels;
import io.quipu.common.totals.ConsumerWindow;
import io.quipu.common.totals.OrganizationLevels;
import io.quipu.common.totals.OrganizationWindow;
import io.quipu.common.usage.Consumer;
import java.util.Optional;

/**
 * The documents of one organization and its consumers as they were read for an attempt; empty where there is none. They must
 * have been read in the reverse of the order in which they are written: what is read later can only be ahead.
 */
public interface StoredDocuments {

    /** A consumer's month or day. */
    Optional<ConsumerWindow> consumer(Consumer consumer, Window window);

    /** A consumer's levels; only asked for when one of the usages changes a level of that consumer. */
    Optional<ConsumerLevels> consumerLevels(Consumer consumer);

    /** The organization's month or day. */
    Optional<OrganizationWindow> organization(Window window);

    /** The organization's levels; only asked for when one of the usages changes a level. */
    Optional<OrganizationLevels> organizationLevels();
}
