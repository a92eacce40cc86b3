package io.quipu.collector;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the meter is and how long to wait for it.
 *
 * @param url the base URLs of its instances
 * @param connectTimeout for a connection to be made
 * @param responseTimeout for an answer; longer than each stage below waits for the next
 * @param maxConnections open at once, to each instance
 */
@ConfigurationProperties("quipu.meter")
record MeterProperties(@DefaultValue("http://localhost:9100") List<URI> url, @DefaultValue("PT2S") Duration connectTimeout,
        @DefaultValue("PT40S") Duration responseTimeout, @DefaultValue("16") int maxConnections) {
}
