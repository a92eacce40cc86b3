package io.quipu.common.http;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.quipu.common.log.BreakerLog;
import io.quipu.common.metrics.CallMetrics;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * The instances of another service: calls take turns over those whose circuit breaker lets them. A call that one instance
 * has not taken goes on to the next at once, to each at most once, as long as its time lasts. Thread-safe.
 */
public final class ServiceInstances {

    private final String to;
    private final List<Instance> instances;
    private final Duration openFor;
    private final CallMetrics metrics;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * Of a service.
     *
     * @param to its name
     * @param urls of its instances, see {@link BaseUrls#checked}
     * @param breaker how the breaker of each works
     * @param meters where breakers and attempts are shown, see {@link CallMetrics}
     * @param away whether an attempt that ends with an exception has found the instance unavailable
     */
    public ServiceInstances(String to, List<URI> urls, CircuitBreakerConfig breaker, MeterRegistry meters, Predicate<Throwable> away) {
        this.to = to;
        this.instances = urls.stream().map(url -> new Instance(url, breaker(to, url, breaker, meters))).toList();
        this.openFor = Duration.ofMillis(breaker.getWaitIntervalFunctionInOpenState().apply(1));
        this.metrics = new CallMetrics(meters, to, away);
    }

    /** Each has a registry of its own, since all have the service's name. */
    private static CircuitBreaker breaker(String to, URI url, CircuitBreakerConfig config, MeterRegistry meters) {
        CircuitBreakerRegistry registry = CircuitBreakerRegistry.of(config);
        CircuitBreaker breaker = registry.circuitBreaker(to, Map.of(BreakerLog.URL, url.toString()));
        BreakerLog.watch(breaker);
        TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(registry).bindTo(meters);
        return breaker;
    }

    /**
     * One try of a call.
     *
     * @param <T> its answer
     */
    @FunctionalInterface
    public interface Attempt<T> {

        /**
         * Tries it at an instance.
         *
         * @param url the instance's base URL, one of {@link #urls}
         * @param left how much of the call's time is left
         */
        T at(URI url, Duration left);
    }

    /** The name of the service. */
    public String to() {
        return to;
    }

    /** The base URLs of all. */
    public List<URI> urls() {
        return instances.stream().map(Instance::url).toList();
    }

    /** The circuit breakers of all, in the same order. */
    public List<CircuitBreaker> breakers() {
        return instances.stream().map(Instance::breaker).toList();
    }

    /** How long a breaker stays open. */
    public Duration openFor() {
        return openFor;
    }

    /**
     * Makes a call.
     *
     * @param limit how long it may go on to further instances
     * @param goesOn whether an attempt that ended like this is to be made at the next instance: only where nothing of an
     *     answer has come, and doing it twice changes nothing
     * @param attempt makes it at one
     * @return the answer of the first instance that gave one
     * @throws NoInstanceException when every breaker is open
     * @throws RuntimeException of the last attempt, those before it suppressed in it
     */
    public <T> T call(Duration limit, Predicate<RuntimeException> goesOn, Attempt<T> attempt) {
        int size = instances.size();
        long begun = System.nanoTime();
        Duration left = limit;
        int first = size == 1 ? 0 : Math.floorMod(turn.getAndIncrement(), size);
        RuntimeException failure = null;
        for (int i = 0; i < size && left.compareTo(Duration.ZERO) > 0; i++) {
            Instance instance = instances.get((first + i) % size);
            if (!instance.breaker().tryAcquirePermission()) {
                continue;
            }
            try {
                return attempt(instance, attempt, left);
            } catch (RuntimeException e) {
                if (failure != null && failure != e) {
                    e.addSuppressed(failure);
                }
                failure = e;
                if (!goesOn.test(e)) {
                    throw e;
                }
            }
            left = limit.minusNanos(System.nanoTime() - begun);
        }
        throw failure == null ? new NoInstanceException(to, openFor) : failure;
    }

    private <T> T attempt(Instance instance, Attempt<T> attempt, Duration left) {
        CircuitBreaker breaker = instance.breaker();
        long begun = breaker.getCurrentTimestamp();
        T answer;
        try {
            answer = metrics.record(() -> attempt.at(instance.url(), left));
        } catch (RuntimeException | Error e) {
            breaker.onError(breaker.getCurrentTimestamp() - begun, breaker.getTimestampUnit(), e);
            throw e;
        }
        breaker.onSuccess(breaker.getCurrentTimestamp() - begun, breaker.getTimestampUnit());
        return answer;
    }

    private record Instance(URI url, CircuitBreaker breaker) {
    }
}
