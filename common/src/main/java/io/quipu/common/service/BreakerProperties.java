package io.quipu.common.service;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.quipu.common.stage.StageUnavailableException;
import io.quipu.common.time.MonotonicClock;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;

/**
 * When an instance of the stage below counts as away, for a stage. The collector opens its breaker for longer: so a stage that it
 * tries again has one that lets it.
 *
 * @param calls how many of the last calls are looked at
 * @param failurePercent opens when so many of them found it unavailable
 * @param open how long it stays open
 * @param trials calls that are let through when it half-opens
 */
@ConfigurationProperties("quipu.breaker")
public record BreakerProperties(@DefaultValue("20") int calls, @DefaultValue("50") int failurePercent,
        @DefaultValue("PT1S") Duration open, @DefaultValue("3") int trials) {

    private static final int MIN_CALLS = 5;
    private static final int MAX_CALLS = 10_000;
    private static final int ALL = 100;

    /** Checks them. */
    public BreakerProperties {
        check("calls", calls, calls >= 1 && calls <= MAX_CALLS, "it must be from 1 to " + MAX_CALLS);
        check("failure-percent", failurePercent, failurePercent >= 1 && failurePercent <= ALL, "it must be from 1 to " + ALL);
        check("open", open, open.toMillis() >= 1, "it must be at least a millisecond");
        check("trials", trials, trials >= 1 && trials <= MAX_CALLS, "it must be from 1 to " + MAX_CALLS);
    }

    private static void check(String name, Object value, boolean holds, String rule) {
        if (!holds) {
            throw new InvalidConfigurationPropertyValueException("quipu.breaker." + name, value, rule);
        }
    }

    /** The same for breakers of calls that end with a {@link StageUnavailableException} when an instance is away. */
    public CircuitBreakerConfig config() {
        return CircuitBreakerConfig.custom()
                .clock(new MonotonicClock(System::nanoTime))
                .slidingWindowType(CircuitBreakerConfig.SlidingWindowType.COUNT_BASED)
                .slidingWindowSize(calls)
                .minimumNumberOfCalls(Math.min(MIN_CALLS, calls))
                .failureRateThreshold(failurePercent)
                .waitDurationInOpenState(open)
                .permittedNumberOfCallsInHalfOpenState(trials)
                .recordExceptions(StageUnavailableException.class)
                .build();
    }
}
