package io.quipu.common.service;

import io.quipu.common.store.couchbase.CouchbaseSettings;
import io.quipu.common.store.couchbase.Durability;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * Where in a Couchbase cluster a service stores, and how. The cluster itself is {@code spring.couchbase.*}.
 *
 * @param bucket the bucket
 * @param scope the scope in it
 * @param collection the collection in it; empty for the one that has the service's name
 * @param durability when a write counts as done; see {@link Durability}
 * @param timeout how long one operation may take
 * @param maxInFlight operations that may wait for the cluster at the same time, over all calls of this process
 * @param startPatience how long a start waits for a cluster that is away, before it goes on without
 */
@ConfigurationProperties("quipu.couchbase")
record CouchbaseStoreProperties(@DefaultValue("quipu") String bucket, @DefaultValue(CouchbaseSettings.DEFAULT) String scope,
        @DefaultValue("") String collection, @DefaultValue("auto") Durability durability, @DefaultValue("PT2.5S") Duration timeout,
        @DefaultValue("256") int maxInFlight, @DefaultValue("PT10S") Duration startPatience) {

    /** The least that Couchbase grants a durable write. */
    private static final Duration MIN_TIMEOUT = Duration.ofMillis(1_500);
    private static final Duration MAX_TIMEOUT = Duration.ofMinutes(1);
    private static final int MAX_IN_FLIGHT = 10_000;
    private static final Duration MAX_PATIENCE = Duration.ofMinutes(10);

    CouchbaseStoreProperties {
        if (timeout.compareTo(MIN_TIMEOUT) < 0 || timeout.compareTo(MAX_TIMEOUT) > 0) {
            throw refused("timeout", timeout, "it must be from " + MIN_TIMEOUT + " to " + MAX_TIMEOUT);
        }
        if (maxInFlight < 1 || maxInFlight > MAX_IN_FLIGHT) {
            throw refused("max-in-flight", maxInFlight, "it must be from 1 to " + MAX_IN_FLIGHT);
        }
        if (startPatience.isNegative() || startPatience.compareTo(MAX_PATIENCE) > 0) {
            throw refused("start-patience", startPatience, "it must be from PT0S to " + MAX_PATIENCE);
        }
    }

    /**
     * What the store is opened with.
     *
     * @param service the name of the service
     */
    CouchbaseSettings settings(String service) {
        String chosen = collection.isBlank() ? service : collection;
        if (chosen.equals(CouchbaseSettings.DEFAULT) && !scope.equals(CouchbaseSettings.DEFAULT)) {
            throw refused("collection", chosen, "only the scope " + CouchbaseSettings.DEFAULT + " has such a collection, " + scope + " has not");
        }
        return new CouchbaseSettings(service, bucket, scope, chosen, durability, timeout, maxInFlight, startPatience);
    }

    static InvalidConfigurationPropertyValueException refused(String property, Object value, String rule) {
        return new InvalidConfigurationPropertyValueException("quipu.couchbase." + property, value, rule);
    }
}
