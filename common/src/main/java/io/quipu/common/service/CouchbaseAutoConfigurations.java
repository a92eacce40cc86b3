package io.quipu.common.service;

import java.util.List;
import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

/**
 * Keeps out what Spring Boot would set up merely because Couchbase's jars are there. Without {@code quipu.store=couchbase} nothing of it:
 * no class is loaded and nothing connects, even where {@code spring.couchbase.*} are set. With it, the cluster alone: repositories,
 * transactions, paging of web requests and a second health check have no use here, nor has the free space of a disk that holds no data.
 */
public final class CouchbaseAutoConfigurations implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final String CLUSTER = "org.springframework.boot.couchbase.autoconfigure.CouchbaseAutoConfiguration";

    private static final String DISK = "org.springframework.boot.health.autoconfigure.application.DiskSpaceHealthContributorAutoConfiguration";

    /** Packages that come with the starter. */
    private static final List<String> UNUSED = List.of("org.springframework.boot.couchbase.", "org.springframework.boot.data.",
            "org.springframework.boot.persistence.", "org.springframework.boot.transaction.");

    private Environment environment;

    @Override
    public void setEnvironment(Environment environment) {
        this.environment = environment;
    }

    @Override
    public boolean[] match(String[] candidates, AutoConfigurationMetadata metadata) {
        boolean chosen = CouchbaseStoreConfiguration.Chosen.by(environment);
        boolean[] kept = new boolean[candidates.length];
        for (int i = 0; i < candidates.length; i++) {
            kept[i] = candidates[i] == null || kept(candidates[i], chosen);
        }
        return kept;
    }

    private static boolean kept(String candidate, boolean couchbase) {
        if (candidate.equals(CLUSTER)) {
            return couchbase;
        }
        return !(couchbase && candidate.equals(DISK)) && UNUSED.stream().noneMatch(candidate::startsWith);
    }
}
