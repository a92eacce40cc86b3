package io.quipu.common.time;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class MonotonicClockTest {

    @Test
    void goesOnAsTheNanosecondsDo() {
        AtomicLong nanos = new AtomicLong(-5_000_000_000L);
        MonotonicClock clock = new MonotonicClock(nanos::get);
        long before = clock.millis();
        nanos.addAndGet(Duration.ofSeconds(7).toNanos());
        assertThat(clock.millis() - before).isEqualTo(7_000);
    }
}
