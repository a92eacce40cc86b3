package io.quipu.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.trace.IncomingTrace.Sampling;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IncomingTraceTest {

    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";

    private static IncomingTrace read(String... headers) {
        Map<String, String> byName = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 0; i < headers.length; i += 2) {
            byName.put(headers[i], headers[i + 1]);
        }
        return IncomingTrace.read(byName::get);
    }

    private static String traceparent(String flags) {
        return "00-" + TRACE + "-" + SPAN + "-" + flags;
    }

    @Test
    void noHeaderSaysNothing() {
        assertThat(read()).isSameAs(IncomingTrace.NONE);
        assertThat(IncomingTrace.NONE.parent()).isNull();
    }

    @ParameterizedTest
    @CsvSource({"00,NO", "01,YES", "02,NO", "03,YES", "ff,YES", "fe,NO"})
    void onlyTheLowestFlagOfATraceparentDecides(String flags, Sampling sampling) {
        assertThat(read("traceparent", traceparent(flags))).isEqualTo(new IncomingTrace(TRACE, SPAN, sampling));
    }

    @Test
    void aTraceparentOfAFutureVersionIsReadAsFarAsItIsKnown() {
        assertThat(read("traceparent", "01" + traceparent("01").substring(2))).extracting(IncomingTrace::traceId)
                .isEqualTo(TRACE);
        assertThat(read("traceparent", "cc" + traceparent("01").substring(2) + "-more")).extracting(IncomingTrace::traceId)
                .isEqualTo(TRACE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more", "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01x",
        "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01", "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01", "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
        "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bé-01",
        "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0z"})
    void aBrokenTraceparentSaysNothing(String value) {
        assertThat(read("traceparent", value)).isSameAs(IncomingTrace.NONE);
        assertThat(TraceContext.sampled(value)).isEmpty();
        assertThat(read("traceparent", value, "b3", TRACE + "-" + SPAN + "-1").traceId()).isEqualTo(TRACE);
    }

    @Test
    void aTraceparentGoesBeforeB3() {
        assertThat(read("traceparent", traceparent("00"), "b3", "1")).isEqualTo(new IncomingTrace(TRACE, SPAN, Sampling.NO));
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"'',OPEN", "-1,YES", "-d,YES", "-0,NO", "-1-05e3ac9a4f6e3b90,YES"})
    void b3InOneHeader(String rest, Sampling sampling) {
        assertThat(read("b3", TRACE + "-" + SPAN + rest)).isEqualTo(new IncomingTrace(TRACE, SPAN, sampling));
    }

    @ParameterizedTest
    @CsvSource({"0,NO", "1,YES", "d,YES"})
    void b3WithADecisionAlone(String value, Sampling sampling) {
        assertThat(read("b3", value)).isEqualTo(new IncomingTrace(null, null, sampling));
        assertThat(read("b3", value).parent()).isNull();
    }

    @Test
    void b3InSeveralHeaders() {
        assertThat(read("X-B3-TraceId", TRACE, "X-B3-SpanId", SPAN, "X-B3-Sampled", "1", "X-B3-ParentSpanId", SPAN))
                .isEqualTo(new IncomingTrace(TRACE, SPAN, Sampling.YES));
        assertThat(read("X-B3-TraceId", TRACE, "X-B3-SpanId", SPAN)).isEqualTo(new IncomingTrace(TRACE, SPAN, Sampling.OPEN));
        assertThat(read("X-B3-TraceId", TRACE, "X-B3-SpanId", SPAN, "X-B3-Flags", "1").sampling()).isEqualTo(Sampling.YES);
        assertThat(read("X-B3-Sampled", "false")).isEqualTo(new IncomingTrace(null, null, Sampling.NO));
    }

    @Test
    void aShortTraceIdOfB3IsFilledUp() {
        assertThat(read("b3", "A3CE929D0E0E4736-" + SPAN + "-1").parent())
                .isEqualTo(new TraceContext("0000000000000000a3ce929d0e0e4736", SPAN));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-", "2", "x-y-1", "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-2", "a3ce929d0e0e4736",
        "a3ce929d0e0e4736-00f067aa0ba902b7-1-05e3ac9a4f6e3b90-1", "0000000000000000-00f067aa0ba902b7-1",
        "a3ce929d0e0e4736-0000000000000000-1", "a3ce929d0e0e473-00f067aa0ba902b7-1"})
    void aBrokenB3SaysNothing(String value) {
        assertThat(read("b3", value)).isEqualTo(IncomingTrace.NONE);
    }

    @Test
    void whateverHeadersHoldIsReadWithoutAFailure() {
        long seed = System.nanoTime();
        SplittableRandom random = new SplittableRandom(seed);
        String alphabet = "0123456789abcdef-zA é,";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder value = new StringBuilder(random.nextBoolean() ? traceparent("01") : "");
            for (int changes = random.nextInt(6); changes > 0; changes--) {
                value.insert(random.nextInt(value.length() + 1), alphabet.charAt(random.nextInt(alphabet.length())));
                if (random.nextBoolean()) {
                    value.deleteCharAt(random.nextInt(value.length()));
                }
            }
            String header = new String[] {"traceparent", "b3", "X-B3-TraceId", "X-B3-Sampled"}[random.nextInt(4)];
            IncomingTrace trace = read(header, value.toString(), "X-B3-SpanId", SPAN);
            assertThat(trace.traceId() == null).as("seed %d: %s: %s", seed, header, value).isEqualTo(trace.parent() == null);
        }
    }

    @Test
    void aContextIsWrittenAsItIsRead() {
        TraceContext context = new TraceContext(TRACE, SPAN);
        assertThat(context.traceparent()).isEqualTo(traceparent("01"));
        assertThat(TraceContext.sampled(context.traceparent())).contains(context);
        assertThat(TraceContext.sampled(traceparent("00"))).isEmpty();
        assertThatThrownBy(() -> new TraceContext("x", SPAN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TraceContext(TRACE, "0".repeat(16))).isInstanceOf(IllegalArgumentException.class);
    }
}
