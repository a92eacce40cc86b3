package io.quipu.common.web;

import io.quipu.common.trace.IncomingTrace;
import io.quipu.common.trace.MicrometerTraces;
import io.quipu.common.trace.Sampler;
import io.quipu.common.trace.Spans;
import io.quipu.common.trace.TraceContext;
import io.quipu.common.trace.TraceHeaders;
import io.quipu.common.trace.Traces;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.List;
import org.slf4j.MDC;
import org.springframework.http.HttpStatus;
import org.springframework.web.servlet.HandlerMapping;

/**
 * Records a request in its traces. Where requests come from outside, a sampler decides whether one is recorded, in one trace;
 * between our services all of those are that it was sent for, and no other request. A request that is not recorded goes on
 * untouched.
 */
public final class TraceFilter implements Filter {

    private final Traces traces;
    private final Sampler sampler;

    /**
     * A filter.
     *
     * @param traces records
     * @param sampler decides about requests from outside; null where there are none
     */
    public TraceFilter(Traces traces, Sampler sampler) {
        this.traces = traces;
        this.sampler = sampler;
    }

    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        HttpServletRequest http = (HttpServletRequest) request;
        if (sampler == null) {
            List<TraceContext> parents = TraceHeaders.read(http::getHeader);
            if (parents.isEmpty()) {
                chain.doFilter(request, response);
            } else {
                recorded(traces.start(http.getMethod(), Traces.Kind.SERVER, parents), http, response, chain);
            }
            return;
        }
        IncomingTrace incoming = IncomingTrace.read(http::getHeader);
        if (sampler.sample(incoming)) {
            TraceContext parent = incoming.parent();
            recorded(parent == null ? traces.begin(http.getMethod(), Traces.Kind.SERVER)
                    : traces.start(http.getMethod(), Traces.Kind.SERVER, List.of(parent)), http, response, chain);
        } else if (incoming.traceId() == null) {
            chain.doFilter(request, response);
        } else {
            named(incoming.traceId(), http, response, chain);
        }
    }

    /** The caller's trace is not recorded, but our log lines say that they belong to it. */
    private static void named(String traceId, HttpServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        MDC.put(MicrometerTraces.TRACE_ID, traceId);
        try {
            chain.doFilter(request, response);
        } finally {
            MDC.remove(MicrometerTraces.TRACE_ID);
        }
    }

    private static void recorded(Spans spans, HttpServletRequest request, ServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        spans.contexts().stream().findFirst().ifPresent(context -> TraceIds.set(request, context.traceId()));
        boolean left = false;
        try (Spans.Scope scope = spans.enter()) {
            chain.doFilter(request, response);
            left = request.isAsyncStarted();
            if (left) {
                request.getAsyncContext().addListener(new CompletionListener(() -> {
                    describe(spans, request, response);
                    spans.end();
                }));
            } else {
                describe(spans, request, response);
            }
        } catch (IOException | ServletException | RuntimeException e) {
            spans.failed(e);
            throw e;
        } finally {
            if (!left) {
                spans.end();
            }
        }
    }

    private static void describe(Spans spans, HttpServletRequest request, ServletResponse response) {
        int status = ((HttpServletResponse) response).getStatus();
        // not the path itself, which names organizations
        if (request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE) instanceof String route) {
            spans.name(request.getMethod() + " " + route);
        }
        spans.tag("http.status_code", Integer.toString(status));
        if (status >= HttpStatus.INTERNAL_SERVER_ERROR.value()) {
            spans.tag("error", Integer.toString(status));
        }
    }
}
