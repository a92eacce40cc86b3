package io.quipu.common.store.couchbase;

import java.time.Duration;

/** Settings as tests need them. */
final class Settings {

    static final Duration TIMEOUT = Duration.ofSeconds(5);

    private Settings() {
    }

    /** Of a service, in the collection that every bucket has. */
    static CouchbaseSettings of(String service) {
        return of(service, TIMEOUT, Durability.AUTO);
    }

    static CouchbaseSettings of(String service, Duration timeout, Durability durability) {
        return new CouchbaseSettings(service, ProtocolCluster.BUCKET, CouchbaseSettings.DEFAULT, CouchbaseSettings.DEFAULT, durability, timeout,
                256, Duration.ZERO);
    }
}
