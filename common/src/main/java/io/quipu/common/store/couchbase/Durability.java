package io.quipu.common.store.couchbase;

import com.couchbase.client.core.msg.kv.DurabilityLevel;

/** When Couchbase counts a write as done: how many copies there are of it by then, and where. */
public enum Durability {

    /** {@link #MAJORITY} where the bucket has replicas, else {@link #NONE}. */
    AUTO,
    /** In the memory of one node: a node that fails then takes what it has not passed on yet with it. */
    NONE,
    /** In the memory of a majority of the nodes that hold it: survives the loss of any one of them. */
    MAJORITY,
    /** The same, and on the disk of the node that took it. */
    MAJORITY_AND_PERSIST_TO_ACTIVE,
    /** On the disks of a majority: survives a loss of power of all nodes at once. */
    PERSIST_TO_MAJORITY;

    /**
     * The level to ask for.
     *
     * @param replicas copies beside the first one that the bucket is configured to have, whether there are nodes for them or not
     */
    DurabilityLevel level(int replicas) {
        return switch (this) {
            case AUTO -> replicas > 0 ? DurabilityLevel.MAJORITY : DurabilityLevel.NONE;
            case NONE -> DurabilityLevel.NONE;
            case MAJORITY -> DurabilityLevel.MAJORITY;
            case MAJORITY_AND_PERSIST_TO_ACTIVE -> DurabilityLevel.MAJORITY_AND_PERSIST_TO_ACTIVE;
            case PERSIST_TO_MAJORITY -> DurabilityLevel.PERSIST_TO_MAJORITY;
        };
    }
}
