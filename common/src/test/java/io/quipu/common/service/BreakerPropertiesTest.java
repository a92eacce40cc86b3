package io.quipu.common.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.quipu.common.stage.StageBrokenException;
import io.quipu.common.stage.StageUnavailableException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class BreakerPropertiesTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void onlyAnInstanceThatIsAwayOpensTheCircuit() {
        CircuitBreakerConfig config = new BreakerProperties(20, 50, SECOND, 2).config();
        assertThat(config.getRecordExceptionPredicate()).accepts(new StageUnavailableException("away", null))
                .rejects(new StageBrokenException("broken"));
        assertThat(config.getMinimumNumberOfCalls()).isEqualTo(5);
        assertThat(new BreakerProperties(3, 50, SECOND, 2).config().getMinimumNumberOfCalls()).isEqualTo(3);
    }

    @Test
    void whatCannotWorkIsRefusedByName() {
        assertThatThrownBy(() -> new BreakerProperties(0, 50, SECOND, 2)).hasMessageContaining("quipu.breaker.calls");
        assertThatThrownBy(() -> new BreakerProperties(20, 101, SECOND, 2)).hasMessageContaining("quipu.breaker.failure-percent");
        assertThatThrownBy(() -> new BreakerProperties(20, 50, Duration.ZERO, 2)).hasMessageContaining("quipu.breaker.open");
        assertThatThrownBy(() -> new BreakerProperties(20, 50, SECOND, 0)).hasMessageContaining("quipu.breaker.trials");
    }
}
