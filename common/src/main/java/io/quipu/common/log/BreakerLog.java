package io.quipu.common.log;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when a circuit breaker opens and when it closes again, not each time that it tries in between. */
public final class BreakerLog {

    private static final Logger LOG = LoggerFactory.getLogger(BreakerLog.class);

    private BreakerLog() {
    }

    /** From now on. */
    public static void watch(CircuitBreaker breaker) {
        breaker.getEventPublisher().onStateTransition(BreakerLog::changed);
    }

    private static void changed(CircuitBreakerOnStateTransitionEvent event) {
        String to = event.getCircuitBreakerName();
        if (event.getStateTransition().getFromState() == CircuitBreaker.State.CLOSED) {
            LOG.atWarn().addKeyValue("to", to).log("the {} is not available: its circuit breaker has opened", to);
        } else if (event.getStateTransition().getToState() == CircuitBreaker.State.CLOSED) {
            LOG.atInfo().addKeyValue("to", to).log("the {} is available again: its circuit breaker has closed", to);
        }
    }
}
