package io.quipu.common.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.function.Supplier;

/**
 * Times the calls to one other service, from the first attempt to connect to the last byte of the answer: {@code
 * quipu.call} by {@code to} and {@code outcome}, which is {@code answered}, {@code unavailable} (no answer, or one that says
 * that there may be one later) or {@code failed}. Calls that an open circuit breaker held back are none. Thread-safe.
 */
public final class CallMetrics {

    private final MeterRegistry meters;
    private final Predicate<Throwable> away;
    private final Timer answered;
    private final Timer unavailable;
    private final Timer failed;

    /**
     * Registers the timers.
     *
     * @param to the name of the other service
     * @param away whether a call that ends with an exception has found it unavailable
     */
    public CallMetrics(MeterRegistry meters, String to, Predicate<Throwable> away) {
        this.meters = meters;
        this.away = away;
        this.answered = timer(to, "answered");
        this.unavailable = timer(to, "unavailable");
        this.failed = timer(to, "failed");
    }

    private Timer timer(String to, String outcome) {
        return Buckets.call("quipu.call").description("Calls to another service").tag("to", to).tag("outcome", outcome)
                .register(meters);
    }

    /** Makes a call. */
    public <T> T record(Supplier<T> call) {
        long begun = meters.config().clock().monotonicTime();
        Timer timer = failed;
        try {
            T answer = call.get();
            timer = answered;
            return answer;
        } catch (RuntimeException e) {
            timer = away.test(e) ? unavailable : failed;
            throw e;
        } finally {
            timer.record(meters.config().clock().monotonicTime() - begun, TimeUnit.NANOSECONDS);
        }
    }
}
