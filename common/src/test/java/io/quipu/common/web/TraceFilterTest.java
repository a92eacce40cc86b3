package io.quipu.common.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quipu.common.trace.RecordedTraces;
import io.quipu.common.trace.Sampler;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.Traces;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.MDC;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.web.servlet.HandlerMapping;

class TraceFilterTest {

    private static final TraceContext CALLER = RecordedTraces.context(7);

    private final RecordedTraces traces = new RecordedTraces();
    private final MockHttpServletRequest request = new MockHttpServletRequest("POST", "/v1/o/acme");
    private final List<List<TraceContext>> workedFor = new ArrayList<>();
    private String problemTrace;
    private String logged;
    private FilterChain chain = (in, out) -> {
        in.setAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE, "/v1/o/{id}");
        ((HttpServletResponse) out).setStatus(202);
        workedFor.add(traces.current());
        problemTrace = TraceIds.of(request);
        logged = MDC.get("traceId");
    };

    private void fromOutside(double probability, int limit) throws IOException, ServletException {
        new TraceFilter(traces, new Sampler(probability, limit, new Random(1), () -> 0))
                .doFilter(request, new MockHttpServletResponse(), chain);
    }

    private void betweenServices() throws IOException, ServletException {
        new TraceFilter(traces, null).doFilter(request, new MockHttpServletResponse(), chain);
    }

    @Test
    void aRequestThatItsCallerRecordsIsRecordedBelowIt() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent());
        fromOutside(0, 10);
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.kind).isEqualTo(Traces.Kind.SERVER);
            assertThat(span.parent).isEqualTo(CALLER);
            assertThat(span.tags).containsEntry("name", "POST /v1/o/{id}").containsEntry("http.status_code", "202")
                    .doesNotContainKey("error");
            assertThat(span.ended).isTrue();
            assertThat(workedFor).containsExactly(List.of(span.context));
        });
        assertThat(problemTrace).isEqualTo(CALLER.traceId());
        assertThat(traces.current()).isEmpty();
    }

    @Test
    void aTraceMayBeginHere() throws Exception {
        fromOutside(1, 10);
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.parent).isNull();
            assertThat(problemTrace).isEqualTo(span.context.traceId());
        });
    }

    @Test
    void aTraceThatItsCallerDoesNotRecordIsOnlyNamed() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent().replaceAll("01$", "00"));
        fromOutside(1, 10);
        assertThat(traces.spans).isEmpty();
        assertThat(workedFor).containsExactly(List.of());
        assertThat(problemTrace).isEqualTo(CALLER.traceId());
        assertThat(logged).isEqualTo(CALLER.traceId());
        assertThat(MDC.get("traceId")).isNull();
    }

    @Test
    void aboveTheLimitATraceIsOnlyNamed() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent());
        for (int i = 0; i < 5; i++) {
            fromOutside(0, 0);
        }
        assertThat(traces.spans).isEmpty();
        assertThat(workedFor).hasSize(5);
        assertThat(problemTrace).isEqualTo(CALLER.traceId());
    }

    @Test
    void aRequestThatSaysNothingGoesOnUntouched() throws Exception {
        fromOutside(0, 10);
        assertThat(traces.spans).isEmpty();
        assertThat(logged).isNull();
        assertThat(problemTrace).matches("[0-9a-f]{32}").isEqualTo(TraceIds.of(request));
    }

    @Test
    void fromOutsideOnlyTheCallersOwnTraceCounts() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent());
        request.addHeader("quipu-traceparents", RecordedTraces.context(8).traceparent());
        fromOutside(0, 10);
        assertThat(traces.spans).hasSize(1);
    }

    @Test
    void betweenServicesAllTracesAreContinuedAndNoneBegins() throws Exception {
        betweenServices();
        assertThat(traces.spans).isEmpty();
        request.addHeader("traceparent", CALLER.traceparent());
        request.addHeader("quipu-traceparents", RecordedTraces.context(8).traceparent());
        betweenServices();
        assertThat(traces.spans).extracting(span -> span.parent).containsExactly(CALLER, RecordedTraces.context(8));
        assertThat(traces.spans).allMatch(span -> span.ended);
        assertThat(workedFor).element(1).asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST).hasSize(2);
    }

    @Test
    void aRequestThatItsThreadLeavesIsRecordedUntilItIsComplete() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent());
        request.setAsyncSupported(true);
        FilterChain first = chain;
        chain = (in, out) -> {
            first.doFilter(in, out);
            in.startAsync(in, out);
        };
        fromOutside(0, 10);
        assertThat(traces.spans).singleElement().satisfies(span -> assertThat(span.ended).isFalse());
        assertThat(traces.current()).isEmpty();
        request.getAsyncContext().complete();
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.tags).containsEntry("name", "POST /v1/o/{id}").containsEntry("http.status_code", "202");
            assertThat(span.ended).isTrue();
        });
    }

    @Test
    void aServersErrorIsNoted() throws Exception {
        request.addHeader("traceparent", CALLER.traceparent());
        chain = (in, out) -> ((HttpServletResponse) out).setStatus(503);
        fromOutside(0, 10);
        assertThat(traces.spans.get(0).tags).containsEntry("error", "503").doesNotContainKey("name");
    }

    @Test
    void aFailureIsNotedAndPassedOn() {
        request.addHeader("traceparent", CALLER.traceparent());
        chain = (in, out) -> {
            throw new ServletException("no");
        };
        assertThatThrownBy(() -> fromOutside(0, 10)).isInstanceOf(ServletException.class);
        assertThat(traces.spans).singleElement().satisfies(span -> {
            assertThat(span.failure).hasMessage("no");
            assertThat(span.ended).isTrue();
        });
        assertThat(traces.current()).isEmpty();
    }
}
