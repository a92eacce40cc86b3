package io.quipu.common.service;

import java.time.Duration;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.core.env.Environment;

/**
 * How a service stops. A platform kills what has not ended 10 s after it asked: so the parts of a stop must fit {@link #LIMIT}.
 *
 * @param notice how long it serves on after its readiness is down, answering {@code Connection: close}
 * @param requests how long it then waits for requests under way
 * @param drain how long a collector then waits for appends and batches in flight
 */
record DrainProperties(Duration notice, Duration requests, Duration drain) {

    static final String NOTICE = "quipu.drain-notice";
    static final String REQUESTS = "spring.lifecycle.timeout-per-shutdown-phase";
    static final String DRAIN = "quipu.drain";

    /** How long a stop may take altogether. */
    static final Duration LIMIT = Duration.ofSeconds(8);

    /** What of it is for closing: the store, and spans that are still to be sent. */
    static final Duration CLOSING = Duration.ofMillis(1_500);

    /** Boot's own default of 30 s would not fit. */
    private static final Duration DEFAULT_REQUESTS = Duration.ofMillis(2_500);

    static DrainProperties of(Environment environment) {
        Duration notice = duration(environment, NOTICE, Duration.ZERO);
        Duration requests = duration(environment, REQUESTS, DEFAULT_REQUESTS);
        Duration drain = duration(environment, DRAIN, Duration.ZERO);
        Duration most = LIMIT.minus(CLOSING);
        if (notice.plus(requests).plus(drain).compareTo(most) > 0) {
            throw new InvalidConfigurationPropertyValueException(NOTICE, notice, "together with " + REQUESTS + " (" + requests
                    + ") and " + DRAIN + " (" + drain + ") it must not be longer than " + most + ": a platform kills a process "
                    + "10 s after it asked it to stop");
        }
        return new DrainProperties(notice, requests, drain);
    }

    private static Duration duration(Environment environment, String property, Duration otherwise) {
        Duration duration = environment.getProperty(property, Duration.class, otherwise);
        if (duration.isNegative()) {
            throw new InvalidConfigurationPropertyValueException(property, duration, "it must not be negative");
        }
        return duration;
    }
}
