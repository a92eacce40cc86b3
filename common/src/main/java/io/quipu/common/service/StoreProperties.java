package io.quipu.common.service;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where and how a service stores.
 *
 * @param store which implementation of the store
 * @param data the directory of the embedded store; empty for {@code .quipu/data/<name of the service>} below the working
 *     directory. Text, because a converted path would first be looked for on the class path
 * @param ephemeralDiskAllowed whether the embedded store may run on Cloud Foundry, whose disks go with their instances
 */
@ConfigurationProperties("quipu")
public record StoreProperties(@DefaultValue("embedded") Kind store, @DefaultValue("") String data,
        @DefaultValue("false") boolean ephemeralDiskAllowed) {

    /** The implementations to choose from. */
    public enum Kind {
        /** RocksDB in a directory. */
        EMBEDDED,
        /** Forgotten when the process ends. */
        MEMORY,
        /** A collection of a Couchbase cluster, for any number of instances; see {@link CouchbaseStoreProperties}. */
        COUCHBASE
    }

    /**
     * The directory of the embedded store.
     *
     * @param service the name of the service, for the default
     */
    public Path directory(String service) {
        return data.isBlank() ? Path.of(".quipu", "data", service) : Path.of(data);
    }
}
