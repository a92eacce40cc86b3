package io.quipu.common.service;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Set;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * What is recorded in traces, and where they go. Properties that Spring Boot knows keep their names.
 *
 * @param endpoint where Zipkin takes spans; null for nowhere
 * @param probability the share of requests that begin a trace, of those whose callers leave it to us
 * @param maxPerSecond requests from outside that are recorded a second, at most, whatever callers ask for
 */
record TraceProperties(URI endpoint, double probability, int maxPerSecond) {

    static final String ENDPOINT = "quipu.zipkin.endpoint";
    static final String BOOT_ENDPOINT = "management.tracing.export.zipkin.endpoint";
    static final String PROBABILITY = "management.tracing.sampling.probability";
    static final String MAX_PER_SECOND = "quipu.trace.max-per-second";
    static final double DEFAULT_PROBABILITY = 0.01;
    static final int DEFAULT_MAX_PER_SECOND = 50;

    private static final String SPANS = "/api/v2/spans";

    static TraceProperties of(Environment environment) {
        String name = environment.containsProperty(ENDPOINT) ? ENDPOINT : BOOT_ENDPOINT;
        String endpoint = environment.getProperty(name, "").strip();
        double probability = environment.getProperty(PROBABILITY, Double.class, DEFAULT_PROBABILITY);
        if (!(probability >= 0 && probability <= 1)) {
            throw new InvalidConfigurationPropertyValueException(PROBABILITY, probability, "it must be from 0 to 1");
        }
        int maxPerSecond = environment.getProperty(MAX_PER_SECOND, Integer.class, DEFAULT_MAX_PER_SECOND);
        if (maxPerSecond < 0) {
            throw new InvalidConfigurationPropertyValueException(MAX_PER_SECOND, maxPerSecond, "it must not be negative");
        }
        return new TraceProperties(endpoint.isEmpty() ? null : uri(name, endpoint), probability, maxPerSecond);
    }

    /** Without a path it is the server's address. */
    private static URI uri(String name, String endpoint) {
        try {
            URI uri = new URI(endpoint);
            if (uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme())) {
                return uri.getPath().length() > 1 ? uri : uri.resolve(SPANS);
            }
        } catch (URISyntaxException e) {
            // said below
        }
        throw new InvalidConfigurationPropertyValueException(name, endpoint,
                "it must be a URL such as http://localhost:9411" + SPANS);
    }

    /** Without Zipkin we begin no traces: nobody would see them. Those of callers are carried on. */
    double ownProbability() {
        return endpoint == null ? 0 : probability;
    }
}
