package io.quipu.collector.catalog;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the catalog is served: {@code quipu.catalog}.
 *
 * @param maxAge how long a collector may go on by what it has read, while another instance changes the catalog; default
 *     PT10S, at most {@link #LONGEST}
 * @param samples whether the sample plans are stored at start where absent; default true
 */
@ConfigurationProperties("quipu.catalog")
public record CatalogProperties(@DefaultValue("PT10S") Duration maxAge, @DefaultValue("true") boolean samples) {

    /** The longest {@code max-age}. */
    public static final Duration LONGEST = Duration.ofDays(1);

    /** Checks the bounds. */
    public CatalogProperties {
        if (maxAge.isNegative() || maxAge.compareTo(LONGEST) > 0) {
            throw new IllegalArgumentException("quipu.catalog.max-age must be between PT0S and " + LONGEST + ", not "
                    + maxAge);
        }
    }
}
