package io.quipu.common.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class LatenessTest {

    private static final long NOW = Instant.parse("2026-11-21T12:00:00Z").toEpochMilli();

    private final Lateness lateness = new Lateness(Duration.ofHours(48), Duration.ofMinutes(10));

    @Test
    void anEndAtTheSlackIsAcceptedAndOneMillisecondBeforeIsTooLate() {
        long limit = Instant.parse("2026-11-19T12:00:00Z").toEpochMilli();
        assertThat(lateness.tooLate(limit, NOW)).isFalse();
        assertThat(lateness.tooLate(limit - 1, NOW)).isTrue();
    }

    @Test
    void anEndAtTheLeadIsAcceptedAndOneMillisecondAfterIsInTheFuture() {
        long limit = Instant.parse("2026-11-21T12:10:00Z").toEpochMilli();
        assertThat(lateness.inFuture(limit, NOW)).isFalse();
        assertThat(lateness.inFuture(limit + 1, NOW)).isTrue();
    }

    @Test
    void withoutSlackAndLeadOnlyNowIsAccepted() {
        Lateness strict = new Lateness(Duration.ZERO, Duration.ZERO);
        assertThat(strict.tooLate(NOW, NOW)).isFalse();
        assertThat(strict.inFuture(NOW, NOW)).isFalse();
        assertThat(strict.tooLate(NOW - 1, NOW)).isTrue();
        assertThat(strict.inFuture(NOW + 1, NOW)).isTrue();
    }

    @Test
    void theLongestSlackReachesBeyondTheEpoch() {
        Lateness longest = new Lateness(Lateness.MAX, Lateness.MAX);
        assertThat(longest.tooLate(0, NOW)).isFalse();
        assertThat(longest.inFuture(NOW, 0)).isFalse();
    }

    @Test
    void durationsOutOfBoundsAreRefused() {
        assertThatCode(() -> new Lateness(Lateness.MAX, Duration.ZERO)).doesNotThrowAnyException();
        assertThatThrownBy(() -> new Lateness(Duration.ofMillis(-1), Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("slack");
        assertThatThrownBy(() -> new Lateness(Duration.ZERO, Lateness.MAX.plusMillis(1)))
                .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("lead");
    }
}
