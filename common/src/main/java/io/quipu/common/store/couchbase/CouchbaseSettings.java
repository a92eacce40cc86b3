package io.quipu.common.store.couchbase;

import java.time.Duration;

/**
 * Which documents a store holds, and how it reaches them.
 *
 * @param service whose documents they are; no other service's may be in the same collection
 * @param bucket the bucket
 * @param scope its scope; {@value #DEFAULT} for the one that every bucket has
 * @param collection its collection; {@value #DEFAULT} for the one that every bucket has, in the scope of that name only
 * @param durability when a write counts as done
 * @param timeout how long one operation may take, retries of the client included; a write whose answer was lost is then looked for as long
 *     again
 * @param maxInFlight operations of this process that may wait for the cluster at the same time
 * @param startPatience how long a start waits for a cluster that is away, before it goes on without
 */
public record CouchbaseSettings(String service, String bucket, String scope, String collection, Durability durability, Duration timeout,
        int maxInFlight, Duration startPatience) {

    /** The name of the scope, and of the collection, that every bucket has. */
    public static final String DEFAULT = "_default";

    /** Names the collection for those who operate it. */
    String place() {
        return "Couchbase bucket " + bucket + ", scope " + scope + ", collection " + collection;
    }
}
