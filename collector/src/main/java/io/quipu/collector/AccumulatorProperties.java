package io.quipu.collector;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the accumulator is, which knows what runs, and how long to wait for it.
 *
 * @param url the base URLs of its instances
 * @param connectTimeout for a connection to be made, and for one that is free
 * @param responseTimeout without a byte of an answer
 * @param answerTimeout for a whole answer, and what is done about its lines meanwhile
 * @param maxConnections open at once, to each instance
 */
@ConfigurationProperties("quipu.accumulator")
record AccumulatorProperties(@DefaultValue("http://localhost:9200") List<URI> url, @DefaultValue("PT2S") Duration connectTimeout,
        @DefaultValue("PT40S") Duration responseTimeout, @DefaultValue("PT10M") Duration answerTimeout,
        @DefaultValue("16") int maxConnections) {
}
