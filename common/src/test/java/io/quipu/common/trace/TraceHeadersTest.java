package io.quipu.common.trace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TraceHeadersTest {

    private final Map<String, String> headers = new HashMap<>();

    private static List<TraceContext> contexts(int count) {
        return IntStream.rangeClosed(1, count).mapToObj(RecordedTraces::context).toList();
    }

    @Test
    void noTraceNeedsNoHeader() {
        TraceHeaders.write(List.of(), headers::put);
        assertThat(headers).isEmpty();
        assertThat(TraceHeaders.read(headers::get)).isEmpty();
    }

    @Test
    void oneTraceNeedsNoHeaderOfOurs() {
        TraceHeaders.write(contexts(1), headers::put);
        assertThat(headers).containsOnlyKeys("traceparent");
        assertThat(TraceHeaders.read(headers::get)).isEqualTo(contexts(1));
    }

    @Test
    void severalAreReadAsTheyWereWritten() {
        TraceHeaders.write(contexts(TraceHeaders.MAX_TRACES), headers::put);
        assertThat(headers).containsOnlyKeys("traceparent", "quipu-traceparents");
        assertThat(headers.get("quipu-traceparents")).hasSizeLessThan(1_000);
        assertThat(TraceHeaders.read(headers::get)).isEqualTo(contexts(TraceHeaders.MAX_TRACES));
    }

    @Test
    void moreThanTheLimitAreLeftOut() {
        headers.put("traceparent", RecordedTraces.context(1).traceparent());
        headers.put("quipu-traceparents", contexts(1_000).stream().map(TraceContext::traceparent)
                .collect(Collectors.joining(", ")));
        assertThat(TraceHeaders.read(headers::get)).hasSize(TraceHeaders.MAX_TRACES);
    }

    @Test
    void whatIsBrokenOrNotSampledIsLeftOut() {
        headers.put("traceparent", RecordedTraces.context(1).traceparent().replaceAll("01$", "00"));
        headers.put("quipu-traceparents", ",x," + RecordedTraces.context(2).traceparent() + ",");
        assertThat(TraceHeaders.read(headers::get)).containsExactly(RecordedTraces.context(2));
    }

    @Test
    void whatAnotherPartySentInOurHeaderAloneIsNotRead() {
        headers.put("quipu-traceparents", RecordedTraces.context(2).traceparent());
        assertThat(TraceHeaders.read(headers::get)).isEmpty();
    }
}
