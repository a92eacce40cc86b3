package io.quipu.meter;

import java.net.URI;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the accumulator is and how long to wait for it.
 *
 * @param url its address
 * @param connectTimeout for a connection to be made
 * @param responseTimeout for an answer; longer than the accumulator waits for the aggregator, shorter than the collector
 *     waits for us
 * @param maxConnections open at once
 */
@ConfigurationProperties("quipu.accumulator")
record AccumulatorProperties(@DefaultValue("http://localhost:9200") URI url,
        @DefaultValue("PT2S") Duration connectTimeout, @DefaultValue("PT25S") Duration responseTimeout,
        @DefaultValue("64") int maxConnections) {
}
