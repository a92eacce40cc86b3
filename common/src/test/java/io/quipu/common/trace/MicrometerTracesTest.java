package io.quipu.common.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import brave.Tracing;
import brave.handler.MutableSpan;
import brave.handler.SpanHandler;
import io.micrometer.tracing.brave.bridge.BraveCurrentTraceContext;
import io.micrometer.tracing.brave.bridge.BraveTracer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;

class MicrometerTracesTest {

    private final List<MutableSpan> ended = new ArrayList<>();
    private final Tracing tracing = Tracing.newBuilder().traceId128Bit(true).addSpanHandler(new SpanHandler() {
        @Override
        public boolean end(brave.propagation.TraceContext context, MutableSpan span, Cause cause) {
            return ended.add(span);
        }
    }).build();
    private final Traces traces = new MicrometerTraces(new BraveTracer(tracing.tracer(),
            new BraveCurrentTraceContext(tracing.currentTraceContext())));

    @AfterEach
    void close() {
        tracing.close();
    }

    @Test
    void thereIsASpanBelowEachParentInItsOwnTrace() {
        List<TraceContext> parents = List.of(RecordedTraces.context(1), RecordedTraces.context(0xffff));
        Spans spans = traces.start("drive", Traces.Kind.CONSUMER, parents);
        spans.tag("quipu.partition", "7");
        spans.end();

        assertThat(spans.contexts()).extracting(TraceContext::traceId)
                .containsExactly(parents.get(0).traceId(), parents.get(1).traceId());
        assertThat(ended).hasSize(2).allSatisfy(span -> {
            assertThat(span.parentId()).isEqualTo(parents.get(0).spanId());
            assertThat(span.name()).isEqualTo("drive");
            assertThat(span.kind()).isEqualTo(brave.Span.Kind.CONSUMER);
            assertThat(span.tag("quipu.partition")).isEqualTo("7");
            assertThat(span.finishTimestamp()).isGreaterThanOrEqualTo(span.startTimestamp());
        });
        assertThat(ended).extracting(MutableSpan::id).containsExactlyElementsOf(
                spans.contexts().stream().map(TraceContext::spanId).toList());
    }

    @Test
    void aTraceThatBeginsHasNoParentAndALongId() {
        Spans spans = traces.begin("POST", Traces.Kind.SERVER);
        spans.name("POST /x");
        spans.end();
        assertThat(ended).singleElement().satisfies(span -> {
            assertThat(span.parentId()).isNull();
            assertThat(span.traceId()).isEqualTo(spans.contexts().get(0).traceId());
            assertThat(span.name()).isEqualTo("POST /x");
        });
    }

    @Test
    void theThreadWorksForTheInnermostSpansAndItsLogLinesSaySo() {
        assertThat(traces.current()).isEmpty();
        Spans outer = traces.begin("outer", Traces.Kind.SERVER);
        try (Spans.Scope scope = outer.enter()) {
            assertThat(traces.current()).isEqualTo(outer.contexts());
            traces.within("inner", Traces.Kind.CLIENT, traces.current(), () -> {
                assertThat(traces.current()).doesNotContainAnyElementsOf(outer.contexts());
                assertThat(MDC.get("traceId")).isEqualTo(outer.contexts().get(0).traceId());
                assertThat(MDC.get("spanId")).isEqualTo(traces.current().get(0).spanId());
            });
            assertThat(MDC.get("spanId")).isEqualTo(outer.contexts().get(0).spanId());
        }
        assertThat(traces.current()).isEmpty();
        assertThat(MDC.get("traceId")).isNull();
        assertThat(MDC.get("spanId")).isNull();
    }

    @Test
    void aFailureIsNotedAndPassedOn() {
        assertThatThrownBy(() -> traces.within("drive", Traces.Kind.CONSUMER, List.of(RecordedTraces.context(1)), () -> {
            throw new IllegalStateException("no");
        })).isInstanceOf(IllegalStateException.class);
        assertThat(ended).singleElement().satisfies(span -> assertThat(span.error()).hasMessage("no"));
        assertThat(traces.current()).isEmpty();
    }

    @Test
    void workForNoTraceIsJustDone() {
        List<String> done = new ArrayList<>();
        traces.within("drive", Traces.Kind.CONSUMER, List.of(), () -> done.add("it"));
        assertThat(traces.start("drive", Traces.Kind.CONSUMER, List.of())).isSameAs(Spans.NONE);
        assertThat(done).containsExactly("it");
        assertThat(ended).isEmpty();
    }
}
