package io.quipu.common.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ServiceInstancesTest {

    private static final Duration LIMIT = Duration.ofMinutes(1);

    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final List<String> asked = new ArrayList<>();
    private final Set<String> away = new TreeSet<>();

    /** An instance is away. */
    private static final class AwayException extends RuntimeException {

        private static final long serialVersionUID = 1L;

        private AwayException(String message) {
            super(message);
        }
    }

    private ServiceInstances instances(String... hosts) {
        return new ServiceInstances("meter", Stream.of(hosts).map(host -> URI.create("http://" + host)).toList(),
                CircuitBreakerConfig.custom().slidingWindowSize(2).minimumNumberOfCalls(2).failureRateThreshold(50)
                        .waitDurationInOpenState(Duration.ofHours(1)).recordExceptions(AwayException.class).build(),
                meters, AwayException.class::isInstance);
    }

    private String call(ServiceInstances instances) {
        return instances.call(LIMIT, AwayException.class::isInstance, (url, left) -> {
            asked.add(url.getHost());
            if (away.contains(url.getHost())) {
                throw new AwayException(url.getHost());
            }
            return url.getHost();
        });
    }

    @Test
    void callsTakeTurns() {
        ServiceInstances instances = instances("a", "b", "c");
        for (int i = 0; i < 7; i++) {
            call(instances);
        }
        assertThat(asked).containsExactly("a", "b", "c", "a", "b", "c", "a");
    }

    @Test
    void aCallThatWasNotTakenGoesOnUntilTheBreakerKeepsItAway() {
        ServiceInstances instances = instances("a", "b");
        away.add("a");
        assertThat(Stream.generate(() -> call(instances)).limit(6)).containsOnly("b");
        assertThat(asked).as("tried twice, then its breaker was open").containsExactly("a", "b", "b", "a", "b", "b", "b", "b");
        assertThat(instances.breakers()).extracting(CircuitBreaker::getState).containsExactly(CircuitBreaker.State.OPEN,
                CircuitBreaker.State.CLOSED);
    }

    @Test
    void eachIsAskedOnceAtMostAndTheLastRefusalIsTold() {
        away.addAll(List.of("a", "b", "c"));
        assertThatThrownBy(() -> call(instances("a", "b", "c"))).isInstanceOf(AwayException.class).hasMessage("c")
                .satisfies(last -> assertThat(last.getSuppressed()).singleElement()
                        .satisfies(before -> assertThat(before).hasMessage("b")));
        assertThat(asked).containsExactly("a", "b", "c");
    }

    @Test
    void whenEveryCircuitIsOpenNoneIsAsked() {
        ServiceInstances instances = instances("a", "b");
        instances.breakers().forEach(CircuitBreaker::transitionToOpenState);
        assertThatThrownBy(() -> call(instances)).isInstanceOfSatisfying(NoInstanceException.class,
                none -> assertThat(none.retryAfter()).isEqualTo(Duration.ofHours(1))).hasMessageContaining("meter");
        assertThat(asked).isEmpty();
        assertThat(meters.get("quipu.call").timers()).allMatch(timer -> timer.count() == 0);
    }

    @Test
    void anyOtherFailureStaysWhereItIsAndIsNoOutage() {
        ServiceInstances instances = instances("a", "b");
        for (int i = 0; i < 6; i++) {
            assertThatThrownBy(() -> instances.call(LIMIT, AwayException.class::isInstance, (url, left) -> {
                asked.add(url.getHost());
                throw new IllegalStateException("broken");
            })).hasMessage("broken");
        }
        assertThat(asked).containsExactly("a", "b", "a", "b", "a", "b");
        assertThat(instances.breakers()).extracting(CircuitBreaker::getState).containsOnly(CircuitBreaker.State.CLOSED);
    }

    @Test
    void itGoesOnOnlyWhileItsTimeLasts() {
        List<Duration> left = new ArrayList<>();
        assertThatThrownBy(() -> instances("a", "b", "c").call(Duration.ofNanos(1), AwayException.class::isInstance,
                (url, rest) -> {
                    left.add(rest);
                    throw new AwayException(url.getHost());
                })).hasMessage("a");
        assertThat(left).containsExactly(Duration.ofNanos(1));

        left.clear();
        assertThatThrownBy(() -> instances("d", "e").call(LIMIT, AwayException.class::isInstance, (url, rest) -> {
            left.add(rest);
            throw new AwayException(url.getHost());
        })).hasMessage("e");
        assertThat(left).hasSize(2).first().isEqualTo(LIMIT);
        assertThat(left.get(1)).isLessThan(LIMIT).isPositive();
    }

    @Test
    void eachInstanceShowsItsCircuitAndEachAttemptItsTime() {
        ServiceInstances instances = instances("a", "b");
        away.add("a");
        call(instances);
        assertThat(meters.get("resilience4j.circuitbreaker.state").tags("name", "meter", "state", "closed").gauges())
                .extracting(gauge -> gauge.getId().getTag("url")).containsExactlyInAnyOrder("http://a", "http://b");
        assertThat(meters.get("quipu.call").tags("to", "meter", "outcome", "unavailable").timer().count()).isEqualTo(1);
        assertThat(meters.get("quipu.call").tags("to", "meter", "outcome", "answered").timer().count()).isEqualTo(1);
    }
}
