package io.quipu.meter;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the accumulator is and how long to wait for it.
 *
 * @param url the base URLs of its instances
 * @param connectTimeout for a connection to be made
 * @param responseTimeout for an answer; longer than the accumulator waits for the aggregator, shorter than the collector
 *     waits for us
 * @param maxConnections open at once, to each instance
 */
@ConfigurationProperties("quipu.accumulator")
record AccumulatorProperties(@DefaultValue("http://localhost:9200") List<URI> url,
        @DefaultValue("PT2S") Duration connectTimeout, @DefaultValue("PT25S") Duration responseTimeout,
        @DefaultValue("64") int maxConnections) {
}
