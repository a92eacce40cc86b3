package io.quipu.common.log;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.event.CircuitBreakerOnStateTransitionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says when a circuit breaker opens and when it closes again, not each time that it tries in between. */
public final class BreakerLog {

    /** The tag of a breaker that says which instance of its service it is for. */
    public static final String URL = "url";

    private static final Logger LOG = LoggerFactory.getLogger(BreakerLog.class);

    private BreakerLog() {
    }

    /** From now on. */
    public static void watch(CircuitBreaker breaker) {
        breaker.getEventPublisher().onStateTransition(event -> changed(breaker, event));
    }

    private static void changed(CircuitBreaker breaker, CircuitBreakerOnStateTransitionEvent event) {
        String name = breaker.getName();
        String url = breaker.getTags().get(URL);
        String to = url == null ? name : name + " at " + url;
        if (event.getStateTransition().getFromState() == CircuitBreaker.State.CLOSED) {
            LOG.atWarn().addKeyValue("to", name).log("the {} is not available: its circuit breaker has opened", to);
        } else if (event.getStateTransition().getToState() == CircuitBreaker.State.CLOSED) {
            LOG.atInfo().addKeyValue("to", name).log("the {} is available again: its circuit breaker has closed", to);
        }
    }
}
