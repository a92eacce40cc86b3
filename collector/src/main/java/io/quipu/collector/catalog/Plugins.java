package io.quipu.collector.catalog;

import java.util.Optional;

/**
 * Who is asked instead of our own store.
 *
 * @param provisioning for types of resources and plans; empty where we keep them
 * @param accounts for accounts and the ids of plans; empty where we keep them
 */
public record Plugins(Optional<ProvisioningPlugin> provisioning, Optional<AccountPlugin> accounts) {

    /** We keep all of it. */
    public static final Plugins NONE = new Plugins(Optional.empty(), Optional.empty());

    /** Whether we keep all of it: then samples make sense. */
    public boolean none() {
        return provisioning.isEmpty() && accounts.isEmpty();
    }
}
