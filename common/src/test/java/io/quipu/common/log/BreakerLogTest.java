package io.quipu.common.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BreakerLogTest {

    @Test
    void anOutageIsOneLineWhenItBeginsAndOneWhenItIsOver(CapturedOutput output) {
        CircuitBreaker breaker = CircuitBreaker.ofDefaults("faraway");
        BreakerLog.watch(breaker);

        breaker.transitionToOpenState();
        for (int i = 0; i < 10; i++) {
            breaker.transitionToHalfOpenState();
            breaker.transitionToOpenState();
        }
        breaker.transitionToHalfOpenState();
        breaker.transitionToClosedState();

        assertThat(output.toString().lines().filter(line -> line.contains("the faraway is"))).hasSize(2)
                .satisfiesExactly(line -> assertThat(line).contains("WARN", "the faraway is not available"),
                        line -> assertThat(line).contains("INFO", "the faraway is available again"));
    }
}
