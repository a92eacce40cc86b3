package io.quipu.common.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class CallMetricsTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final CallMetrics calls = new CallMetrics(registry, "meter", UncheckedIOException.class::isInstance);

    @Test
    void callsAreTimedByWhatCameOfThem() {
        assertThat(calls.<String>record(() -> "answer")).isEqualTo("answer");
        assertThatThrownBy(() -> calls.record(() -> {
            throw new UncheckedIOException(new IOException("away"));
        })).isInstanceOf(UncheckedIOException.class);
        for (RuntimeException bug : new RuntimeException[] {new IllegalStateException(), new NullPointerException()}) {
            assertThatThrownBy(() -> calls.record(() -> {
                throw bug;
            })).isSameAs(bug);
        }

        assertThat(counted("answered")).isEqualTo(1);
        assertThat(counted("unavailable")).isEqualTo(1);
        assertThat(counted("failed")).isEqualTo(2);
    }

    private long counted(String outcome) {
        return registry.get("quipu.call").tags("to", "meter", "outcome", outcome).timer().count();
    }
}
