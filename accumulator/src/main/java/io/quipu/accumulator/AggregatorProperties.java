package io.quipu.accumulator;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the aggregator is and how long to wait for it.
 *
 * @param url the base URLs of its instances
 * @param connectTimeout for a connection to be made
 * @param responseTimeout for an answer; shorter than the stage above waits for us
 * @param maxConnections open at once, to each instance
 */
@ConfigurationProperties("quipu.aggregator")
record AggregatorProperties(@DefaultValue("http://localhost:9300") List<URI> url,
        @DefaultValue("PT2S") Duration connectTimeout, @DefaultValue("PT20S") Duration responseTimeout,
        @DefaultValue("64") int maxConnections) {
}
