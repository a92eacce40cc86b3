package io.quipu.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.quipu.common.trace.IncomingTrace.Sampling;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SamplerTest {

    private static final long SECOND = 1_000_000_000;
    private static final IncomingTrace YES = new IncomingTrace(null, null, Sampling.YES);
    private static final IncomingTrace NO = new IncomingTrace(null, null, Sampling.NO);

    /** Close to where it begins again at its other end. */
    private long now = Long.MAX_VALUE - SECOND / 2;

    private Sampler sampler(double probability, int maxPerSecond) {
        return new Sampler(probability, maxPerSecond, new Random(1), () -> now);
    }

    private static long sampled(Sampler sampler, IncomingTrace trace, int requests) {
        return IntStream.range(0, requests).filter(i -> sampler.sample(trace)).count();
    }

    @Test
    void theCallersDecisionIsKept() {
        assertThat(sampler(0, 10).sample(YES)).isTrue();
        assertThat(sampler(1, 10).sample(NO)).isFalse();
        assertThat(sampler(0, 10).sample(IncomingTrace.NONE)).isFalse();
        assertThat(sampler(1, 10).sample(IncomingTrace.NONE)).isTrue();
    }

    @Test
    void aShareOfWhatIsLeftToUsIsSampled() {
        assertThat(sampled(sampler(0.1, Integer.MAX_VALUE), IncomingTrace.NONE, 100_000)).isCloseTo(10_000L, within(400L));
    }

    @Test
    void noCallerGetsMoreThanTheLimit() {
        Sampler sampler = sampler(1, 50);
        assertThat(sampled(sampler, YES, 1_000)).isEqualTo(50);
        assertThat(sampled(sampler, IncomingTrace.NONE, 1_000)).isZero();
        now += SECOND / 50;
        assertThat(sampled(sampler, YES, 1_000)).isEqualTo(1);
        now += SECOND / 2;
        assertThat(sampled(sampler, YES, 1_000)).isEqualTo(25);
        now += 3_600 * SECOND;
        assertThat(sampled(sampler, YES, 1_000)).isEqualTo(50);
    }

    @Test
    void aLimitOfOneIsOneASecond() {
        Sampler sampler = sampler(1, 1);
        assertThat(sampled(sampler, YES, 10)).isEqualTo(1);
        now += SECOND - 1;
        assertThat(sampler.sample(YES)).isFalse();
        now += 1;
        assertThat(sampler.sample(YES)).isTrue();
    }

    @Test
    void aLimitOfZeroIsNone() {
        Sampler sampler = sampler(1, 0);
        assertThat(sampled(sampler, YES, 10)).isZero();
        now += 3_600 * SECOND;
        assertThat(sampled(sampler, YES, 10)).isZero();
    }

    @ParameterizedTest
    @ValueSource(doubles = {-0.1, 1.1, Double.NaN})
    void whatIsNoProbabilityIsRefused(double probability) {
        assertThatThrownBy(() -> sampler(probability, 1)).isInstanceOf(IllegalArgumentException.class);
    }
}
